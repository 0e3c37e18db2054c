"""The truth: what a correct observer can know of the world now, in the rows that ``noc … --json`` prints.

States and reasons come from the same pure functions of hosting; what they are fed with comes from the
world (reference/lab.md, "Truth"). A leg whose reporting device is silent is stale here too, and the
world's own value stands beside it as ``world_outer`` and ``world_inner``.
"""

from __future__ import annotations

import asyncio
import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

import msgspec

from noc.devices.dialect import Dialect
from noc.hosting import records, rows
from noc.hosting.alarms import alarm_row
from noc.hosting.certificates import certificate_row, expected_names
from noc.hosting.health import (
    CustomerFacts,
    PhoneCounts,
    customer_health,
    device_health,
    link_health,
    media_state,
    service_health,
    trunk_state,
)
from noc.hosting.natplan import Known, customer_findings, known_of, natmap_rows
from noc.hosting.present import rfc3339, row_json
from noc.hosting.states import State
from noc.lab import observed, observed_services
from noc.lab.memory import as_known, readable, shows_certificate
from noc.lab.model import Cluster, Device, World
from noc.lab.observed_events import events
from noc.lab.observed_facts import facts
from noc.lab.truth_phones import phones

LISTS = ("phones", "devices", "customers", "alarms", "natmaps", "certificates", "facts", "events")
_MICROS = 1_000_000
_PIECE = 500
Item = TypeVar("Item")


Part = tuple[str, list[dict[str, Any]]]


def truth(world: World, now: float, words: Dialect) -> dict[str, Any]:
    """Everything a correct observer knows at `now` (unix seconds), as plain values with stable names."""
    answer: dict[str, Any] = {"as_of": rfc3339(int(now * _MICROS)), **{name: [] for name in LISTS}}
    for name, found in parts(world, now, words):
        answer[name] += found
    return answer


async def truth_json(world: World, now: float, words: Dialect) -> bytes:
    """The truth as JSON. It lets others in between: 135,000 phones take seconds."""
    written: dict[str, list[bytes]] = {name: [] for name in LISTS}
    for name, found in parts(world, now, words):
        if found:
            written[name].append(msgspec.json.encode(found)[1:-1])
        await asyncio.sleep(0)
    lists = [b'"%s":[%s]' % (name.encode(), b",".join(found)) for name, found in written.items()]
    return b'{"as_of":"%s",%s}' % ((rfc3339(int(now * _MICROS)) or "").encode(), b",".join(lists))


def parts(world: World, now: float, words: Dialect) -> Iterator[Part]:
    """The truth in pieces: the name of a list and some of its rows."""
    view = _View(world, int(now), words)
    for cluster in world.clusters:
        for piece in _pieces(phones(world, cluster, int(now))):
            yield "phones", [{**row_json(row), **world_legs} for row, world_legs in piece]
            view.count(row for row, _ in piece)
    others: tuple[tuple[str, Iterable[rows.Row]], ...] = (
        ("devices", view.device_rows.values()),
        ("customers", view.customers()),
        ("alarms", view.alarms()),
        ("natmaps", view.natmaps()),
        ("certificates", view.certificates()),
        ("facts", facts(world, int(now), words)),
        ("events", events(world, view.owners(), int(now), words)),
    )
    for name, found in others:
        for rows_of_piece in _pieces(found):
            yield name, [row_json(row) for row in rows_of_piece]


def _pieces(items: Iterable[Item]) -> Iterator[list[Item]]:
    iterator = iter(items)
    while piece := list(itertools.islice(iterator, _PIECE)):
        yield piece


