"""Builds the world: the reference design in the size asked for, the same for the same seed.

Clusters with Frontend and Media-PBX, their customers with one PBX each and phones at one or two
sites, once-only Kerberos and licence devices, shared services as addresses. What stands in the
PBXs is in `objects.py`.
"""

from __future__ import annotations

import random
from dataclasses import replace

from noc.lab import kerberos, names, objects
from noc.lab.model import Cluster, Customer, Device, World
from noc.lab.pieces import NatMap, Phone, Settings, Site, Trunk
from noc.lab.services.model import KIND, NTP, OF_CLUSTER, ONCE

PROVIDER = "hoster.example"
COUNTRY = "DE"
VERSION = "10.00 sr30[10.13095]"
_FRONTEND_HOST, _MEDIA_HOST = 254, 253
_HOUR = 3600
_RENTED_HOURS = 90 * 24
_UDP_FIRST, _UDP_COUNT = 50000, 200
_TIME_INTERVAL = 60
_TIME_ZONE = "CET-1CEST-2,M3.5.0/2,M10.5.0/3"


class _Maker:
    """Hands out running numbers and secrets in a fixed order."""

    def __init__(self, world: World, started: int) -> None:
        self.world = world
        self.started = started
        self.random = random.Random(world.seed)  # noqa: S311 - the platform must be reproducible
        self.pbx_password = self.secret(15)
        self._hardware = 0

    def secret(self, length: int) -> str:
        alphabet = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
        return "".join(self.random.choice(alphabet) for _ in range(length))

    def guid(self) -> int:
        return self.random.getrandbits(128)

    def hardware(self, model: str) -> tuple[str, str]:
        """Hardware id and serial (the MAC) of the next device."""
        self._hardware += 1
        tail = names.mac_tail(self._hardware, self.world.seed)
        return f"{model}-{tail}", f"00-90-33-{tail}"

    def device(self, name: str, kind: str, cluster: int, inside: str, outside: str = "") -> Device:
        """A device of the provider, known to the world by its name and inside address."""
        device = self._made(name, kind, cluster, inside, outside)
        self.world.devices[name] = device
        self.world.by_inside[inside] = device
        return device

    def service(self, name: str, role: str, cluster: int, inside: str) -> None:
        """A service beside the devices."""
        self.world.shared.devices[name] = self._made(name, KIND, cluster, inside)
        self.world.shared.roles[name] = role

    def _made(self, name: str, kind: str, cluster: int, inside: str, outside: str = "") -> Device:
        hardware_id, serial = self.hardware("IPVA")
        return Device(
            name=name,
            kind=kind,
            cluster=cluster,
            inside=inside,
            outside=outside,
            hardware_id=hardware_id,
            serial=serial,
            product="IPVA",
            version=VERSION,
            pbx_name=name,
            system_name=self.world.provider,
            pbx_password=self.pbx_password,
            started=self.started,
            title=name,
        )


