"""Dialect files: what is shipped holds, and a damaged one of a user's own says where and how to mend it."""

from __future__ import annotations

from pathlib import Path

import pytest

from noc.devices.dialect import DialectError, load, names, parse

GOOD = """\
name: own
facts:
  box.url: {value: /x.xml, status: confirmed, source: me}
  limit.a: {value: 7, status: assumed}
"""


def test_the_shipped_dialects_load_and_are_shared() -> None:
    assert "v10" in names()
    dialect = load("v10")
    assert load("v10") is dialect
    assert dialect["answer.unknown-module"] == "?\r\n"
    assert dialect.integer("config.line-limit") == 20480
    assert dialect.tokens("pbx.type.")["sbc"] == "session-border"
    assert all(dialect.fact(key).source for key in dialect if dialect.fact(key).status == "confirmed")


def test_a_file_of_ones_own(tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    file.write_text(GOOD)
    dialect = load(file)
    assert (dialect.name, dialect["box.url"], dialect.integer("limit.a")) == ("own", "/x.xml", 7)
    fact = dialect.fact("box.url")
    assert (fact.status, fact.source, fact.line) == ("confirmed", "me", 3)
    assert "box.url" in dialect
    assert "box.none" not in dialect


@pytest.mark.parametrize(
    ("text", "where", "words"),
    [
        ("", "f.yaml:1", "expected name: and facts:"),
        ("- a\n", "f.yaml:1", "expected"),
        ("name: x\n", "f.yaml", "no facts:"),
        ("a: [\n", "f.yaml:2", "no YAML"),
        (GOOD + "  x: 7\n", "f.yaml:5", "after x:"),
        (GOOD + "  x: {status: assumed}\n", "f.yaml:5", "x has no value"),
        (GOOD + "  x: {value: 1}\n", "f.yaml:5", "status is ''"),
        (GOOD + "  x: {value: 1, status: sure}\n", "f.yaml:5", "confirmed, inferred"),
        (GOOD + "  x: {value: 1, status: assumed, vlaue: 2}\n", "f.yaml:5", "unknown vlaue"),
        (GOOD + "  x: {value: [1], status: assumed}\n", "f.yaml:5", "one text or number"),
        (GOOD + "  box.url: {value: 1, status: assumed}\n", "f.yaml:5", "stands twice.*line 3"),
        (GOOD + "  [a]: {value: 1, status: assumed}\n", "f.yaml:5", "plain text"),
    ],
)
def test_a_damaged_file_says_the_line(text: str, where: str, words: str) -> None:
    with pytest.raises(DialectError, match=words) as caught:
        parse(text, "f.yaml")
    assert caught.value.where == where
    assert caught.value.remedy


def test_a_missing_fact_a_missing_file_and_no_number() -> None:
    dialect = parse(GOOD, "f.yaml")
    with pytest.raises(DialectError, match="has no fact") as caught:
        dialect["nat.url"]
    assert "nat.url: {value" in caught.value.remedy
    with pytest.raises(DialectError, match="no whole number") as caught:
        dialect.integer("box.url")
    assert caught.value.where == "f.yaml:3"
    with pytest.raises(DialectError, match="cannot read"):
        load("/nonexistent/own.yaml")
    with pytest.raises(DialectError, match="there is no dialect v99"):
        load("v99")


def test_a_pattern_must_compile_and_have_its_groups() -> None:
    text = (
        GOOD
        + """  log.good: {value: '(?P<a>x+)', status: assumed}
  log.bad: {value: '(x', status: assumed}
"""
    )
    dialect = parse(text, "own.yaml")
    assert dialect.pattern("log.good", "a") is dialect.pattern("log.good")
    with pytest.raises(DialectError, match=r"log\.bad is no regular expression") as caught:
        dialect.pattern("log.bad")
    assert caught.value.where == "own.yaml:6"
    with pytest.raises(DialectError, match=r"log\.good has no group b, c") as caught:
        dialect.pattern("log.good", "a", "b", "c")
    assert caught.value.where == "own.yaml:5"
    assert all(load("v10").pattern(key) for key in ("log.audit", "log.rejected"))
