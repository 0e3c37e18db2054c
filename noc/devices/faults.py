"""Alarms that stand and events that happened, as a device lists them.

Which severity a number means depends on the channel (the documents contradict each other), so the raw
number is kept. Reference: device-interface, ch. 9.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from noc.devices.codec.xmlrows import Row
from noc.devices.dialect import Dialect
from noc.devices.http import AdminClient
from noc.devices.reading import number, page_rows, seconds

UNKNOWN_SEVERITY = -1


class Fault(msgspec.Struct, frozen=True):
    """One line of a list. type: ``alarm error clear``; code: ``0x00010002``; severity: raw number,
    `UNKNOWN_SEVERITY` if it is none; time: the device's unix seconds.

    host, serial: of the device that raised it ("" = the one that was asked); details: its details as
    ``element key=value`` words; reason: why a registration is down ("" if it does not say).
    """

    type: str
    code: str
    severity: int
    time: int = 0
    host: str = ""
    serial: str = ""
    source: str = ""
    text: str = ""
    details: str = ""
    reason: str = ""


async def alarms(client: AdminClient, dialect: Dialect) -> list[Fault]:
    """The alarms that stand now. Raises DeviceError."""
    faults = await _list(client, dialect, "alarms.url")
    standing = dialect["alarm.type.alarm"]
    return [fault for fault in faults if fault.type == standing]


async def events(client: AdminClient, dialect: Dialect) -> list[Fault]:
    """The device's last events, alarms and clears among them, in its order. Raises DeviceError."""
    return await _list(client, dialect, "events.url")


async def _list(client: AdminClient, dialect: Dialect, key: str) -> list[Fault]:
    _, rows = await page_rows(client, dialect, dialect[key], text=True)
    return parse(rows, dialect)


def parse(rows: Iterable[Row], dialect: Dialect) -> list[Fault]:
    """All faults among the rows: whatever has a type and a code, however the element is called."""
    kind, code = dialect["alarm.type"], dialect["alarm.code"]
    return [_fault(row, dialect) for row in rows if kind in row.attributes and code in row.attributes]


def _fault(row: Row, dialect: Dialect) -> Fault:
    def value(key: str) -> str:
        return row.get(dialect[f"alarm.{key}"])

    text, details = row.child(dialect["alarm.text"]), row.child(dialect["alarm.details"])
    return Fault(
        type=value("type"),
        code=code_of(value("code")),
        severity=number(value("severity"), UNKNOWN_SEVERITY),
        time=seconds(value("time")),
        host=value("host"),
        serial=value("serial"),
        source=value("source"),
        text=text.text.strip() if text is not None else value("text"),
        details=_words(details) if details is not None else "",
        reason=_reason(details, dialect) if details is not None else "",
    )


def code_of(text: str) -> str:
    """``0x00010002`` however the device pads it; what is no number stays as it is."""
    digits = text.lower().removeprefix("0x")
    if not digits or len(digits) > 8 or digits.strip("0123456789abcdef"):
        return text
    return "0x" + digits.zfill(8)


def _words(details: Row) -> str:
    words = [" ".join([c.element, *(f"{k}={v}" for k, v in c.attributes.items())]) for c in details.children]
    return "; ".join(words) or details.text.strip()


def _reason(details: Row, dialect: Dialect) -> str:
    registration = details.child(dialect["alarm.details-registration"])
    return registration.get(dialect["alarm.details-reason"]) if registration is not None else ""
