"""Foreign text made safe to show: nothing a device sends may act on the terminal.

C0 and C1 controls, ESC, bidi controls, zero-width and other format characters become visible
escapes (``\\x1b``, ``\\u202e``). What is printable stays as it is.
"""

from __future__ import annotations

import unicodedata

_UNSAFE_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def safe_text(text: str) -> str:
    """Return `text` with every control, bidi, zero-width and unassigned character escaped."""
    if text.isprintable():  # then no character is of an unsafe category
        return text
    return "".join(_escaped(char) if _unsafe(char) else char for char in text)


def safe_json(document: str) -> str:
    """A JSON document with every unsafe character as its ``\\u`` escape: equal values, inert when shown."""
    if document.isprintable():
        return document
    return "".join(_json_escape(char) if _unsafe(char) else char for char in document)


def csv_cell(text: str) -> str:
    """A cell for CSV: safe text, quoted with ' where a spreadsheet would run it as a formula."""
    safe = safe_text(text)
    return f"'{safe}" if safe.startswith(_FORMULA_STARTS) else safe


def cut_middle(text: str, width: int, ellipsis: str = "…") -> str:
    """Shorten to `width` characters in the middle, so that the end of a name stays readable."""
    if len(text) <= width:
        return text
    if width <= len(ellipsis):
        return text[:width]
    room = width - len(ellipsis)
    head = (room + 1) // 2
    return text[:head] + ellipsis + text[len(text) - (room - head) :]


def _unsafe(char: str) -> bool:
    return unicodedata.category(char) in _UNSAFE_CATEGORIES


def _escaped(char: str) -> str:
    code = ord(char)
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def _json_escape(char: str) -> str:
    units = char.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))
