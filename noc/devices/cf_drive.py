"""The CF card of a device by WebDAV: list a folder, read, write and delete files.

Paths are relative to the drive (``update/backup/``). Sources: RFC 4918; reference/device-interface.md, ch. 7.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote, urlsplit

import msgspec

from noc.devices.codec.xmlrows import Row, RowParser, XmlError
from noc.devices.dialect import Dialect
from noc.devices.errors import DeviceError
from noc.devices.http import AdminClient
from noc.devices.reading import NOT_FOUND, number

if TYPE_CHECKING:
    import httpx

MOST: Final = 4 << 20
"""Bytes of the largest file that is written."""
_WANTED: Final = (
    b'<?xml version="1.0" encoding="utf-8"?><D:propfind xmlns:D="DAV:"><D:prop><D:resourcetype/>'
    b"<D:getcontentlength/><D:getlastmodified/><D:getetag/></D:prop></D:propfind>"
)
_DATE: Final = re.compile(r"[A-Z][a-z]{2}, (\d\d) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):(\d\d) GMT", re.ASCII)
"""The form of a date that RFC 9110 wants; the older ones cost thrice as much to read."""
_PLAIN: Final = re.compile(r"/[^/?#][^?#]*")
"""A path and nothing else."""
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_REFUSALS: Final[dict[int, tuple[str, str]]] = {
    409: ("there is no folder for it", "make the folder on the card first"),
    412: ("there is a file of that name already", "choose another name, or read what is there"),
    507: ("its card is full", "delete what is no longer needed there"),
}


class Entry(msgspec.Struct, frozen=True):
    """A file or folder. size: bytes, -1 = not told; modified: unix seconds by its own clock, 0 = not told."""

    name: str
    folder: bool
    size: int = -1
    modified: int = 0
    etag: str = ""


class Listing(msgspec.Struct, frozen=True):
    """What is right below a folder. now: the device's own clock in unix seconds, 0 = not told."""

    entries: tuple[Entry, ...]
    now: int = 0


async def listing(client: AdminClient, dialect: Dialect, folder: str) -> Listing | None:
    """The content of a folder, None where there is no such folder. Raises DeviceError."""
    path = _url(dialect, folder)
    try:
        answer = await client.propfind(path, _WANTED)
    except DeviceError as error:
        if error.status == NOT_FOUND:
            return None
        raise
    parser = RowParser(text=True, max_bytes=client.limit)
    try:
        rows = parser.feed(answer.body) + parser.close()
    except XmlError as error:
        raise DeviceError("garbage", f"{error.what} at {error.where}", client.where(path)) from None
    if answer.status != 207 or _local(parser.root) != "multistatus":
        raise DeviceError("garbage", "this is no list of files", client.where(path))
    entries = (_entry(row, path) for row in rows if _local(row.element) == "response")
    return Listing(tuple(entry for entry in entries if entry), _seconds(answer.date))


async def read(client: AdminClient, dialect: Dialect, path: str) -> bytes:
    """A file, whole. Raises DeviceError."""
    return (await client.get(_url(dialect, path))).body


async def write(client: AdminClient, dialect: Dialect, path: str, data: bytes, *, new: bool = False) -> None:
    """Write a file; new: only if there is none. Raises DeviceError, ``too-big`` over `MOST` bytes."""
    url = _url(dialect, path)
    if len(data) > MOST:
        raise DeviceError("too-big", f"{len(data)} bytes are more than {MOST}", client.where(url))
    headers = {"If-None-Match": "*"} if new else {}
    _judge(client, url, await client.session().put(url, content=data, headers=headers))


async def delete(client: AdminClient, dialect: Dialect, path: str) -> bool:
    """Delete a file or folder; False where there was none. Raises DeviceError."""
    url = _url(dialect, path)
    response = await client.session().delete(url)
    if response.status_code == 404:
        return False
    _judge(client, url, response)
    return True


def _url(dialect: Dialect, path: str) -> str:
    return dialect["drive.url"] + quote(path)


def _judge(client: AdminClient, path: str, response: httpx.Response) -> None:
    """Raise DeviceError for every answer that is no success."""
    status = response.status_code
    if 200 <= status < 300 and response.headers.get("content-encoding", "identity") == "identity":
        return
    where = client.where(path)
    if status in (401, 403):
        raise DeviceError("login", f"{client.login.user or 'nobody'} may not do this", where)
    if status in _REFUSALS:
        raise DeviceError("http", _REFUSALS[status][0], where, _REFUSALS[status][1])
    raise DeviceError("http", f"HTTP {status} {response.reason_phrase}".rstrip(), where)


def _entry(row: Row, asked: str) -> Entry | None:
    """A response of a multistatus; None for the folder itself and for what has no name."""
    found = _good(row)
    href = row.children and next((child for child in row.children if _local(child.element) == "href"), None)
    path = _path(href.text.strip()) if href else ""
    name = unquote(path.rstrip("/").rpartition("/")[2])
    if not name or unquote(path).rstrip("/") == unquote(asked).rstrip("/"):
        return None
    kind = found.get("resourcetype")
    return Entry(
        name=name,
        folder=kind is not None and any(_local(child.element) == "collection" for child in kind.children),
        size=number(_text(found, "getcontentlength"), -1),
        modified=_seconds(_text(found, "getlastmodified")),
        etag=_text(found, "getetag"),
    )


def _path(href: str) -> str:
    """The path of an href, which may be a whole address (RFC 4918, 8.3)."""
    return href if _PLAIN.fullmatch(href) else urlsplit(href).path


def _good(row: Row) -> dict[str, Row]:
    """The properties that are told, by local name; those of another status are left out."""
    found: dict[str, Row] = {}
    for part in (child for child in row.children if _local(child.element) == "propstat"):
        inner = {_local(child.element): child for child in part.children}
        status = inner["status"].text.split() if "status" in inner else ["", "200"]
        if len(status) > 1 and status[1].startswith("2") and "prop" in inner:
            found |= {_local(prop.element): prop for prop in inner["prop"].children}
    return found


def _text(found: Mapping[str, Row], name: str) -> str:
    return found[name].text.strip() if name in found else ""


def _local(element: str) -> str:
    return element.rpartition(":")[2]


def _seconds(date: str) -> int:
    """Unix seconds of an HTTP date, 0 for what is none."""
    plain = _DATE.fullmatch(date)
    try:
        if plain is not None:
            day, month, year, *clock = plain.groups()
            hour, minute, second = map(int, clock)
            date_of = (int(year), _MONTHS.index(month) + 1, int(day))
            told = datetime(*date_of, hour, minute, second, tzinfo=UTC)
        else:
            told = parsedate_to_datetime(date)
        return max(0, int(told.timestamp()))
    except (ValueError, OverflowError):
        return 0