def build(
    *, clusters: int = 2, customers: int = 6, phones: int | None = None, seed: int = 1, now: int
) -> World:
    """The platform in its healthy state. customers: per cluster; phones: per customer (None: 3 to 12).

    now: unix seconds at which everything registered. Raises UsageError for impossible sizes.
    """
    names.check_sizes(clusters, customers, phones)
    world = World(provider=PROVIDER, country=COUNTRY, seed=seed)
    world.rented_until = (now // _HOUR + _RENTED_HOURS) * _HOUR
    maker = _Maker(world, now)
    for place in (1, 2):
        server = maker.device(f"kerberos{place}", "kerberos", 0, names.inside(0, place))
        server.pbx_name = "."
    world.licence_servers = ("kerberos1", "kerberos2")
    for number in range(1, clusters + 1):
        cluster = _cluster(maker, number)
        for host in range(1, customers + 1):
            _customer(maker, cluster, host, phones)
        cluster.frontend.settings = _frontend_settings(world, cluster)
        objects.fill_media(maker.guid, cluster)
    objects.fill_licence_servers(maker.guid, world)
    _services(maker)
    _set_time_servers(world)
    kerberos.found_realm(world)
    return world


def _services(maker: _Maker) -> None:
    """The services of each cluster, then those that the platform has once."""
    world = maker.world
    for cluster in world.clusters:
        for name, (role, inside) in cluster.services.items():
            maker.service(name, role, cluster.number, inside)
    for role, host in ONCE:
        maker.service(f"{role}1", role, 0, names.inside(0, host))


def _set_time_servers(world: World) -> None:
    """Frontends and Media-PBXs ask the Kerberos master, PBXs their Frontend (rules TIME-01, TIME-02)."""
    shared = world.shared
    world.time_source = next(
        shared.devices[name].inside for name, role in shared.once().items() if role == NTP
    )
    master = world.devices[world.licence_servers[0]]
    for device in world.devices.values():
        cluster = world.cluster_of(device)
        inside = cluster.frontend.inside if cluster and device.kind == "pbx" else master.inside
        server = world.time_source if device is master else inside
        device.settings = replace(
            device.settings, time_server=server, time_interval=_TIME_INTERVAL, time_zone=_TIME_ZONE
        )


def _cluster(maker: _Maker, number: int) -> Cluster:
    inside, outside = names.inside, names.outside
    frontend = maker.device(
        f"sb{number}", "frontend", number, inside(number, _FRONTEND_HOST), outside(number, 1)
    )
    media = maker.device(f"media{number}", "media", number, inside(number, _MEDIA_HOST), outside(number, 2))
    media.interfaces = ("TONE", "HTTP", "FAX", "CONF")
    services = {f"{kind}{number}": (kind, inside(number, host)) for kind, host in OF_CLUSTER}
    cluster = Cluster(number, frontend.name, frontend, media, services)
    maker.world.clusters.append(cluster)
    return cluster


def _customer(maker: _Maker, cluster: Cluster, host: int, phones: int | None) -> None:
    world = maker.world
    running = len(world.customers) + 1
    name = names.customer_id(running, world.seed)
    pbx = maker.device(name, "pbx", cluster.number, names.inside(cluster.number, host))
    pbx.customer = name
    pbx.system_name = f"{name[:-5].lower()}.example"
    customer = Customer(name, running, host, cluster.number, maker.secret(12), pbx)
    world.customers[name] = customer
    cluster.customers.append(customer)
    count = phones if phones is not None else maker.random.randint(3, 12)
    _sites(world, customer, 2 if count >= 4 and running % 3 == 0 else 1)
    pbx.trunk = Trunk("SIP1", f"sip:4970{running:05d}@trunk.example")
    objects.fill_customer(maker.guid, cluster, customer)
    for place in range(count):
        _phone(maker, cluster, customer, place, count)


def _sites(world: World, customer: Customer, count: int) -> None:
    for place in range(1, count + 1):
        name = customer.name if place == 1 else f"{customer.name}-{place}"
        site = Site(name, customer.name, customer.cluster, names.site_address(len(world.sites)))
        world.sites[name] = site
        customer.sites.append(site)


def _phone(maker: _Maker, cluster: Cluster, customer: Customer, place: int, count: int) -> None:
    """A phone, its SessionBorder object and its user object. The last phone stands at the second site."""
    model = names.phone_model(place, customer.running)
    hardware_id, serial = maker.hardware(model)
    site = customer.sites[-1 if place == count - 1 else 0]
    phone = Phone(hardware_id, serial, model, site, cluster.frontend.name, customer.password)
    maker.world.phones[hardware_id] = phone
    cluster.phones.append(phone)
    cpe = names.cpe_id(customer.name, place)
    foreign = site is not customer.sites[0]
    border = objects.border(maker.guid(), cpe, hardware_id, customer, media_relay=foreign)
    cluster.frontend.borders[cpe] = border
    user = objects.user(
        maker.guid(), names.person(place, customer.running), cpe, names.extension(place, count)
    )
    customer.pbx.objects[user.long_name] = user


def _frontend_settings(world: World, cluster: Cluster) -> Settings:
    """NAT maps and UDP-NAT range (reference design, ch. Frontend; rules NAT-01 to NAT-08)."""
    master, standby = (world.devices[name].inside for name in world.licence_servers)
    maps = [
        NatMap("TCP", base + customer.host, customer.pbx.inside, port)
        for customer in cluster.customers
        for base, port in ((8000, 443), (9000, 636))
    ]
    for kind, inside in cluster.services.values():
        host = int(inside.rpartition(".")[2])
        base, port = (9000, 714) if kind == "metadir" else (8000, 443)
        maps.append(NatMap("TCP", base + host, inside, port))
    for port, address, target in (
        (7088, master, 88),
        (7464, master, 464),
        (7089, standby, 88),
        (7465, standby, 464),
    ):
        maps.append(NatMap("UDP", port, address, target))
    return Settings(nat_enabled=True, nat=tuple(maps), udp_first=_UDP_FIRST, udp_count=_UDP_COUNT)
