"""A customer of whom everything is known and well, and the ways to break one thing of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

import msgspec

from noc.hosting import records
from noc.hosting.paths import Seen, SeenLink, walk
from noc.hosting.rows import (
    BackupRow,
    CertificateRow,
    DeviceRow,
    FactRow,
    NatMapRow,
    NatUseRow,
    PathRow,
    PhoneRow,
    Reason,
    SourceRow,
)
from noc.hosting.states import Leg, State

S = TypeVar("S", bound=msgspec.Struct)
CUSTOMER = "Kuenkel00001"
WHY = (Reason(code="broken", text="it is broken"),)
STATIONS = {
    "frontend": "sb1",
    "media": "media1",
    "pbx": CUSTOMER,
    "kerberos": "kerberos1",
    "standby": "kerberos2",
    "licence": "kerberos1",
    "metadir": "metadir1",
    "reporting": "reporting1",
    "fax": "fax1",
}
KINDS = {
    "sb1": "frontend",
    "media1": "media",
    CUSTOMER: "pbx",
    "kerberos1": "kerberos",
    "kerberos2": "kerberos",
}
OWN_ROLES = ("trunk", "http-ext", "moh", "http-in", "voicemail", "fax", "pbx")
SHARED_ROLES = ("moh", "tone", "http-out", "fax")


def phone(number: int = 0, **more: Any) -> PhoneRow:
    """A phone that is registered on both legs."""
    base: dict[str, Any] = {
        "cluster": "sb1", "frontend": "sb1", "customer": CUSTOMER, "cpe": f"{CUSTOMER}-{number:03d}",
        "hardware_id": f"IP222-0a-01-{number:02x}", "outer": Leg.REGISTERED, "inner": Leg.REGISTERED,
        "state": State.OK, "reasons": (), "address": "203.0.113.9", "since": 1_000 + number,
    }  # fmt: skip
    return PhoneRow(**(base | more))


def device(name: str, state: State = State.OK, reasons: tuple[Reason, ...] = ()) -> DeviceRow:
    """A device with its alarm list and its log read; a server (kind service) is never looked at."""
    kind = KINDS.get(name, "service")
    subjects = ("alarms", "log", "backups") if kind != "service" else ()
    sources = tuple(SourceRow(device=name, subject=one, state=State.OK, interval=5.0) for one in subjects)
    return DeviceRow(
        name=name, kind=kind, cluster="sb1", customer="", address="",
        state=state if subjects else State.UNKNOWN, reasons=reasons, sources=sources, since=77,
    )  # fmt: skip


def link(role: str, state: str = "up", **more: Any) -> SeenLink:
    """A registration of the customer's own; of the Media-PBX's where `customer` is ""."""
    base: dict[str, Any] = {
        "device": CUSTOMER, "cluster": "sb1", "name": role, "role": role, "state": state,
        "customer": CUSTOMER,
    }  # fmt: skip
    return SeenLink(link=records.Link(**(base | more)), since=55)


def licence(name: str, device: str = "kerberos1", state: str = "up") -> SeenLink:
    """A slave at a licence server."""
    return link("licence", state, device=device, cluster="", customer="", name=name)


def nat_map(protocol: str, port: int, service: str, customer: str = "", **more: Any) -> NatMapRow:
    """A map that is as planned."""
    base: dict[str, Any] = {
        "frontend": "sb1", "cluster": "sb1", "protocol": protocol, "port": port, "address": "10.1.0.7",
        "int_port": 443, "service": service, "customer": customer, "state": State.OK, "reasons": (),
    }  # fmt: skip
    return NatMapRow(**(base | more))


def fact(name: str, kind: str, value: records.Fact) -> FactRow:
    """What a device says of itself."""
    return FactRow(device=name, kind=kind, subject=f"{name}/{kind}", state=State.OK, value=value)


def facts() -> Iterable[FactRow]:
    """Realm, copy, clocks, logins and public paths as the reference design has them."""
    at: dict[str, Any] = {"cluster": "sb1"}
    yield fact(CUSTOMER, "realm", records.Realm(device=CUSTOMER, **at, realm="hoster.example", joined=True))
    kdc = records.Kdc(device="kerberos2", **at, realm="hoster.example", master="kerberos1", replicated=True)
    yield fact("kerberos2", "kdc", kdc)
    for name in ("sb1", "media1", CUSTOMER):
        yield fact(name, "timesync", records.TimeSync(device=name, **at, server="10.0.0.1", synced=True))
    login = records.HttpLogin(device="media1", **at, url="https://", user="paccess@hoster.example")
    yield fact("media1", "httplogin", login)
    logs = records.LogFiles(device=CUSTOMER, **at, files=4, size=9_000, oldest=1_799_500_000_000_000)
    yield fact(CUSTOMER, "logfiles", logs)
    for name, path, mode in (
        ("sb1", "/DRIVE/CF0/update/", "r"),
        ("sb1", f"/DRIVE/CF0/directory/{CUSTOMER}/", "w"),
        (CUSTOMER, "/DRIVE/CF0/update/backup/", "w"),
    ):
        yield fact(name, "publicpath", records.PublicPath(device=name, **at, path=path, mode=mode))


def well() -> Seen:
    """Everything that can be looked at is looked at and in order."""
    names = sorted(set(STATIONS.values()))
    shared = [link(role, customer="", device="media1") for role in SHARED_ROLES]
    maps = [
        nat_map("TCP", 8007, "https", CUSTOMER), nat_map("TCP", 9007, "ldaps", CUSTOMER),
        nat_map("TCP", 9214, "metadir"), nat_map("TCP", 8201, "reporting"), nat_map("TCP", 8202, "fax"),
        nat_map("UDP", 7088, "kerberos"), nat_map("UDP", 7089, "kerberos"), nat_map("UDP", 7464, "kpasswd"),
    ]  # fmt: skip
    return Seen(
        customer=records.Customer(
            customer=CUSTOMER, cluster="sb1", frontend="sb1", media="media1", pbx_address="10.1.0.7"
        ),
        phones=[phone(number) for number in range(3)],
        stations=STATIONS,
        devices={name: device(name) for name in names},
        links=[*map(link, OWN_ROLES), *shared, licence("media1"), licence("sb1")],
        maps=maps,
        nat=NatUseRow(
            frontend="sb1", cluster="sb1", used=8, limit=290, line_bytes=500, line_limit=20_000, fits=100,
            udp_first=10_000, udp_count=200, udp_used=1, state=State.OK,
        ),
        certificates=[certificate()],
        backups=[backup(number) for number in range(3)],
        facts=list(facts()),
    )  # fmt: skip


def certificate(state: State = State.OK, reasons: tuple[Reason, ...] = ()) -> CertificateRow:
    """The certificate of the PBX."""
    return CertificateRow(
        device=CUSTOMER, cluster="sb1", port=443, subject_cn="IPVA", issuer_cn="root", serial="1", sha256="",
        not_before=0, not_after=1, key="RSA 4096", sans=(), state=state, reasons=reasons,
    )  # fmt: skip


def backup(number: int, **more: Any) -> BackupRow:
    """The backup of a phone."""
    base: dict[str, Any] = {
        "device": CUSTOMER, "cluster": "sb1", "customer": CUSTOMER,
        "hardware_id": f"IP222-0A-01-{number:02X}",
        "ras_port": 11_719, "gatekeeper": "", "update_url": "", "taken": 1, "overdue": False,
        "state": State.OK, "reasons": (),
    }  # fmt: skip
    return BackupRow(**(base | more))


def but(value: S, **changes: Any) -> S:
    """The same with other fields."""
    return msgspec.structs.replace(value, **changes)


def silent(seen: Seen, name: str) -> Seen:
    """A device that does not answer, and nothing else said of it."""
    return but(seen, devices={**seen.devices, name: device(name, State.STALE, WHY)})


def links_without(seen: Seen, role: str, customer: str, *instead: SeenLink) -> Seen:
    """Other links of a role."""
    kept = [one for one in seen.links if (one.link.role, one.link.customer) != (role, customer)]
    return but(seen, links=[*kept, *instead])


def other_map(seen: Seen, port: int, *instead: NatMapRow) -> Seen:
    """Other maps on a port."""
    return but(seen, maps=[*(one for one in seen.maps if one.port != port), *instead])


def other_fact(seen: Seen, name: str, kind: str, value: records.Fact) -> Seen:
    """A device says something else of itself."""
    kept = [row for row in seen.facts if (row.device, row.kind) != (name, kind)]
    return but(seen, facts=[*kept, fact(name, kind, value)])


def lit(seen: Seen) -> dict[str, dict[int, State]]:
    """path -> hop -> state, of all hops that somebody looks at and that are not in order."""
    found: dict[str, dict[int, State]] = {}
    for row in walk(seen):
        for hop in row.hops:
            if hop.looked and hop.state is not State.OK:
                found.setdefault(row.path, {})[hop.place] = hop.state
    return found


def hops(path: str, seen: Seen) -> PathRow:
    """One path."""
    (row,) = walk(seen, path)
    return row
