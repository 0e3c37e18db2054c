"""The contacts of customers: the file in the drop box of their Frontend, and the node in the directory.

A customer uploads contacts.csv; the replicator of its node takes over what it can read (reference design, ch.
Directory; rules DIR-05 to DIR-07). Here it runs whenever somebody looks, a real one every three hours.
"""

from __future__ import annotations

import csv
import io
from typing import Final

from noc.lab import names
from noc.lab.cf_tree import Drive, File
from noc.lab.model import Customer, World
from noc.lab.services.model import METADIR, Contact

AGE: Final = 24 * 3600
"""Seconds since the file of a healthy platform was uploaded: replicators have long taken it over."""
_COUNT: Final = 4
_LATER: Final = Contact("Nachtrag", "Nora", "Spaeter & Co", "+49301999999", "+491701999999")


def first_contacts(customer: Customer) -> tuple[Contact, ...]:
    """What a customer has uploaded on a healthy platform."""
    return tuple(_contact(customer.running, place) for place in range(_COUNT))


def _contact(running: int, place: int) -> Contact:
    first, _, last = names.person(place + 100, running).partition(" ")
    number = f"{running:05d}{place:02d}"
    return Contact(last, first, f"{last} & Partner", f"+4930{number}", f"+49170{number}")


def as_csv(contacts: tuple[Contact, ...], columns: str, *, delimiter: str = ",") -> bytes:
    """The file. columns: its header with commas; with another delimiter than a comma it is malformed."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(columns.split(","))
    writer.writerows(contacts)
    return out.getvalue().encode()


def parsed(data: bytes, columns: str) -> tuple[Contact, ...] | None:
    """The contacts of a file, None for one that no replicator can read."""
    rows = list(csv.reader(io.StringIO(data.decode("utf-8", "replace"))))
    wanted = columns.split(",")
    if not rows or [name.strip() for name in rows[0]] != wanted:
        return None
    if any(len(row) != len(wanted) for row in rows[1:]):
        return None
    return tuple(Contact(*row) for row in rows[1:])


def node(world: World, customer: Customer) -> tuple[Contact, ...]:
    """What the directory holds of a customer, after its replicator has run if it can."""
    shared, cluster = world.shared, world.clusters[customer.cluster - 1]
    held = shared.nodes.get(customer.name)
    if held is None:
        held = first_contacts(customer)
    if customer.name not in shared.stalled and cluster.frontend.up and _metadir_runs(world, customer.cluster):
        file = file_of(world, customer)
        read = parsed(file.content(), shared.book.columns) if file is not None else None
        held = held if read is None else read
    shared.nodes[customer.name] = held
    return held


def _path(world: World, customer: Customer) -> str:
    return f"{world.shared.book.folder}{customer.name}/{world.shared.book.file}"


def add_later(world: World, customer: Customer, now: float) -> None:
    """A contact that came more than three hours ago, after the replicator last ran."""
    held = node(world, customer)
    _put(world, customer, as_csv((*held, _LATER), world.shared.book.columns), now - AGE)


def spoil(world: World, customer: Customer, now: float) -> None:
    """A file with semicolons, as a spreadsheet of some countries writes it."""
    _put(world, customer, as_csv(node(world, customer), world.shared.book.columns, delimiter=";"), now - AGE)


def file_of(world: World, customer: Customer) -> File | None:
    """The file in the drop box, None where there is none, or nobody has made the card yet."""
    card = world.cards.get(world.clusters[customer.cluster - 1].frontend.name)
    return card.file(_path(world, customer)) if card is not None else None


def put_back(world: World, customer: Customer, file: File | None, now: float) -> None:
    """Let the file be as it was."""
    _card(world, customer).place(_path(world, customer), file, now)


def _put(world: World, customer: Customer, data: bytes, written: float) -> None:
    frontend = world.clusters[customer.cluster - 1].frontend
    _card(world, customer).place(_path(world, customer), File(data, frontend.time(written)), written)


def _card(world: World, customer: Customer) -> Drive:
    return world.cards[world.clusters[customer.cluster - 1].frontend.name]


def _metadir_runs(world: World, cluster: int) -> bool:
    shared = world.shared
    servers = (shared.devices[name] for name, role in shared.roles.items() if role == METADIR)
    return any(shared.runs(server) for server in servers if server.cluster == cluster)
