"""The drop box on a Frontend's card, where customers put contacts.csv (reference design, ch. Directory).

Everybody may write there and nobody may read without a login, so what lies there is read as the collector
and judged as foreign (rule DIR-06). Names are not kept: a file is read again when they are compared.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from typing import Final

import msgspec

from noc.collectors.fleet import Site
from noc.devices import cf_drive
from noc.devices.cf_drive import Entry
from noc.devices.codec import contacts
from noc.devices.codec.contacts import Contacts, Name
from noc.devices.ldap import Row

REPLICATED: Final = 3 * 3600
"""Seconds after which a replicator has taken in a file (rule DIR-07)."""


class DropFile(msgspec.Struct, frozen=True):
    """What is remembered of a customer's file.

    mark: of the file that said it; problem: as in `Contacts`; compared: when its names were last found in the
    directory, by the loop's clock (0: never).
    """

    mark: int
    problem: str
    compared: float = 0.0


class Dropped(msgspec.Struct, frozen=True):
    """A customer's file as it lies there now. due: it is so old that the directory must hold its names."""

    customer: str
    mark: int
    size: int
    due: bool


async def drop_box(frontend: Site, customers: frozenset[str]) -> AsyncIterator[Dropped]:
    """The files of these customers; a folder without one is passed over. Raises DeviceError."""
    dialect, client = frontend.dialect, frontend.client
    box = await cf_drive.listing(client, dialect, dialect["update.directory-folder"])
    for folder in box.entries if box else ():
        if not folder.folder or folder.name not in customers:
            continue
        inner = await cf_drive.listing(client, dialect, path_of(frontend, folder.name))
        for entry in inner.entries if inner else ():
            if entry.name == dialect["contacts.file"] and not entry.folder:
                due = bool(inner and inner.now and entry.modified and inner.now - entry.modified > REPLICATED)
                yield Dropped(folder.name, _mark(entry), entry.size, due)


async def content(frontend: Site, file: Dropped) -> Contacts:
    """What a file says now. Raises DeviceError."""
    if file.size > contacts.MOST_BYTES:
        return Contacts(frozenset(), "it is far longer than a list of contacts")
    path = path_of(frontend, file.customer) + frontend.dialect["contacts.file"]
    data = await cf_drive.read(frontend.client, frontend.dialect, path)
    return contacts.read(data, frontend.dialect["contacts.columns"])


def path_of(frontend: Site, customer: str) -> str:
    """The folder of a customer in the drop box."""
    return f"{frontend.dialect['update.directory-folder']}{customer}/"


def names_of(rows: Iterable[Row], frontend: Site) -> frozenset[Name]:
    """The names of a directory's entries, as files are compared with them."""
    surname, first = (frontend.dialect[f"contacts.{key}"].lower() for key in ("surname", "first-name"))
    return frozenset(contacts.name(_first(row, surname), _first(row, first)) for row in rows)


def _first(row: Row, attribute: str) -> str:
    values = row.get(attribute, ())
    return values[0] if values else ""


def _mark(entry: Entry) -> int:
    return hash((entry.modified, entry.etag, entry.size))
