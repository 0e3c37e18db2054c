"""Single values of provider.yaml: addresses, names, spans of ports, durations, pins."""

from __future__ import annotations

import re
from typing import Final

from noc.hosting.inventory import PortSpan
from noc.settings.reader import Table, Value

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,252}")
_DURATION: Final = re.compile(r"(\d+(?:\.\d+)?)\s*(s|min|h|d)?")
_SIZE: Final = re.compile(r"([1-9][0-9]{0,5})(kB|MB|GB)", re.ASCII)
_BYTES: Final = {"kB": 1_000, "MB": 1_000_000, "GB": 1_000_000_000}
_UNITS: Final = {"s": 1.0, "min": 60.0, "h": 3600.0, "d": 86_400.0}
_SPAN: Final = re.compile(r"(\d{1,5})(?:-(\d{1,5}))?")
_PIN: Final = re.compile(r"sha256:([0-9a-f]{64})")


def name(value: Value) -> str:
    """A name of a device, cluster or provider: letters, digits, ``.``, ``_``, ``-``."""
    text = value.text()
    if text and not _NAME.fullmatch(text):
        value.wrong("is no name", "use letters, digits, dots and dashes")
        return ""
    return text


def address(table: Table, key: str, *, needed: bool) -> str:
    """An IP address without port; "" where it may be missing and is."""
    from ipaddress import ip_address

    value = table.need(key, "write its IP address, such as 10.1.0.254") if needed else table.get(key)
    text = value.text() if value else ""
    if value is None or not text:
        return ""
    try:
        return str(ip_address(text))
    except ValueError:
        value.wrong(f"is no IP address: {text}", "write an address such as 10.1.0.254, without a port")
        return ""


def network(value: Value) -> str:
    """A range of addresses such as ``203.0.113.0/24``, "" (and a problem) for anything else."""
    from ipaddress import ip_network

    text = value.text()
    try:
        return str(ip_network(text)) if text else ""
    except ValueError:
        value.wrong(f"is no range of addresses: {text}", "write one such as 203.0.113.0/24")
        return ""


def duration(value: Value, least: float = 1.0) -> float | None:
    """Seconds of ``10s``, ``5min``, ``1h``, ``1d`` or a number; None (and a problem) for anything else."""
    text = value.text()
    match = _DURATION.fullmatch(text)
    if not match:
        value.wrong("is no duration", "write one such as 10s, 5min, 1h or 1d")
        return None
    seconds = float(match[1]) * _UNITS[match[2] or "s"]
    if seconds < least:
        value.wrong("is too short", f"at least {least:g} s")
        return None
    return seconds


def size(value: Value) -> int:
    """Bytes of ``500MB`` or ``2GB``; 0 (and a problem) for anything else."""
    match = _SIZE.fullmatch(value.text())
    if not match:
        value.wrong("is no size", "write one such as 500MB or 2GB")
        return 0
    return int(match[1]) * _BYTES[match[2]]


def port_span(text: str) -> tuple[int, int] | None:
    """First and last port of ``443`` or ``8000-8999``; None if it is neither."""
    match = _SPAN.fullmatch(text.strip())
    if not match:
        return None
    first, last = int(match[1]), int(match[2] or match[1])
    return (first, last) if 1 <= first <= last <= 65535 else None


def port_spans(table: Table) -> tuple[PortSpan, ...]:
    """``443: 24443`` and ``8000-8999: 26000-26999``: equally long spans that do not overlap."""
    spans: list[PortSpan] = []
    for key, value in table.entries():
        book, real = port_span(key), port_span(value.text())
        if book is None or real is None:
            value.wrong("is no port", "write 443: 24443 or 8000-8999: 26000-26999")
        elif book[1] - book[0] != real[1] - real[0]:
            value.wrong("has two spans of unequal length", "make both sides equally long")
        elif any(span.first <= book[1] and book[0] <= span.last for span in spans):
            value.wrong("overlaps another line of ports", "say each port once")
        else:
            spans.append(PortSpan(book[0], book[1], real[0]))
    return tuple(spans)


def pin(value: Value) -> str:
    """The 64 hex digits of ``sha256:…``, colons allowed between them."""
    kind, _colon, digits = value.text().partition(":")
    match = _PIN.fullmatch(f"{kind}:{digits.replace(':', '').lower()}")
    if not match:
        value.wrong("is no pin", "write sha256: and the 64 hex digits of the certificate's fingerprint")
        return ""
    return match[1]


def choice(value: Value, known: tuple[str, ...]) -> str:
    """One of the known words, "" (and a problem) for another."""
    from noc.settings.problems import near

    text = value.text()
    if text and text not in known:
        value.wrong(f"cannot be {text}", near(text, known))
        return ""
    return text
