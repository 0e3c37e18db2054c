"""Foreign text is inert wherever it is shown, and JSON keeps its value all the same."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given, strategies as st

from noc.hosting.text import csv_cell, cut_middle, safe_json, safe_text

TEETH = "\x1b]52;c;AAAA\x07 \x9b31m \u202e \u200b \x7f \ud800 \U000e0041"


def test_controls_bidi_and_invisible_characters_become_visible() -> None:
    shown = safe_text(TEETH)
    assert shown.isprintable()
    assert shown.startswith("\\x1b]52;c;AAAA\\x07 \\x9b31m \\u202e \\u200b \\x7f")


@pytest.mark.parametrize("text", ["Kuenkel00001", "Müller & Söhne", "電話", "✓ ok"])
def test_what_is_printable_stays(text: str) -> None:
    assert safe_text(text) == text


@given(st.text())
def test_nothing_unprintable_is_left(text: str) -> None:
    unsafe = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    assert not unsafe & {unicodedata.category(char) for char in safe_text(text)}


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_json_keeps_its_value_and_loses_its_teeth(text: str) -> None:
    document = safe_json(json.dumps({"text": text}, ensure_ascii=False))
    assert json.loads(document) == {"text": text}
    assert safe_text(document) == document


def test_cells_that_a_spreadsheet_would_run_are_quoted() -> None:
    assert [csv_cell(text) for text in ("=1+1", "+49", "-1", "@x", "a")] == [
        "'=1+1",
        "'+49",
        "'-1",
        "'@x",
        "a",
    ]


def test_names_are_cut_in_the_middle() -> None:
    assert cut_middle("Kuenkel00001-014", 12) == "Kuenke…1-014"
    assert cut_middle("short", 12) == "short"
    assert cut_middle("abc", 1) == "a"
