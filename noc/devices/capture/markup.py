"""An XML page under pseudonyms: the same elements and attributes in the same order, other contents.

Comments, processing instructions and the declaration are dropped, a document type is refused: nothing
passes that was not looked at.
"""

from __future__ import annotations

from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from noc.devices.capture.harmless import AllowList
from noc.devices.capture.pseudonyms import Pseudonyms
from noc.devices.codec.answers import CaptureError
from noc.devices.codec.cfgtext import is_secret
from noc.devices.codec.xmlrows import MAX_DEPTH
from noc.devices.probe.places import Page


def disguised(body: bytes, page: Page, allowed: AllowList, pseudonyms: Pseudonyms) -> bytes:
    """The page as UTF-8. Raises CaptureError for what is no well-formed XML, or too deep."""
    writer = _Writer(page, allowed, pseudonyms)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse
    parser.StartElementHandler = writer.start
    parser.EndElementHandler = writer.end
    parser.CharacterDataHandler = writer.characters
    try:
        parser.Parse(body, True)
    except expat.ExpatError as error:
        raise CaptureError(f"no well-formed XML (line {error.lineno})", f"page {page}") from None
    return "".join(writer.pieces).encode()


class _Writer:
    def __init__(self, page: Page, allowed: AllowList, pseudonyms: Pseudonyms) -> None:
        self.pieces: list[str] = []
        self._page = page
        self._allowed = allowed
        self._pseudonyms = pseudonyms
        self._open: list[str] = []

    def start(self, element: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        if len(self._open) >= MAX_DEPTH:
            raise CaptureError(f"deeper than {MAX_DEPTH} elements", f"page {self._page}")
        written = "".join(
            f" {self._name(name)}={quoteattr(self._value(element, name, value))}"
            for name, value in attributes.items()
        )
        self._open.append(element)
        self.pieces.append(f"<{self._name(element)}{written}>")

    def end(self, element: str) -> None:
        """An element ends."""
        self._open.pop()
        self.pieces.append(f"</{self._name(element)}>")

    def characters(self, text: str) -> None:
        """Text between elements: white space stays."""
        if text.isspace():
            self.pieces.append(text)
            return
        secret = any(is_secret(element) for element in self._open)
        self.pieces.append(escape(self._pseudonyms.secret(text) if secret else self._pseudonyms.text(text)))

    def _name(self, name: str) -> str:
        return name if self._allowed.name(name) else self._pseudonyms.word(name)

    def _value(self, element: str, name: str, value: str) -> str:
        if self._allowed.attribute(self._page, element, name, value, root=not self._open):
            return value
        return self._pseudonyms.secret(value) if is_secret(name) else self._pseudonyms.text(value)


def _refuse(*_: object) -> None:
    raise CaptureError("a document type is refused", "page")
