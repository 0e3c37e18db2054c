"""SOAP 1.1 with RPC/encoded bodies: envelopes to values and back, for clients and for servers.

Entities, document types, depth and size are bounded as in `xmlrows`; a value that stands elsewhere in the
envelope (`href`) is put in its place without being copied, so that no document grows by being read.
Sources: SOAP 1.1 (W3C note, sections 4 to 7); device-interface, ch. 3.
"""

from __future__ import annotations

from typing import Final

from noc.devices.codec.xmlrows import Row, RowParser, XmlError
from noc.hosting.errors import NocError

ENVELOPE: Final = "http://schemas.xmlsoap.org/soap/envelope/"
ENCODING: Final = "http://schemas.xmlsoap.org/soap/encoding/"
SCHEMA: Final = "http://www.w3.org/2001/XMLSchema"
INSTANCE: Final = "http://www.w3.org/2001/XMLSchema-instance"
CONTENT_TYPE: Final = "text/xml; charset=utf-8"
MAX_BYTES: Final = 32 << 20
MAX_NODES: Final = 600_000
"""Elements of one envelope: 13,500 objects of 25 fields, and some air."""
MAX_DEPTH: Final = 16

_ENTITIES: Final = str.maketrans(
    {
        **{chr(code): "\ufffd" for code in (*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF)},
        **{"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"},
        **{"\t": "&#9;", "\n": "&#10;", "\r": "&#13;"},
    }
)
_OPENING: Final = (
    f'<SOAP-ENV:Envelope xmlns:SOAP-ENV="{ENVELOPE}" xmlns:SOAP-ENC="{ENCODING}" xmlns:xsd="{SCHEMA}"'
    f' xmlns:xsi="{INSTANCE}" SOAP-ENV:encodingStyle="{ENCODING}"><SOAP-ENV:Body>'
)
_CLOSING: Final = "</SOAP-ENV:Body></SOAP-ENV:Envelope>"


class SoapFormatError(NocError):
    """This is no SOAP 1.1 envelope with one call or answer in it. `where`: its place."""


class SoapFaultError(NocError):
    """The other side answers with a fault. code: as it says, such as ``SOAP-ENV:Client``."""

    def __init__(self, code: str, text: str) -> None:
        self.code = code
        super().__init__(text or code, "", "look at the arguments of the call")


def read(document: bytes) -> Row:
    """The call or answer in an envelope: its name and parts, prefixes taken off, references resolved.

    Raises SoapFormatError, SoapFaultError.
    """
    body = _body(document)
    found = next((child for child in body.children if child.attributes.get("root") != "0"), None)
    if found is None:
        raise SoapFormatError("the body is empty", "SOAP-ENV:Body", "compare it with the WSDL")
    if found.element == "Fault":
        parts = {part.element: part.text.strip() for part in found.children}
        raise SoapFaultError(parts.get("faultcode", ""), parts.get("faultstring", ""))
    return found


def part(row: Row, name: str) -> str:
    """The text of a part of a call or answer, or of a field of a struct; "" if it is missing or nil."""
    found = row.child(name)
    return found.text.strip() if found is not None else ""


def opening(method: str, namespace: str) -> str:
    """What stands before the parts of a call or answer."""
    return f'{_OPENING}<ns1:{method} xmlns:ns1="{escape(namespace)}">'


def closing(method: str) -> str:
    """What stands after the parts."""
    return f"</ns1:{method}>{_CLOSING}"


def envelope(method: str, namespace: str, parts: str) -> bytes:
    """A whole envelope. parts: markup, as `scalar`, `struct` and `array` make it."""
    return f"{opening(method, namespace)}{parts}{closing(method)}".encode()


def fault(code: str, text: str) -> bytes:
    """An envelope with a fault. code: Client | Server | MustUnderstand | VersionMismatch."""
    inner = f"<faultcode>SOAP-ENV:{code}</faultcode><faultstring>{escape(text)}</faultstring>"
    return f"{_OPENING}<SOAP-ENV:Fault>{inner}</SOAP-ENV:Fault>{_CLOSING}".encode()


def scalar(name: str, value: str | int | bool | None) -> str:
    """A part or field with its type; None is nil."""
    if value is None:
        return f'<{name} xsi:nil="true"/>'
    if isinstance(value, bool):
        return f'<{name} xsi:type="xsd:boolean">{"true" if value else "false"}</{name}>'
    kind = "int" if isinstance(value, int) else "string"
    return f'<{name} xsi:type="xsd:{kind}">{escape(str(value))}</{name}>'


def struct(name: str, kind: str, fields: str) -> str:
    """A struct of a type of the WSDL. fields: markup."""
    return f'<{name} xsi:type="ns1:{kind}">{fields}</{name}>'


def array_opening(name: str, kind: str, count: int) -> str:
    """What stands before the items of an array; each item is a `struct` named ``item``."""
    return f'<{name} xsi:type="SOAP-ENC:Array" SOAP-ENC:arrayType="ns1:{kind}[{count}]">'


def array(name: str, kind: str, items: list[str]) -> str:
    """A whole array of structs of one type."""
    return f"{array_opening(name, kind, len(items))}{''.join(items)}</{name}>"


def markup(row: Row) -> str:
    """An element with all that is below it, as text (what the calls that take XML in a string want)."""
    attributes = "".join(f' {name}="{escape(value)}"' for name, value in row.attributes.items())
    inner = escape(row.text.strip()) + "".join(markup(child) for child in row.children)
    return f"<{row.element}{attributes}>{inner}</{row.element}>" if inner else f"<{row.element}{attributes}/>"


def escape(text: str) -> str:
    """Text for an element or attribute; what XML 1.0 cannot carry becomes U+FFFD."""
    return text.translate(_ENTITIES)


def _body(document: bytes) -> Row:
    parser = RowParser(text=True, max_depth=MAX_DEPTH, max_bytes=MAX_BYTES, max_nodes=MAX_NODES)
    try:
        found = parser.feed(document) + parser.close()
    except XmlError as error:
        raise SoapFormatError(error.what, error.where, "compare the answer with the WSDL") from None
    prefix, _, name = parser.root.rpartition(":")
    declared = parser.root_attributes.get(f"xmlns:{prefix}" if prefix else "xmlns", "")
    if name != "Envelope" or declared != ENVELOPE:
        raise SoapFormatError(
            f"the root is <{parser.root[:40]}>", declared[:80], "a SOAP 1.1 envelope is wanted"
        )
    body = next((row for row in found if _local(row.element) == "Body"), None)
    if body is None:
        raise SoapFormatError("the envelope has no body", "SOAP-ENV:Envelope", "compare it with the WSDL")
    _settle(body)
    return body


def _settle(body: Row) -> None:
    """Take prefixes off and put what is referred to in its place; each element is looked at once."""
    todo, everything = [body], []
    while todo:
        row = todo.pop()
        row.element = _local(row.element)
        everything.append(row)
        todo += row.children
    known = {row.attributes["id"]: row for row in body.children if "id" in row.attributes}
    for row in known.values():
        row.attributes.setdefault("root", "0")
    for row in everything:
        if target := known.get(row.attributes.get("href", "").removeprefix("#")):
            row.children, row.text = target.children, target.text


def _local(name: str) -> str:
    return name.rpartition(":")[2]