class _View:
    """Judges one moment of the world."""

    def __init__(self, world: World, now: int, words: Dialect) -> None:
        self._world = world
        self._now = now
        self._words = words
        self._devices = list(observed.devices(world))
        self._customers = list(observed.customers(world))
        self.device_rows = {body.name: self._device(body) for body in self._devices}
        self._states: dict[str, list[State]] = defaultdict(list)

    def count(self, found: Iterable[rows.PhoneRow]) -> None:
        """Remember the phones' states for their customers."""
        for row in found:
            self._states[row.customer].append(row.state)

    def customers(self) -> Iterable[rows.CustomerRow]:
        """A row a customer, rolled up by hosting."""
        links: dict[str, list[rows.LinkRow]] = defaultdict(list)
        findings: dict[str, tuple[rows.Reason, ...]] = {}
        shared: dict[str, list[rows.LinkRow]] = defaultdict(list)
        for cluster in self._world.clusters:
            findings |= self._findings(cluster)
            for link in observed.links(self._world, cluster):
                row = self._link(link)
                (links[link.customer] if link.customer else shared[link.cluster]).append(row)
        for customer in self._customers:
            own = [*links[customer.customer], *shared[customer.cluster]]
            yield self._customer(customer, own, findings.get(customer.customer, ()))

    def alarms(self) -> Iterable[rows.AlarmRow]:
        """A row an alarm; one that a phone raised belongs to the phone's customer."""
        owners = self.owners()
        for device in self._world.devices.values():
            name = observed.cluster_name(self._world, device.cluster)
            for body in observed.alarms(device, name, self._words):
                owner = owners.get(body.remote, "") or device.customer
                since = body.raised * _MICROS
                yield alarm_row(body, stale=not self._readable(device), customer=owner, since=since)

    def owners(self) -> dict[str, str]:
        """The customer of each phone that a Frontend knows, by hardware id."""
        return {
            border.external: border.customer
            for cluster in self._world.clusters
            for border in as_known(cluster.frontend).borders.values()
        }

    def natmaps(self) -> Iterable[rows.NatMapRow]:
        """A row a NAT map, held against the port plan."""
        for cluster in self._world.clusters:
            frontend = cluster.frontend
            maps = observed.nat_maps(frontend, cluster.name)
            settings = observed.nat_settings(frontend, cluster.name, self._words)
            yield from natmap_rows(maps, settings, self._known(cluster), not self._readable(frontend))

    def certificates(self) -> Iterable[rows.CertificateRow]:
        """A row a device that serves a certificate."""
        for device in self._world.devices.values():
            cluster = self._world.cluster_of(device)
            body = observed.certificate(device, cluster.name if cluster else "")
            if body is not None:
                outside = device.outside or (cluster.frontend.outside if cluster else "")
                names = expected_names(device.inside, outside)
                yield certificate_row(body, now=self._now, stale=not shows_certificate(device), names=names)

    def _readable(self, device: Device) -> bool:
        return readable(device, self._now)

    # --- one row -----------------------------------------------------------------------------------

    def _device(self, body: records.Device) -> rows.DeviceRow:
        device = self._world.devices.get(body.name)
        if device is None:
            health = service_health(body, self._answers(body.name))
        else:
            health = device_health(body, observed.sources(device, self._now))
        return rows.DeviceRow(
            name=body.name,
            kind=body.kind,
            cluster=body.cluster,
            customer=body.customer,
            address=body.inside or body.outside,
            state=health.state,
            reasons=health.reasons,
            hardware_id=body.hardware_id,
            serial=body.serial,
            product=body.product,
            version=body.version,
            written=body.written,
        )

    def _answers(self, name: str) -> list[records.ServiceAnswer]:
        told = observed_services.services(self._world, self._world.shared.devices[name], self._now)
        return [body for _, body in told]

    def _link(self, link: records.Link) -> rows.LinkRow:
        health = link_health(link, not self._readable(self._world.devices[link.device]))
        return rows.LinkRow(
            device=link.device,
            cluster=link.cluster,
            customer=link.customer,
            name=link.name,
            role=link.role,
            state=health.state,
            detail=link.detail,
        )

    def _customer(
        self, body: records.Customer, links: list[rows.LinkRow], findings: tuple[rows.Reason, ...]
    ) -> rows.CustomerRow:
        facts = CustomerFacts(
            customer=body.customer,
            cluster=body.cluster,
            frontend=body.frontend,
            phones=PhoneCounts.of(self._states[body.customer]),
            media=body.media,
            pbx_state=self.device_rows[body.customer].state,
            frontend_state=self.device_rows[body.frontend].state,
            media_state=self.device_rows[body.media].state,
            links=links,
            findings=findings,
        )
        health = customer_health(facts)
        return rows.CustomerRow(
            customer=body.customer,
            cluster=body.cluster,
            frontend=body.frontend,
            state=health.state,
            reasons=health.reasons,
            phones=facts.phones.total,
            phones_up=facts.phones.ok,
            pbx=facts.pbx_state,
            trunk=trunk_state(links),
            media=media_state(links),
        )

    def _findings(self, cluster: Cluster) -> dict[str, tuple[rows.Reason, ...]]:
        frontend = cluster.frontend
        maps = observed.nat_maps(frontend, cluster.name)
        settings = observed.nat_settings(frontend, cluster.name, self._words)
        return customer_findings(maps, settings, self._known(cluster), not self._readable(frontend))

    def _known(self, cluster: Cluster) -> Known:
        frontend = next(body for body in self._devices if body.name == cluster.frontend.name)
        return known_of(frontend, self._devices, self._customers)
