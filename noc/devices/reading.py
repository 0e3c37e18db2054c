"""Pages as rows: fetch, parse and judge completeness in one place for all readers of this room.

Only a complete answer with the expected root may count as "this is all there is"; everything else is
a DeviceError that names device, page and place.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing

from noc.devices.codec.cfgtext import ConfigTextError, KeptLine, LineFilter
from noc.devices.codec.xmlrows import Row, RowParser, XmlError
from noc.devices.dialect import Dialect
from noc.devices.errors import DeviceError
from noc.devices.http import AdminClient

PAGE_LIMIT = 8 << 20
"""Bytes of a page that is held whole: the alarms of 25,000 phones."""
MOST_ROWS = 50_000
"""Rows of a page that is held whole."""
NOT_FOUND = 404
"""HTTP status of a device that serves no such page."""
MOST_SECONDS = 253_402_300_799
"""The end of the calendar, 9999-12-31, in unix seconds."""
_MARKUP = (b"<", b"\xef\xbb\xbf<")
_OFF = frozenset({"", "0", "off", "false", "no"})


async def stream_rows(
    client: AdminClient,
    dialect: Dialect,
    path: str,
    *,
    text: bool = False,
    any_root: bool = False,
    deadline: float | None = None,
) -> AsyncGenerator[Row, None]:
    """The children of the page's root, as they arrive. any_root: the dialect knows no name for it.

    Raises DeviceError; what was yielded before is then not all there is.
    """
    parser = RowParser(text=text, max_bytes=client.limit)
    judged = any_root
    try:
        async with aclosing(client.stream(path, deadline=deadline)) as chunks:
            async for chunk in chunks:
                found = parser.feed(chunk)
                if not judged and parser.root:
                    _judge_root(parser, dialect, client.where(path))
                    judged = True
                for row in found:
                    yield row
        for row in parser.close():
            yield row
    except XmlError as error:
        raise DeviceError("garbage", f"{error.what} at {error.where}", client.where(path)) from None


async def page_rows(
    client: AdminClient, dialect: Dialect, path: str, *, text: bool = False, any_root: bool = False
) -> tuple[dict[str, str], list[Row]]:
    """A short page whole: the attributes of its root, and its rows. Raises DeviceError."""
    parser = RowParser(text=text, max_bytes=PAGE_LIMIT)
    found: list[Row] = []
    try:
        async with aclosing(client.stream(path, limit=PAGE_LIMIT)) as chunks:
            async for chunk in chunks:
                found += parser.feed(chunk)
                if len(found) > MOST_ROWS:
                    raise DeviceError("too-big", f"more than {MOST_ROWS} rows", client.where(path))
        found += parser.close()
    except XmlError as error:
        raise DeviceError("garbage", f"{error.what} at {error.where}", client.where(path)) from None
    if not any_root:
        _judge_root(parser, dialect, client.where(path))
    return parser.root_attributes, found


async def page_or_none(
    client: AdminClient, dialect: Dialect, path: str, *, text: bool = False, any_root: bool = False
) -> tuple[dict[str, str], list[Row]] | None:
    """As `page_rows`; None where the device has no such module: it says so, or serves no such page (404).

    Raises DeviceError for every other failure.
    """
    try:
        return await page_rows(client, dialect, path, text=text, any_root=any_root)
    except DeviceError as error:
        if error.code == "unknown-module" or error.status == NOT_FOUND:
            return None
        raise


async def config_lines(
    client: AdminClient, dialect: Dialect, modules: tuple[str, ...], *, deadline: float | None = None
) -> AsyncGenerator[KeptLine, None]:
    """The ``config change`` lines of some modules; every other line of the configuration is dropped unread.

    Raises DeviceError, also for a page of markup: it would be taken for a configuration that says nothing.
    """
    path = dialect["config.url"]
    lines = LineFilter(modules)
    begun = False
    try:
        async with aclosing(client.stream(path, deadline=deadline)) as chunks:
            async for chunk in chunks:
                if not begun and (begun := bool(chunk.strip())) and chunk.lstrip().startswith(_MARKUP):
                    raise DeviceError("garbage", "this is no configuration but markup", client.where(path))
                for line in lines.feed(chunk):
                    yield line
        for line in lines.close():
            yield line
    except ConfigTextError as error:
        raise DeviceError("garbage", f"{error.what} at {error.where}", client.where(path)) from None


def ticked(value: str) -> bool:
    """Whether a tick of the web interface is set (``on``, ``true``, ``1``)."""
    return value.lower() not in _OFF


def number(text: str, default: int = 0) -> int:
    """A whole number as devices write it, `default` where there is none."""
    return int(text) if text.isascii() and text.removeprefix("-").isdigit() and len(text) < 19 else default


def seconds(text: str) -> int:
    """Unix seconds as devices write them, 0 where there are none or they are beyond the calendar."""
    told = number(text)
    return told if 0 <= told <= MOST_SECONDS else 0


def _judge_root(parser: RowParser, dialect: Dialect, where: str) -> None:
    expected = dialect["answer.root"]
    if parser.root != expected:
        raise DeviceError("garbage", f"the root is <{parser.root[:40]}>, expected <{expected}>", where)
    if refusal := parser.root_attributes.get(dialect["answer.error"]):
        raise DeviceError("http", f"it answers: {refusal[:200]}", where)
