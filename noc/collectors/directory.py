"""Metadir's nodes: each customer's is looked for, and held against the contacts.csv that fills it.

A node that lacks names which the file has held for over three hours has a stalled replicator (rule DIR-07).
Since directories are long, names that were found are compared again only after an hour, or in a new file.
Reference design, ch. Directory.
"""

from __future__ import annotations

import asyncio
from typing import Final

import msgspec

from noc.collectors import contacts
from noc.collectors.contacts import DropFile, Dropped
from noc.collectors.fleet import Site
from noc.collectors.login import trust_of
from noc.collectors.service_answers import Place
from noc.devices import ldap
from noc.devices.codec.contacts import Name
from noc.devices.errors import DeviceError
from noc.devices.ldap import Login, Session
from noc.devices.outside import ServiceError
from noc.hosting.natmaps import HTTPS, METADIR
from noc.hosting.records import ServiceAnswer

AGAIN: Final = 3600.0
"""Seconds until names that were found are compared again."""
DEADLINE: Final = 20.0
"""Seconds for all nodes of a cluster."""
STALLED: Final = "it lacks names that contacts.csv has held for over 3 h"


class _Node(msgspec.Struct, frozen=True):
    """A node to look at. names: that it must hold (None: its being there is enough)."""

    customer: str
    base: str
    login: Login | None
    names: frozenset[Name] | None = None


class _Box(msgspec.Struct):
    """What was learned of the drop box: answers, and the files whose names are to be compared."""

    answers: list[ServiceAnswer]
    files: dict[str, DropFile]
    names: dict[str, frozenset[Name]]


async def nodes(site: Site) -> list[ServiceAnswer]:
    """An answer a node, asked ``dc=<customer>``, none of one that wants a login noc lacks; and one a
    contacts.csv (protocol ``contacts``, asked its customer). Raises SecretError."""
    customers = sorted(one.customer for one in site.fleet.customers.values() if one.cluster == site.cluster)
    if not customers:
        return []
    box = await _drop_box(site, frozenset(customers))
    found = await _looked_at(site, [_node(site, customer, box) for customer in customers])
    now = asyncio.get_running_loop().time()
    for answer in found:
        customer = answer.asked.removeprefix(site.dialect["contacts.node"])
        if answer.ok and customer in box.names:
            box.files[customer] = msgspec.structs.replace(box.files[customer], compared=now)
    site.drop_files = box.files
    return [*found, *box.answers]


def login_of(site: Site, customer: str = "") -> Login | None:
    """The customer's own login, which its phones use, else the service's, else none. Raises SecretError."""
    password = site.fleet.password(customer) if customer else None
    if password is not None:
        return Login(customer, password)
    told = site.settings.options(site.name).login
    return Login(told.user, site.fleet.secret(told.password)) if told is not None else None


def _node(site: Site, customer: str, box: _Box) -> _Node:
    base = f"{site.dialect['contacts.node']}{customer}"
    parent = site.settings.options(site.name).base
    names = box.names.get(customer)
    return _Node(customer, f"{base},{parent}" if parent else base, login_of(site, customer), names)


async def _looked_at(site: Site, wanted: list[_Node]) -> list[ServiceAnswer]:
    place = Place(site, "ldaps", f"{site.device.inside}:{METADIR}")
    surname, first = site.dialect["contacts.surname"], site.dialect["contacts.first-name"]
    label = site.dialect["contacts.node"]

    def work(session: Session) -> list[ServiceAnswer]:
        told = (answer(session, node, f"{label}{node.customer}") for node in wanted)
        return [one for one in told if one is not None]

    def answer(session: Session, node: _Node, asked: str) -> ServiceAnswer | None:
        """None where a login is wanted that noc does not have: what the node is like cannot be known."""
        try:
            if not session.bind(node.login):
                return None
            found = session.search(node.base, (surname, first), most=0 if node.names else 1)
        except ServiceError as error:
            return place.bad(asked, error)
        if found is None:
            return None
        if node.names and found.whole and node.names - contacts.names_of(found.rows, site):
            return place.wrong(asked, "missing", STALLED)
        return place.good(asked, "takes its login" if node.login else "answers without a login")

    port = site.settings.ports.real(METADIR)
    try:
        return await ldap.in_directory(site.device.inside, port, trust_of(site), work, deadline=DEADLINE)
    except DeviceError as error:
        return [place.bad(f"{label}{node.customer}", error) for node in wanted]


async def _drop_box(site: Site, customers: frozenset[str]) -> _Box:
    """The files. Nothing is said of those that cannot be read now; what was known of them is kept."""
    frontend = site.fleet.sites[site.frontend]
    place = Place(site, "contacts", f"{frontend.device.inside}:{HTTPS}")
    box = _Box([], {}, {})
    before: dict[str, DropFile] = {}
    try:
        async for file in contacts.drop_box(frontend, customers):
            await _take(site, frontend, file, box)
    except DeviceError:  # that is the Frontend's fault, and its own sources say so
        before = site.drop_files
    for customer, known in sorted(box.files.items()):
        good = place.good(customer)
        box.answers.append(place.wrong(customer, "answer", known.problem) if known.problem else good)
    box.files = {**before, **box.files}
    return box


async def _take(site: Site, frontend: Site, file: Dropped, box: _Box) -> None:
    """Remember a file; read it if it is another one than before or its names are to be compared."""
    known = site.drop_files.get(file.customer)
    fresh = known is None or known.mark != file.mark
    now = asyncio.get_running_loop().time()
    compare = file.due and (known is None or fresh or not known.compared or now - known.compared > AGAIN)
    if known is not None and not fresh and not compare:
        box.files[file.customer] = known
        return
    told = await contacts.content(frontend, file)
    box.files[file.customer] = DropFile(file.mark, told.problem)
    if compare and told.names:
        box.names[file.customer] = told.names
