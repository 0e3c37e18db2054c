"""What a correct observer sees of the nodes of a directory and their files (DIR-05 to DIR-07)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from noc.hosting import records
from noc.hosting.natmaps import HTTPS, METADIR
from noc.lab.memory import trouble
from noc.lab.model import Customer, Device, World
from noc.lab.services import contacts
from noc.lab.services.reached import Found, Look, answer, good

_REPLICATED: Final = 3 * 3600
_STALLED: Final = Found("missing", "it lacks names that contacts.csv has held for over 3 h")


def directory_answers(
    world: World, device: Device, reached: Device | Found, now: int
) -> Iterator[records.ServiceAnswer]:
    """An answer a node, and one a file of the drop box. reached: the directory, or why it is not."""
    cluster = world.clusters[device.cluster - 1]
    readable = not trouble(cluster.frontend, now)
    box = f"{cluster.frontend.inside}:{HTTPS}"
    for customer in cluster.customers:
        asked = f"{world.shared.book.node}{customer.name}"
        found = reached if isinstance(reached, Found) else _node(world, customer, now, readable=readable)
        yield answer(world, device, Look("ldaps", f"{device.inside}:{METADIR}", asked), found)
        if readable and (file := contacts.file_of(world, customer)) is not None:
            problem = contacts.parsed(file.content(), world.shared.book.columns) is None
            told = (
                Found("answer", f"its first line is not {world.shared.book.columns}") if problem else good()
            )
            yield answer(world, device, Look("contacts", box, customer.name), told)


def _node(world: World, customer: Customer, now: int, *, readable: bool) -> Found:
    if customer.name in world.shared.locked:
        return Found("login", "it refuses the login")
    held, file = contacts.node(world, customer), contacts.file_of(world, customer)
    frontend = world.clusters[customer.cluster - 1].frontend
    if readable and file is not None and frontend.time(now) - file.written > _REPLICATED:
        named = contacts.parsed(file.content(), world.shared.book.columns) or ()
        if {one[:2] for one in named} - {one[:2] for one in held}:
            return _STALLED
    return good("takes its login")
