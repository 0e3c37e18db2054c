"""Themes: all load, every pair of colours can be read, a broken one hurts nobody."""

from __future__ import annotations

from pathlib import Path

import pytest

from noc.screens import theme
from noc.screens.theme import ThemeFile
from tests.screens.contrast import EASILY_READABLE, READABLE, contrast

SHIPPED = theme.load([theme.shipped()]).themes
DECORATION = {"rule"}


def test_black_on_white_is_twenty_one() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


def test_the_six_are_there() -> None:
    assert set(SHIPPED) == {"dark", "light", "contrast", "colour-blind", "ansi", "mono"}
    assert not theme.load([theme.shipped()]).failed


@pytest.mark.parametrize("one", [one for one in SHIPPED.values() if not one.ansi], ids=lambda one: one.name)
def test_every_pair_can_be_read(one: ThemeFile) -> None:
    least = EASILY_READABLE if one.name == "contrast" else READABLE
    for name, ink in one.inks.items():
        if name in DECORATION:
            continue
        colour = ink.colour or one.ground.foreground
        for ground in (ink.ground,) if ink.ground else (one.ground.background, one.ground.cursor):
            needed = least if ground != one.ground.cursor else READABLE
            assert contrast(colour, ground) >= needed, (name, ground)
    assert contrast(one.ground.foreground, one.ground.background) >= least


@pytest.mark.parametrize("name", ["ansi", "mono"])
def test_ansi_themes_use_the_terminal_s_colours_only(name: str) -> None:
    inks = theme.inks(SHIPPED[name])
    for style in (*inks.styles.values(), inks.cursor):
        for colour in (style.color, style.bgcolor):
            assert colour is None or colour.is_default or (colour.number is not None and colour.number < 16)


def test_mono_has_no_colour_at_all() -> None:
    inks = theme.inks(SHIPPED["mono"])
    assert all(s.color is None or s.color.is_default for s in inks.styles.values())


@pytest.mark.parametrize("one", SHIPPED.values(), ids=lambda one: one.name)
def test_states_differ_from_what_is_well(one: ThemeFile) -> None:
    inks = theme.inks(one)
    for name in ("down", "degraded", "critical"):
        assert inks.style(name) != inks.style("text")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("name: x", "missing required field"),
        ("- 1", "Expected `object`"),
        ("{", "expected"),
        ("name: !!python/object:os.system {}", "could not determine a constructor"),
        (
            "name: x\ntitle: X\ndark: true\nground: {background: pinkish, foreground: '#fff'}\ninks: {}",
            "is missing",
        ),
    ],
)
def test_a_broken_theme_is_named_and_skipped(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "bad.yaml").write_text(text)
    loaded = theme.load([theme.shipped(), tmp_path])
    assert set(loaded.themes) == set(SHIPPED)
    (error,) = loaded.failed
    assert str(tmp_path / "bad.yaml") in str(error)
    assert says in str(error)


def test_a_user_s_theme_replaces_a_shipped_one(tmp_path: Path) -> None:
    text = (theme.shipped() / "dark.yaml").read_text()
    (tmp_path / "mine.yaml").write_text(text.replace("title: Dark", "title: Mine"))
    assert theme.load([theme.shipped(), tmp_path]).themes["dark"].title == "Mine"


@pytest.mark.parametrize(
    ("wished", "no_color", "colours", "chosen"),
    [
        ("", False, "truecolor", "dark"),
        ("", False, "256", "dark"),
        ("", False, "standard", "ansi"),
        ("", False, None, "mono"),
        ("", True, "truecolor", "mono"),
        ("light", True, "truecolor", "light"),
        ("nosuch", False, "truecolor", "dark"),
    ],
)
def test_the_theme_fits_the_terminal(wished: str, no_color: bool, colours: str | None, chosen: str) -> None:
    loaded = theme.load([theme.shipped()])
    assert theme.fitting(loaded, wished, no_color=no_color, colours=colours) == chosen


def test_old_video_terminals_have_no_colours() -> None:
    assert theme.colours_of("vt100", "standard") is None
    assert theme.colours_of("xterm-256color", "256") == "256"
