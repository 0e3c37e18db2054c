"""What is really on screen can be read: every pair of colours that a theme puts there, the prompt, what it
completes and the palette among them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from rich.color import Color
from textual.geometry import Region
from textual.widget import Widget

from noc.screens import theme
from tests.screens.contrast import READABLE, contrast
from tests.screens.rig import Console, console
from tests.screens.sample import Sample

COLOURED = [one.name for one in theme.load([theme.shipped()]).themes.values() if not one.ansi]
DECORATION = frozenset("─│·")
"""Signs that say nothing which is not said beside them."""


def _pairs(c: Console) -> Iterator[tuple[str, str, str]]:
    """Colour, ground and text of everything that is drawn."""
    for widget in c.app.screen.walk_children(Widget):
        if not widget.display or not widget.size.area:
            continue
        for strip in widget.render_lines(Region(0, 0, widget.size.width, widget.size.height)):
            for text, style, _ in strip:
                if style is not None and set(text) - DECORATION - {" "}:
                    yield _hex(style.color), _hex(style.bgcolor), text


def _hex(colour: Color | None) -> str:
    assert colour is not None
    return colour.get_truecolor().hex


@pytest.mark.parametrize("name", COLOURED)
async def test_every_pair_on_screen_can_be_read(sample: Sample, name: str) -> None:
    async with console(sample, theme=name) as c:
        await c.named()
        seen = set(_pairs(c))
        await c.command("at 03:05")
        await c.until("PAST 03:05")
        seen |= set(_pairs(c))
        await c.press("colon", *"cust")
        await c.pilot.pause()
        seen |= set(_pairs(c))
        await c.press("escape", "ctrl+p", *"sb")
        await c.when(lambda: len(set(_pairs(c)) - seen) > 3, "the palette")
        seen |= set(_pairs(c))
    assert len({pair[:2] for pair in seen}) > 8
    hard = {pair for pair in seen if contrast(*pair[:2]) < READABLE}
    assert not hard
