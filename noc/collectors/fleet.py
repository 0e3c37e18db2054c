"""Every device the collector asks: written in provider.yaml or discovered, with its client.

What a Frontend and a Media-PBX tell of customers becomes customer PBXs to ask (reference design,
ch. Customer PBX: one a customer, inside address only).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec

from noc.collectors.pushed import Pushed
from noc.collectors.reading import Found
from noc.hosting.inventory import written_devices
from noc.hosting.records import Counter, Customer, Device, Draft, Licences, NatMap, Record, draft
from noc.hosting.secret import Secret
from noc.settings import SecretRef, customer_passwords, resolve_secret

if TYPE_CHECKING:
    from noc.collectors.contacts import DropFile
    from noc.collectors.snmp import Login
    from noc.devices.codec.backup import PhoneFacts
    from noc.devices.dialect import Dialect
    from noc.devices.http import AdminClient
    from noc.hosting.inventory import Cluster
    from noc.settings import Settings

History = Callable[[str, str, int], list[Record]]
"""kind, subject, limit -> the newest records of that key, newest first."""

FRONTEND, MEDIA, PBX = "frontend", "media", "pbx"


@dataclass
class Site:
    """One device as the readers see it."""

    device: Device
    settings: Settings
    dialect: Dialect
    fleet: Fleet = field(repr=False)
    backups: dict[int, PhoneFacts] = field(default_factory=dict, repr=False)
    """What the phones' backups on its card said, by a mark of the file that said it."""
    read_lists: dict[str, tuple[bytes, ...]] = field(default_factory=dict, repr=False)
    """Subject -> a mark of each line of a list of happenings as it was read last."""
    drop_files: dict[str, DropFile] = field(default_factory=dict, repr=False)
    """Customer -> what its contacts.csv said, for a directory that is filled from it."""
    pushed: Pushed = field(default_factory=Pushed, repr=False)
    """What it told lately, by list and by push."""

    @property
    def receives(self) -> bool:
        """Whether this collector takes in pushes too."""
        return bool(self.settings and self.settings.listen.places)

    @property
    def name(self) -> str:
        """The device's name."""
        return self.device.name

    @property
    def cluster(self) -> str:
        """The cluster it belongs to ("" for once-only services)."""
        return self.device.cluster

    @property
    def frontend(self) -> str:
        """The Frontend of its cluster ("" for once-only services)."""
        cluster = self.fleet.cluster(self.cluster)
        return cluster.frontend.name if cluster else ""

    @property
    def client(self) -> AdminClient:
        """Its admin client, made at first use."""
        return self.fleet.client(self)


