"""Writes the XML that the devices answer with: elements with attributes, no declaration, UTF-8."""

from __future__ import annotations

import re
from collections.abc import Mapping

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_SPECIAL = re.compile('[&<>"\t\n\r]')
_ENTITIES = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "\t": "&#9;",
    "\n": "&#10;",
    "\r": "&#13;",
}


def escape(text: str) -> str:
    """Text for an attribute or element. What XML 1.0 cannot carry at all becomes U+FFFD."""
    if text.isalnum():
        return text
    return _SPECIAL.sub(lambda match: _ENTITIES[match.group()], _ILLEGAL.sub("\ufffd", text))


def element(tag: str, attributes: Mapping[str, str | int | None], inner: str = "") -> str:
    """An element; attributes that are None are left out. inner: markup, already escaped."""
    written = "".join(
        f' {name}="{value if isinstance(value, int) else escape(value)}"'
        for name, value in attributes.items()
        if value is not None
    )
    return f"<{tag}{written}>{inner}</{tag}>" if inner else f"<{tag}{written}/>"
