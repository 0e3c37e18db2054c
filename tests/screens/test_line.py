"""Lines, cells and tables without a terminal: widths, cuts, foreign text, what is repainted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st
from rich.cells import cell_len

from noc.hosting.rows import Reason
from noc.hosting.states import State
from noc.screens import cells, theme
from noc.screens.cells import SECOND, Canvas
from noc.screens.widgets.bar import status_line
from noc.screens.widgets.blocks import beside, facts, rule
from noc.screens.widgets.line import (
    Line,
    Span,
    changed_cells,
    cut_middle,
    fit,
    length,
    line,
    plain,
    span,
    strip,
)
from noc.screens.widgets.table import REORDERED, AllRows, Column, header, kept_order, layout, row_line
from tests.screens.sample import DAY, NOW

CANVAS = Canvas(80, 24, NOW, UTC)
INKS = theme.inks(theme.read(theme.shipped() / "dark.yaml"))
texts = st.text(max_size=40)


@given(texts, st.integers(0, 30), st.sampled_from(["left", "right"]), st.sampled_from(["middle", "end"]))
def test_fit_is_exact_whatever_the_text(text: str, width: int, align: str, where: str) -> None:
    safe = span(text).text
    assert cell_len(fit(safe, width, align, where)) == width  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "width", "cut"),
    [
        ("Kuenkel00001-014", 13, "Kuenke…01-014"),
        ("short", 9, "short"),
        ("日本語テキスト", 7, "日…ト"),
        ("abc", 1, "…"),
    ],
)
def test_names_are_cut_in_the_middle(text: str, width: int, cut: str) -> None:
    assert cut_middle(text, width).replace(" ", "") == cut


@given(texts, st.integers(1, 60))
def test_a_strip_has_the_width_asked_for_and_nothing_that_acts(text: str, width: int) -> None:
    made = strip(Line((Span(text, "down"),)), width, INKS)
    assert made.cell_length == width
    assert not any(ord(char) < 32 or 0x7F <= ord(char) < 0xA0 for char in made.text)


def test_a_line_that_goes_on_says_so() -> None:
    assert strip(line("registered at sb2"), 12, INKS).text == "registered …"
    assert strip(line("registered  "), 10, INKS).text == "registered"
    plain_glyphs = replace(INKS, ascii=True)
    assert strip(line("registered at sb2"), 12, plain_glyphs).text == "registered ."


def test_a_row_tells_in_full_what_was_cut_in_it() -> None:
    columns: list[Column[str]] = [
        Column("name", "NAME", 5, lambda row, _: span(row)),
        Column("why", "WHY", 6, lambda row, _: span(f"{row} is silent"), cut="end"),
    ]
    assert row_line(columns, "media1", replace(CANVAS, width=16)).cut == "media1  media1 is silent"
    assert row_line(columns, "sb", replace(CANVAS, width=16)).cut == "sb is silent"
    assert not row_line(columns, "", replace(CANVAS, width=60), layout=_roomy).cut


def _roomy(columns: Sequence[Column[str]], _canvas: Canvas) -> list[tuple[Column[str], int]]:
    return [(column, 20) for column in columns]


def test_the_cursor_stands_on_its_own_ground_and_keeps_the_state_colour() -> None:
    (first, *_), (chosen, *_) = (strip(line(span("x", "down")), 1, INKS, cursor=on) for on in (False, True))
    assert first.style and chosen.style
    assert first.style.color == chosen.style.color
    assert first.style.bgcolor != chosen.style.bgcolor


@given(texts, texts)
def test_changed_cells_hold_every_difference(before: str, after: str) -> None:
    one, other = line(span(before)), line(span(after))
    found = changed_cells(one, other)
    old, new = plain(one), plain(other)
    if found is None:
        assert old.rstrip(" ") == new.rstrip(" ")
    elif old.isascii() and new.isascii():
        first, end = found
        assert old[:first] == new[:first]
        assert old[end:].rstrip() == new[end:].rstrip()


def test_one_changed_cell_is_one_cell() -> None:
    one = line(span("phones "), span("36/48", "degraded"))
    other = line(span("phones "), span("37/48", "degraded"))
    assert changed_cells(one, other) == (8, 9)
    assert changed_cells(one, line(span("phones "), span("36/48", "down"))) == (7, 12)


@pytest.mark.parametrize(
    ("back", "shown"),
    [
        (0, "03:12"),
        (3 * 3_600, "00:12"),
        (10 * 3_600, "17:12"),
        (86_400, "Mon"),
        (8 * 86_400, "16 Nov"),
        (400 * 86_400, "2025-10-20"),
    ],
)
def test_times_are_as_precise_as_they_need_to_be(back: int, shown: str) -> None:
    assert cells.when(NOW - back * SECOND, CANVAS) == shown
    assert cells.when(NOW - back * SECOND, CANVAS, earlier=True) == f"≤ {shown}"


def test_times_are_the_provider_s_and_roomy_canvases_say_more() -> None:
    berlin = Canvas(160, 50, NOW, ZoneInfo("Europe/Berlin"))
    assert cells.when(NOW, berlin) == "04:12"
    assert cells.when(NOW - 2 * DAY, berlin) == "Sun 04:12"
    assert cells.when(None, berlin) == "–"


def test_a_sparkline_has_gaps_where_nobody_looked() -> None:
    assert cells.spark([0, 24, 48, None, 48], 48) == "▁▄▇ ▇"
    assert cells.spark([0, 0], 0) == "▁▁"


def test_a_sentence_is_wrapped_between_words_and_keeps_its_inks() -> None:
    wrapped = cells.wrap([span("one two three", "strong"), span("four", "text")], 10)
    assert [plain(one) for one in wrapped] == [" one two", " three", " four"]
    assert [one.spans[-1].ink for one in wrapped] == ["strong", "strong", "text"]


def test_the_status_line_keeps_the_right_and_gives_up_the_left() -> None:
    right = [span("03:12 ● LIVE  kai  read")]
    crumbs = ("hoster.example", "sb1", "Kuenkel00001", "-007")
    assert plain(status_line(crumbs, right, 80)).startswith(" hoster.example › sb1 › Kuenkel00001 › -007 ")
    narrow = plain(status_line(crumbs, right, 40))
    assert narrow.startswith(" -007") and narrow.endswith("read ") and len(narrow) == 40


def _columns() -> list[Column[tuple[str, int]]]:
    return [
        Column("name", "NAME", 6, lambda row, _: span(row[0]), grow=20, gap=0),
        Column("number", "N", 4, lambda row, _: span(row[1]), "right"),
        Column("more", "MORE", 8, lambda row, _: span("x" * 20), wide=60),
    ]


@given(st.integers(20, 200), texts)
def test_rows_and_header_are_equally_wide(width: int, name: str) -> None:
    canvas = replace(CANVAS, width=width)
    columns = _columns()
    assert length(header(columns, canvas)) == length(row_line(columns, (name, 3), canvas))
    assert [column.name for column, _ in layout(columns, canvas)] == ["name", "number", "more"][
        : 3 if width >= 60 else 2
    ]


def test_what_is_to_spare_goes_to_columns_that_grow_up_to_their_most() -> None:
    assert {c.name: w for c, w in layout(_columns(), replace(CANVAS, width=100))} == {
        "name": 20,
        "number": 4,
        "more": 8,
    }


def _rows(*names: str) -> AllRows[str]:
    return AllRows(names, lambda name: name, lambda name: (None, name))


def test_a_held_order_keeps_its_rows_and_counts_the_others() -> None:
    held, fresh = kept_order(_rows("c", "a", "d", "b"), ["a", "b", "gone", "c"])
    assert (list(held.rows), fresh) == (["a", "b", "c"], 1)
    assert kept_order(_rows("b", "a"), ["a", "b"])[1] == REORDERED
    assert kept_order(_rows("a", "b"), ["a", "b"])[1] == 0


def test_blocks_side_by_side_keep_their_keys() -> None:
    left = [line(span("left"), key="l")]
    right = [line(span("right"), key="r"), line(span("lower"), key="s")]
    joined = beside(left, right, 10)
    assert [plain(one) for one in joined] == ["left      right", "          lower"]
    assert [one.key for one in joined] == ["l", "s"]


def test_facts_stand_in_columns_that_fit() -> None:
    pairs = [("PBX", [span("x" * 60)]), ("TRUNK", [span("up")]), ("CERT", [span("12 d")])]
    assert {length(one) for one in facts(pairs, CANVAS)} <= {40, 80}
    assert len(facts(pairs, replace(CANVAS, width=60))) == 3
    assert length(rule(CANVAS, "1–18 of 57")) == 80


def test_reasons_make_one_clause() -> None:
    reasons = (Reason(code="a", text="sb1 does not answer."), Reason(code="b", text="3 phones down"))
    assert cells.told(reasons) == "sb1 does not answer; 3 phones down"
    assert cells.because(State.OK, reasons).ink == "text"
    assert cells.because(State.DOWN, reasons) == Span("sb1 does not answer.", "down")