class Fleet:
    """The devices by name, and what is known of customers."""

    def __init__(self, settings: Settings, dialect: Dialect) -> None:
        self.settings = settings
        self.dialect = dialect
        self.sites: dict[str, Site] = {}
        self.customers: dict[str, Customer] = {}
        self.generation = 0
        self.rentals: dict[str, int] = {}
        """When the rented licences of each device end, as it is recorded."""
        self.history: History = lambda _kind, _subject, _limit: []
        """The newest records of a key of the log, newest first."""
        self.counters: dict[str, Counter] = {}
        """The counters of all devices by subject, as they are recorded."""
        self.maps: dict[str, tuple[NatMap, ...]] = {}
        """The NAT maps of each Frontend, as they were read last."""
        self._clients: dict[str, AdminClient] = {}
        self._secrets: dict[SecretRef, Secret] = {}
        self._snmp: Login | None = None
        self._passwords: dict[str, Secret] | None = None
        self._told: dict[tuple[str, str], dict[str, Found]] = {}
        for device in written_devices(settings.clusters, settings.services):
            self._add(device)

    def recall(self, bodies: Iterable[object]) -> None:
        """Take over what the log knows: discovered devices and the box facts of written ones."""
        for body in bodies:
            if isinstance(body, Customer) and self.cluster(body.cluster):
                self.customers[body.customer] = body
                self._tell(body.frontend, body.cluster, Found(body.customer, body.pbx_address))
                if body.media:
                    self._tell(body.media, body.cluster, Found(body.customer, number=body.number))
            elif isinstance(body, Device):
                self._recall_device(body)
            elif isinstance(body, Licences):
                self.rentals[body.device] = body.ends
            elif isinstance(body, Counter):
                self.counters[f"{body.device}/{body.name}"] = body

    def recalled(self, device: str, kinds: Iterable[str], limit: int) -> list[Record]:
        """The last records of a device of these kinds, oldest first."""
        found = [record for kind in kinds for record in self.history(kind, device, limit)]
        return sorted(found, key=lambda record: record.seq)[-limit:]

    def learn(self, device: str, found: Iterable[Found]) -> list[Draft]:
        """Take in the complete list of customers a device told of; returns what changed."""
        site = self.sites[device]
        self._told[(site.cluster, device)] = {item.customer: item for item in found}
        wanted = {customer.customer: customer for customer in self._customers_of(site.cluster)}
        return [*self._changed_customers(site.cluster, wanted), *self._changed_devices(site.cluster, wanted)]

    def update(self, device: Device) -> None:
        """Replace what is known of a device (its box facts)."""
        if device.name in self.sites:
            self.sites[device.name].device = device

    def named(self, hardware_id: str, *, besides: str) -> str:
        """The name under which a hardware id is known, "" if only under that of `besides` or not at all."""
        known = (site.name for site in self.sites.values() if site.device.hardware_id == hardware_id)
        return next((name for name in known if hardware_id and name != besides), "")

    def secret(self, ref: SecretRef) -> Secret:
        """The secret of a reference, fetched once. Raises SecretError."""
        if ref not in self._secrets:
            self._secrets[ref] = resolve_secret(ref)
        return self._secrets[ref]

    def password(self, customer: str) -> Secret | None:
        """A customer's registration password, None where provider.yaml tells none. Raises SecretError."""
        ref = self.settings.cpe_passwords
        if self._passwords is None:
            self._passwords = customer_passwords(self.secret(ref), ref.where) if ref else {}
        return self._passwords.get(customer)

    def client(self, site: Site) -> AdminClient:
        """The client of a device; one device, one client."""
        known = self._clients.get(site.name)
        if known is None:
            from noc.collectors.login import admin_client

            known = self._clients[site.name] = admin_client(site)
        return known

    def snmp(self) -> Login:
        """The login for SNMP, fetched at first use. Raises SecretError, UsageError where there is none."""
        if self._snmp is None:
            from noc.collectors.snmp import login_of

            self._snmp = login_of(self.settings)
        return self._snmp

    async def close(self) -> None:
        """Close every connection."""
        for client in self._clients.values():
            await client.aclose()

    def _add(self, device: Device) -> None:
        self.sites[device.name] = Site(device, self.settings, self.dialect, self)
        self.generation += 1

    def _recall_device(self, body: Device) -> None:
        current = self.sites.get(body.name)
        if current is None:
            if body.kind == PBX and self.cluster(body.cluster):
                self._add(body)
        else:
            identity = {name: getattr(current.device, name) for name in _IDENTITY}
            current.device = msgspec.structs.replace(body, **identity)

    def cluster(self, name: str) -> Cluster | None:
        """A cluster of provider.yaml by its name."""
        return next((item for item in self.settings.clusters if item.name == name), None)

    def _tell(self, device: str, cluster: str, found: Found) -> None:
        self._told.setdefault((cluster, device), {})[found.customer] = found

    def _customers_of(self, name: str) -> Iterator[Customer]:
        cluster = self.cluster(name)
        if cluster is None:
            return
        media = cluster.media.name if cluster.media else ""
        at_frontend = self._told.get((name, cluster.frontend.name), {})
        at_media = self._told.get((name, media), {})
        for customer in sorted({*at_frontend, *at_media}):
            border, hub = at_frontend.get(customer), at_media.get(customer)
            address = (border.pbx_address if border else "") or (hub.pbx_address if hub else "")
            yield Customer(
                customer=customer,
                cluster=name,
                frontend=cluster.frontend.name,
                media=media if hub else "",
                pbx_address=address or self._last_address(customer),
                number=hub.number if hub else "",
            )

    def _last_address(self, customer: str) -> str:
        known = self.customers.get(customer)
        return known.pbx_address if known else ""

    def _changed_customers(self, cluster: str, wanted: dict[str, Customer]) -> Iterator[Draft]:
        for name, customer in wanted.items():
            if self.customers.get(name) != customer:
                self.customers[name] = customer
                yield draft(name, customer)
        for name in [n for n, c in self.customers.items() if c.cluster == cluster and n not in wanted]:
            del self.customers[name]
            yield Draft(kind="customer", subject=name, body=None)

    def _changed_devices(self, cluster: str, wanted: dict[str, Customer]) -> Iterator[Draft]:
        for name, customer in wanted.items():
            site = self.sites.get(name)
            if customer.pbx_address and (site is None or site.device.inside != customer.pbx_address):
                device = Device(
                    name=name, kind=PBX, cluster=cluster, customer=name, inside=customer.pbx_address
                )
                self._clients.pop(name, None)
                self._add(device)
                yield draft(name, device)
        for name, site in list(self.sites.items()):
            if site.device.kind == PBX and site.cluster == cluster and name not in wanted:
                del self.sites[name]
                self.generation += 1
                yield Draft(kind="device", subject=name, body=None)


_IDENTITY = ("name", "kind", "cluster", "customer", "inside", "outside", "written", "roles")
