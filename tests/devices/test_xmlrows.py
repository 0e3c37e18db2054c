"""Streaming XML: the same rows however it is cut, equal to lxml's, and every bomb refused."""

from __future__ import annotations

import itertools
from io import BytesIO

import pytest
from hypothesis import given, strategies as st
from lxml import etree

from noc.devices.codec.xmlrows import MAX_NODES, Row, RowParser, XmlError, rows

Plain = tuple[str, dict[str, str], list["Plain"]]

DOCUMENT = (
    '<?xml version="1.0" encoding="utf-8"?>\n<info cmd="show"><user cn="Kai &amp; Söhne" e164="7">'
    '<pseudo type="sbc"><leg dir="int"/></pseudo><ep addr="127.0.0.1"/></user>\n'
    '<user cn="&lt;x&#10;>"/><!-- no --><reg/></info>'
).encode()


def plain(row: Row) -> Plain:
    return row.element, dict(row.attributes), [plain(child) for child in row.children]


def by_lxml(document: bytes) -> list[Plain]:
    def walk(element: etree._Element) -> Plain:
        attributes = {str(key): str(value) for key, value in element.attrib.items()}
        return str(element.tag), attributes, [walk(child) for child in element if isinstance(child.tag, str)]

    root = etree.parse(BytesIO(document)).getroot()
    return [walk(child) for child in root if isinstance(child.tag, str)]


@given(st.lists(st.integers(0, len(DOCUMENT)), max_size=12))
def test_cut_anywhere_the_rows_are_those_of_lxml(cuts: list[int]) -> None:
    parser, found = RowParser(), []
    for start, end in itertools.pairwise([0, *sorted(cuts), len(DOCUMENT)]):
        found += parser.feed(DOCUMENT[start:end])
    found += parser.close()
    assert [plain(row) for row in found] == by_lxml(DOCUMENT)
    assert (parser.root, parser.root_attributes) == ("info", {"cmd": "show"})


@given(st.integers(0, len(DOCUMENT) - 1))
def test_a_truncated_document_is_an_error_never_a_short_list(end: int) -> None:
    with pytest.raises(XmlError) as caught:
        rows(DOCUMENT[:end])
    assert caught.value.where.startswith("line ")


@given(st.binary(max_size=200))
def test_any_bytes_are_rows_or_a_named_error(data: bytes) -> None:
    try:
        rows(data)
    except XmlError as error:
        assert "byte" in error.where


BILLION = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in itertools.pairwise("abcdefghij"))
    + "]><info>&j;</info>"
)


@pytest.mark.parametrize(
    ("document", "words"),
    [
        (BILLION, "document type"),
        ('<!DOCTYPE info SYSTEM "file:///etc/passwd"><info/>', "document type"),
        ("<!DOCTYPE html><html><body>login</body></html>", r"document type \(html\)"),
        ("<info>&unknown;</info>", "undefined entity"),
        ("<info>" + "<a>" * 20 + "</a>" * 20 + "</info>", "deeper than 16"),
        ("<info><a>" + "<b/>" * (MAX_NODES + 1) + "</a></info>", "more than 10000"),
        ("<info><a></info>", "mismatched tag"),
        ("<info/><info/>", "junk after"),
        ("?\r\n", "not well-formed"),
        ("", "breaks off"),
    ],
)
def test_bombs_and_garbage_are_refused_with_their_place(document: str, words: str) -> None:
    with pytest.raises(XmlError, match=words) as caught:
        rows(document.encode())
    assert "line 1, column" in caught.value.where


def test_the_size_is_bounded() -> None:
    parser = RowParser(max_bytes=100)
    parser.feed(b"<info>" + b" " * 94)
    with pytest.raises(XmlError, match="longer than 100 bytes"):
        parser.feed(b" ")


@pytest.mark.parametrize(
    ("start", "words"), [(b"<info><a b='", "tag"), (b"<info><!--", "tag"), (b"<info><a>", "text")]
)
def test_a_tag_without_end_is_refused_early(start: bytes, words: str) -> None:
    parser = RowParser(text=True)
    parser.feed(start)
    with pytest.raises(XmlError, match=f"single {words}"):
        for _ in range(100):
            parser.feed(b"x" * 16_384)


def test_depth_and_text() -> None:
    document = b"<info>a<b>c<d>e &amp; f</d>g</b></info>"
    _, found = rows(document, text=True)
    child = found[0].child("d")
    assert child is not None
    assert (found[0].text, child.text) == ("cg", "e & f")
    assert [row.element for row in rows(document, depth=2)[1]] == ["d"]
    assert [row.element for row in rows(document, depth=0)[1]] == ["info"]
    assert found[0].child("x") is None
    assert found[0].get("none") == ""
    assert rows(document)[1][0].text == ""
