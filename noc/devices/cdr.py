"""The test of a PBX's call detail records: those it would send to a reporting server, shown on a page.

Reference: device-interface, ch. 2; reference design, ch. Reporting. Who called whom is not kept.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from noc.devices.codec.xmlrows import Row
from noc.devices.dialect import Dialect
from noc.devices.http import AdminClient
from noc.devices.reading import config_lines, page_or_none, seconds


class CallTest(msgspec.Struct, frozen=True):
    """calls: how many records the page holds; last: when the newest began, unix seconds by the device's
    clock, 0 = not told."""

    calls: int = 0
    last: int = 0


async def call_test(client: AdminClient, dialect: Dialect) -> CallTest | None:
    """The page; None for a device without the module. Raises DeviceError."""
    page = await page_or_none(client, dialect, dialect["cdr.url"])
    return None if page is None else parse(page[1], dialect)


async def is_on(client: AdminClient, dialect: Dialect) -> bool:
    """Whether the configuration switches the test on. Raises DeviceError."""
    key = dialect["cdr.config-test"]
    kept = [line.line async for line in config_lines(client, dialect, (dialect["cdr.config-module"],))]
    return any(line.flag(key) for line in kept if not line.sub)


def parse(rows: Iterable[Row], dialect: Dialect) -> CallTest:
    """The page from its rows."""
    element, began = dialect["cdr.element"], dialect["cdr.utc"]
    times = [seconds(row.get(began)) for row in rows if row.element == element]
    return CallTest(len(times), max(times, default=0))
