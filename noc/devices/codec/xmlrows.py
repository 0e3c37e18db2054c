"""Streaming XML: pieces in, rows out, no tree. A row is an element at a given depth with its children.

Devices answer with lists of thousands of objects, and bad ones with bombs: DTDs and entities are
refused, depth, bytes and the size of a row are bounded, and a truncated document is an error with its
place, never a short list.
"""

from __future__ import annotations

from typing import Final
from xml.parsers import expat

import msgspec

from noc.hosting.errors import NocError

MAX_DEPTH: Final = 16
MAX_NODES: Final = 10_000
"""Elements of one row."""
MAX_BYTES: Final = 64 << 20
MAX_TOKEN: Final = 1 << 20
"""Bytes of one tag, comment or text. Older expat reads an unfinished one anew with every piece."""


class XmlError(NocError):
    """The document is no well-formed XML, breaks off, or breaks a limit. `where`: line and column."""


class Row(msgspec.Struct, eq=False):
    """An element: its name, attributes, child elements in order, and text (only if it was asked for)."""

    element: str
    attributes: dict[str, str]
    children: list[Row] | tuple[()] = ()
    text: str = ""

    def __repr__(self) -> str:
        return f"<{self.element} ({len(self.attributes)} attributes, {len(self.children)} children)>"

    def get(self, attribute: str) -> str:
        """The value of an attribute, "" if it is missing."""
        return self.attributes.get(attribute, "")

    def child(self, element: str) -> Row | None:
        """The first child of that name."""
        return next((child for child in self.children if child.element == element), None)


class RowParser:
    """Takes a document in pieces and gives the complete rows of each.

    depth: 1 = the children of the root; text: collect character data as well. `root` is known from
    the first piece on (its name, or "" before), with `root_attributes`.
    """

    def __init__(
        self,
        depth: int = 1,
        *,
        text: bool = False,
        max_depth: int = MAX_DEPTH,
        max_bytes: int = MAX_BYTES,
        max_nodes: int = MAX_NODES,
    ) -> None:
        self.root = ""
        self.root_attributes: dict[str, str] = {}
        self._fed = 0
        self._max_bytes = max_bytes
        self._rows: list[Row] = []
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._handle(depth, max_depth, max_nodes, text)

    def feed(self, chunk: bytes) -> list[Row]:
        """The rows that end within this piece. Raises XmlError."""
        self._fed += len(chunk)
        if self._fed > self._max_bytes:
            raise self._error(f"longer than {self._max_bytes} bytes")
        rows = self._parse(chunk, False)
        if self._fed - self._parser.CurrentByteIndex > MAX_TOKEN:
            raise self._error(f"a single tag is longer than {MAX_TOKEN} bytes")
        return rows

    def close(self) -> list[Row]:
        """The document has ended. Raises XmlError if it breaks off."""
        return self._parse(b"", True)

    def _parse(self, chunk: bytes, final: bool) -> list[Row]:
        try:
            self._parser.Parse(chunk, final)
        except expat.ExpatError as error:
            words = expat.errors.messages.get(error.code, "damaged")
            what = "the document breaks off" if final else f"no well-formed XML: {words}"
            raise self._error(what) from None
        rows, self._rows = self._rows, []
        return rows

    def _handle(self, row_depth: int, max_depth: int, max_nodes: int, text: bool) -> None:
        """Closures over plain variables: at 40,000 elements a list, attribute look-ups are what costs."""
        opened: list[Row] = []
        depth = nodes = 0

        def start(element: str, attributes: dict[str, str]) -> None:
            nonlocal depth, nodes
            depth += 1
            if opened:
                parent = opened[-1]
                row = Row(element, attributes)
                if parent.children:
                    parent.children.append(row)
                else:
                    parent.children = [row]
                opened.append(row)
                nodes += 1
                if depth > max_depth or nodes > max_nodes:
                    raise self._error(f"deeper than {max_depth} or more than {max_nodes} elements in a row")
                return
            if depth == 1:
                self.root, self.root_attributes = element, attributes
            if depth > row_depth:
                opened.append(Row(element, attributes))

        def end(_element: str) -> None:
            nonlocal depth, nodes
            depth -= 1
            if opened:
                row = opened.pop()
                if not opened:
                    self._rows.append(row)
                    nodes = 0

        def characters(data: str) -> None:
            if opened:
                opened[-1].text += data
                if len(opened[-1].text) > MAX_TOKEN:
                    raise self._error(f"a single text is longer than {MAX_TOKEN} characters")

        self._parser.StartElementHandler = start
        self._parser.EndElementHandler = end
        if text:
            self._parser.CharacterDataHandler = characters

    def _doctype(self, name: str, *_: object) -> None:
        raise self._error(f"a document type ({name[:20]}) is refused")

    def _error(self, what: str) -> XmlError:
        parser = self._parser
        line, column, byte = parser.CurrentLineNumber, parser.CurrentColumnNumber + 1, parser.CurrentByteIndex
        return XmlError(what, f"line {line}, column {column} (byte {byte})")


def rows(document: bytes, depth: int = 1, *, text: bool = False) -> tuple[RowParser, list[Row]]:
    """A whole document at once: the parser (for its root) and all rows. Raises XmlError."""
    parser = RowParser(depth, text=text)
    found = parser.feed(document)
    return parser, found + parser.close()
