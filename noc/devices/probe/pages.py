"""Every page that a dialect claims, asked of one device one after the other; nothing here changes a device.

An answer stays as it came: probing judges it, capturing keeps it under pseudonyms. Reference:
device-interface, ch. 1 to 9.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from urllib.parse import quote

import msgspec

from noc.devices.codec.xmlrows import Row, RowParser, XmlError
from noc.devices.dialect import Dialect
from noc.devices.errors import DeviceError
from noc.devices.http import AdminClient
from noc.devices.probe.places import Page, Places
from noc.hosting.text import safe_text

TEXT_PAGES: tuple[Page, ...] = ("config", "console", "log", "unknown")
"""Pages that are plain text; all others are XML."""
DEADLINE = 60.0
"""Seconds for one page: the list of a Frontend is long."""
PATIENCE = 2
MOST_COUNTERS = 16
NOBODY = "NOC0"
"""A module that no device has."""


class Asked(msgspec.Struct, frozen=True):
    """One page and what came back. refused: why nothing did (then body is empty)."""

    page: Page
    target: str
    body: bytes = b""
    content_type: str = ""
    refused: DeviceError | None = None

    @property
    def problem(self) -> str:
        """Why nothing came back, safe to show; where a device redirects to may hold a session's key."""
        if self.refused is None:
            return ""
        return "it redirects elsewhere" if self.refused.code == "redirect" else safe_text(self.refused.what)


class Document(msgspec.Struct, frozen=True):
    """An XML page taken apart: its root with all that is below. problem: why it is none ("" = it is one)."""

    root: Row
    problem: str = ""


async def ask(client: AdminClient, places: Places, deadline: float = DEADLINE) -> AsyncIterator[Asked]:
    """Ask for all pages. The first is the box information; if nothing answers there, nothing more is asked.

    deadline: seconds for each further page. A page that fails is told as refused, and after `PATIENCE` pages
    that hang so are all others; only the box page's failure to connect raises DeviceError.
    """
    dialect = places.dialect
    box = await _ask(client, "box", dialect["box.url"])
    if box.refused is not None and box.refused.code in SILENT:
        raise box.refused
    yield box
    hanging = 0
    for page, target in _targets(dialect):
        if hanging == PATIENCE:
            yield Asked(page, target, refused=DeviceError("timeout", f"{PATIENCE} pages before it hang"))
            continue
        asked = await _ask(client, page, target, deadline)
        hanging += asked.refused is not None and asked.refused.code == "timeout"
        yield asked
        for follow_up, further in _further(asked, dialect):
            yield await _ask(client, follow_up, further, deadline)


SILENT = frozenset({"timeout", "refused", "unreachable", "tls", "certificate", "clock"})
"""Errors after which a device need not be asked for more."""


def document(asked: Asked) -> Document:
    """The page as XML; one that is none has an empty root and a problem."""
    parser = RowParser(text=True, max_bytes=max(1, len(asked.body)))
    try:
        rows = parser.feed(asked.body) + parser.close()
    except XmlError as error:
        return Document(Row("", {}), f"{error.what} at {error.where}")
    return Document(Row(parser.root, parser.root_attributes, rows))


def _targets(dialect: Dialect) -> list[tuple[Page, str]]:
    """The pages that need no other's answer."""
    pbx, counters = dialect["pbx.url"], dialect["counters.url"]
    objects = dialect["pbx.objects-query"].format(pbx="")
    console = dialect["console.url"] + quote(dialect["config.show"], safe="")
    unknown = f"/{NOBODY}/{dialect['nat.url'].rpartition('/')[2]}"
    return [
        ("pbx", pbx),
        ("objects", f"{pbx}?{objects}"),
        ("registrations", f"{pbx}?{dialect['pbx.registrations-query']}"),
        ("nat", dialect["nat.url"]),
        ("relay", dialect["relay.url"]),
        ("alarms", dialect["alarms.url"]),
        ("events", dialect["events.url"]),
        ("x509", dialect["x509.url"]),
        ("cdr", dialect["cdr.url"]),
        ("counters", f"{counters}?{dialect['query.command']}={dialect['counters.list']}"),
        ("log", dialect["log.url"]),
        ("time", dialect["time.url"]),
        ("realm", dialect["realm.url"]),
        ("kdc", dialect["kdc.url"]),
        ("config", dialect["config.url"]),
        ("console", console),
        ("unknown", unknown),
    ]


def _further(asked: Asked, dialect: Dialect) -> list[tuple[Page, str]]:
    """What an answer leads to: one object of a list, each counter."""
    if asked.refused is not None or asked.page not in ("objects", "counters"):
        return []
    rows = document(asked).root.children
    command = dialect["query.command"]
    if asked.page == "objects":
        guids = [row.get(dialect["pbx.guid"]) for row in rows if row.element == dialect["pbx.object"]]
        head = f"{dialect['pbx.url']}?{command}={dialect['query.show']}&{dialect['query.show-object']}="
        return [("object", head + quote(guid, safe="")) for guid in guids if guid][:1]
    ids = [row.get(dialect["counters.id"]) for row in rows if row.element == dialect["counters.element"]]
    head = f"{dialect['counters.url']}?{command}={dialect['counters.one']}&{dialect['counters.id']}="
    return [("counter", head + quote(known, safe="")) for known in ids if known][:MOST_COUNTERS]


async def _ask(client: AdminClient, page: Page, target: str, deadline: float | None = None) -> Asked:
    try:
        answer = await client.get(target, deadline=deadline)
    except DeviceError as error:
        return Asked(page, target, refused=error)
    return Asked(page, target, answer.body, answer.content_type)
