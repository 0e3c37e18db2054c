"""What a correct observer learns of the world, as the record bodies of `noc.hosting.records`.

Made from the world itself, not from what the servers say: the judge of the collector must not share
its mistakes. A stopped device keeps what it last knew, just as an observer would.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from noc.devices.dialect import Dialect
from noc.hosting import natplan, records
from noc.hosting.health import CLOCK_TOLERANCE
from noc.hosting.roles import GATEWAY_ROLES, MISSING, NEEDED_GATEWAYS, RESOURCE_ROLES, missing
from noc.hosting.states import Leg
from noc.lab.keys import KEY_BITS
from noc.lab.memory import TEXTS, as_known, shows_certificate, trouble
from noc.lab.model import Cluster, Device, World
from noc.lab.objects import LOCAL
from noc.lab.pieces import Alarm, SessionBorder

HTTPS = 443
_EVERYWHERE = (
    "box",
    "certificate",
    "alarms",
    "events",
    "log",
    "snmp",
    "licences",
    "counters",
    "x509",
    "ntp",
    "config",
    "kerberos",
)
SUBJECTS: dict[str, tuple[str, ...]] = {
    "frontend": (*_EVERYWHERE, "registrations", "nat", "drive", "service"),
    "media": (*_EVERYWHERE, "relay", "soap"),
    "pbx": (*_EVERYWHERE, "registrations", "relay", "backups", "cdr", "logs", "soap", "service"),
    "kerberos": (*_EVERYWHERE, "relay", "service"),
}
"""What is collected from which kind of device."""

_SILENT = frozenset({"refused", "timeout", "tls"})
"""Codes with which a device is asked for nothing else."""
_PAGES_ONLY = frozenset({"garbage", "http", "redirect", "too-big"})
"""Codes with which a device is still asked for what is no page."""


def cluster_name(world: World, number: int) -> str:
    """The name of a cluster by its number, "" for 0."""
    return world.clusters[number - 1].name if number else ""


def devices(world: World) -> Iterator[records.Device]:
    """Every device, and the shared services, of which only the address is known."""
    for live in world.devices.values():
        device = as_known(live)
        roles: tuple[str, ...] = ()
        if device.kind == "kerberos":
            first = device.name == world.licence_servers[0]
            roles = ("kerberos", "rootca", "licence") if first else ("kerberos", "licence")
        yield records.Device(
            name=device.name,
            kind=device.kind,
            cluster=cluster_name(world, device.cluster),
            customer=device.customer,
            inside=device.inside,
            outside=device.outside,
            written=device.kind != "pbx",
            roles=roles,
            hardware_id=device.hardware_id,
            serial=device.serial,
            product=device.product,
            version=device.version,
            clock_off=abs(device.clock_offset) > CLOCK_TOLERANCE,
            insecure_tls=live.old_tls,
        )
    for name, role in world.shared.roles.items():
        service = world.shared.devices[name]
        yield records.Device(
            name=name, kind="service", cluster=cluster_name(world, service.cluster), inside=service.inside,
            written=True, roles=(role,),
        )  # fmt: skip


def sources(device: Device, now: int) -> list[records.Source]:
    """How the subjects of a device can be read at `now`. Its certificate shows without trust in it."""
    error = trouble(device, now)
    well = {
        "certificate": shows_certificate(device),
        "snmp": error in _PAGES_ONLY,
        "service": error not in _SILENT,
    }
    well |= dict.fromkeys(TEXTS, device.text_well)
    return [_source(device, subject, "" if well.get(subject) else error) for subject in SUBJECTS[device.kind]]


def _source(device: Device, subject: str, error: str) -> records.Source:
    return records.Source(device=device.name, subject=subject, ok=not error, error=error)


def customers(world: World) -> Iterator[records.Customer]:
    """Every customer with its cluster, PBX address and number at the Media-PBX."""
    for customer in world.customers.values():
        cluster = world.clusters[customer.cluster - 1]
        item = as_known(cluster.media).objects.get(customer.name)
        yield records.Customer(
            customer=customer.name,
            cluster=cluster.name,
            frontend=cluster.frontend.name,
            media=cluster.media.name,
            pbx_address=customer.pbx.inside,
            number=item.number if item else "",
        )


def refusal(frontend: Device, border: SessionBorder) -> str:
    """Why the Frontend refused the outer leg, as its alarm list says ("" if it did not)."""
    if border.outer is Leg.REGISTERED:
        return ""
    alarm = frontend.alarms.get(("PHONE/SIG", border.external))
    return alarm.reason if alarm is not None and alarm.reason in ("rejected", "unauthorized") else ""


def links(world: World, cluster: Cluster) -> Iterator[records.Link]:
    """Trunks and gateway registrations of customer PBXs, resources and PBX objects of the Media-PBX."""
    for customer in cluster.customers:
        yield from _pbx_links(cluster, as_known(customer.pbx))
    media = as_known(cluster.media)
    for item in media.objects.values():
        peer = item.endpoints[0] if item.endpoints else ""
        common = {"name": item.name, "number": item.number, "state": _state(bool(peer))}
        if item.kind == "pbx":
            yield _link(cluster.name, media, customer=item.name, role="pbx", peer=peer, **common)
        elif item.name in RESOURCE_ROLES:
            yield _link(cluster.name, media, customer="", role=RESOURCE_ROLES[item.name], **common)
    there = [item.name for item in media.objects.values()]
    for name, role in missing(RESOURCE_ROLES, RESOURCE_ROLES, there):
        yield _link(cluster.name, media, customer="", name=name, role=role, state="missing", detail=MISSING)


def _pbx_links(cluster: Cluster, pbx: Device) -> Iterator[records.Link]:
    common = {"cluster": cluster.name, "customer": pbx.customer}
    trunk = pbx.trunk
    if trunk is not None and not pbx.settings.trunk_disabled:
        yield _link(
            device=pbx,
            name=trunk.interface,
            role="trunk",
            state=_state(trunk.up),
            number=trunk.account,
            detail=trunk.comment,
            **common,
        )
    for gateway in pbx.gateways:
        if gateway.name in GATEWAY_ROLES:
            target = pbx.inside if gateway.target == LOCAL else gateway.target
            yield _link(
                device=pbx,
                name=gateway.interface,
                role=GATEWAY_ROLES[gateway.name],
                state=_state(gateway.up),
                number=gateway.number,
                peer=target if gateway.up else "",
                **common,
            )
    there = [gateway.name for gateway in pbx.gateways]
    for name, role in missing(NEEDED_GATEWAYS, GATEWAY_ROLES, there):
        yield _link(device=pbx, name=name, role=role, state="missing", detail=MISSING, **common)


def _state(up: bool) -> str:
    return "up" if up else "down"


def _link(cluster: str, device: Device, *, customer: str, state: str, **more: str) -> records.Link:
    """A link; more: the further fields of `records.Link`, name and role among them."""
    return records.Link(device=device.name, cluster=cluster, customer=customer, state=state, **more)


def nat_maps(frontend: Device, cluster: str) -> list[records.NatMap]:
    """The maps in force at a Frontend, in table order."""
    return [
        records.NatMap(
            frontend=frontend.name,
            cluster=cluster,
            protocol=item.protocol,
            port=item.port,
            address=item.address,
            int_port=item.int_port,
            place=place,
        )
        for place, item in enumerate(as_known(frontend).settings.nat, 1)
    ]


def nat_settings(frontend: Device, cluster: str, words: Dialect) -> records.NatSettings:
    """The settings of a Frontend's NAT; the length of its line is counted from the plan's words."""
    settings = as_known(frontend).settings
    names = natplan.MapWords(
        module=words["nat.config-module"],
        protocol=words["nat.config-protocol"],
        port=words["nat.config-port"],
        address=words["nat.config-address"],
        int_port=words["nat.config-int-port"],
    )
    return records.NatSettings(
        frontend=frontend.name,
        cluster=cluster,
        enabled=settings.nat_enabled,
        line_bytes=natplan.config_line_bytes(nat_maps(frontend, cluster), names),
        udp_first=settings.udp_first,
        udp_count=settings.udp_count,
        rtp_first=settings.rtp_first,
        rtp_last=settings.rtp_first + settings.rtp_count - 1,
    )


def certificate(device: Device, cluster: str) -> records.Certificate | None:
    """The certificate that a device serves on its HTTPS port."""
    leaf = device.remembered_certificate or device.certificate
    if leaf is None:
        return None
    return records.Certificate(
        device=device.name,
        cluster=cluster,
        port=HTTPS,
        subject_cn=leaf.subject,
        issuer_cn=leaf.issuer,
        serial=leaf.serial.to_bytes((leaf.serial.bit_length() + 7) // 8, "big").hex().upper(),
        sha256=hashlib.sha256(leaf.der).hexdigest(),
        not_before=leaf.not_before,
        not_after=leaf.not_after,
        key=f"RSA {KEY_BITS}",
        sans=leaf.sans,
        anchored=True,
    )


def alarms(device: Device, cluster: str, words: Dialect) -> Iterator[records.Alarm]:
    """The alarms in a device's list."""
    for alarm in as_known(device).alarms.values():
        yield records.Alarm(
            device=device.name,
            cluster=cluster,
            code=alarm.code,
            severity=alarm.severity,
            channel=words["alarm.severity-channel"],
            source=alarm.source,
            text=alarm.text,
            remote=alarm.host,
            serial=alarm.serial,
            raised=alarm.time,
            details=fault_details(alarm, words),
        )


def fault_details(alarm: Alarm, words: Dialect) -> str:
    """What an observer reads of the details of an alarm or event, "" if it has none."""
    element, attribute = words["alarm.details-registration"], words["alarm.details-reason"]
    return f"{element} {attribute}={alarm.reason}" if alarm.reason else ""
