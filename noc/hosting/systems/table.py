"""All systems of the platform in the order of hosting rules, part 1, and who depends on whom (part 3).

Services, Topology, the documentation and the command line read this one table.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from noc.hosting.systems.shape import Needs, System
from noc.hosting.systems.table_access import ACCESS
from noc.hosting.systems.table_calls import DOORS, MEDIA
from noc.hosting.systems.table_running import RUNNING

_ORDER: Final = """
frontend sessionborder media-pbx customer-pbx cpe site-router sip-trunk rootca kdc-master kdc-standby
active-directory licence-server ntp dns update-server my-innovaphone dhcp event-collection syslog pbx-logs
backups reporting cdr call-list resellers fax mail metadir contacts pbx-directory voicemail media-resources
waiting-queue conferences operator mypbx mobility template vmware management admin-accounts local-admin
paccess joiner event-account browsers
""".split()

BY_ID: Final[dict[str, System]] = {one.id: one for one in (*DOORS, *ACCESS, *RUNNING, *MEDIA)}
"""Every system by its stable id."""

SYSTEMS: Final[tuple[System, ...]] = tuple(BY_ID[name] for name in _ORDER)
"""Every system, in the order of the hosting rules."""


def dependants(system: str, *, at_once: bool = True) -> tuple[str, ...]:
    """The systems that need this one, in order; at_once: only those that its failure hits at once."""
    return tuple(
        one.id
        for one in SYSTEMS
        if any(system in need.on and (need.effect is not None or not at_once) for need in one.needs)
    )


def needed(system: System) -> Iterator[tuple[str, Needs]]:
    """(id, need) of everything a system needs."""
    for need in system.needs:
        for name in need.on:
            yield name, need


def in_order() -> tuple[System, ...]:
    """Every system after those that it needs. Raises ValueError where they need each other in a circle."""
    done: dict[str, System] = {}
    left = list(SYSTEMS)
    while left:
        ready = [one for one in left if all(name in done for name, _ in needed(one))]
        if not ready:
            raise ValueError(f"systems need each other in a circle: {', '.join(one.id for one in left)}")
        done.update({one.id: one for one in ready})
        left = [one for one in left if one.id not in done]
    return tuple(done.values())
