"""Each NAT map of a Frontend against the port plan: what it is for and what is wrong with it.

Reference design, ch. Frontend and rules NAT-01 to NAT-09: external port = service digit + host part of the
inside address (``9007`` -> x.x.x.7:636), two maps a customer, shared services on numbers of their own,
Kerberos on four UDP ports. How full the NAT is and what is missing stands in `natplan`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import msgspec

from noc.hosting import records
from noc.hosting.judging import reason
from noc.hosting.rows import NatMapRow, Reason
from noc.hosting.states import State, worst

HTTPS: Final = 443
LDAPS: Final = 636
METADIR: Final = 714
CUSTOMER_SERVICES: Final[dict[int, tuple[int, str]]] = {8: (HTTPS, "https"), 9: (LDAPS, "ldaps")}
"""first digit of the external port -> inside port, service."""
KERBEROS_PORTS: Final[dict[int, tuple[int, str, int]]] = {
    7088: (88, "kerberos", 0),
    7089: (88, "kerberos", 1),
    7464: (464, "kpasswd", 0),
    7465: (464, "kpasswd", 1),
}
"""external UDP port -> inside port, service, which Kerberos host (0 master, 1 standby)."""
OPTIONAL_PORTS: Final = frozenset({7465})
CLEAR_TEXT: Final[dict[int, str]] = {80: "http", 389: "ldap"}

_SERVICE_OF: Final[dict[tuple[str, int], str]] = {
    ("TCP", HTTPS): "https",
    ("TCP", LDAPS): "ldaps",
    ("TCP", METADIR): "metadir",
    ("UDP", 88): "kerberos",
    ("UDP", 464): "kpasswd",
    **{("TCP", port): name for port, name in CLEAR_TEXT.items()},
}
_STATES: Final[dict[str, State]] = {"wrong-target": State.DOWN, "unknown-target": State.DOWN}
HITTING: Final = frozenset({"wrong-target", "unknown-target", "duplicate-port", "clear-text"})
"""Codes of a map's findings that its customer suffers from."""


class Service(msgspec.Struct, frozen=True):
    """A shared service behind the NAT. kind: metadir | reporting | fax | … or "" where it is not told."""

    name: str
    kind: str = ""


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a cluster, to hold its NAT maps against. Keys are inside addresses without port.

    customers: PBX -> customer id, of this Frontend; elsewhere: the same of all other Frontends;
    services: of this cluster and once-only ones; kerberos: the master, then the standby.
    """

    cluster: str
    frontend: str
    customers: Mapping[str, str] = {}
    elsewhere: Mapping[str, str] = {}
    services: Mapping[str, Service] = {}
    kerberos: tuple[str, ...] = ()
    frontends: frozenset[str] = frozenset()

    def whose(self, address: str) -> str:
        """Who answers at an inside address, as people say it; "" for nobody known."""
        customer = self.customers.get(address) or self.elsewhere.get(address)
        if customer:
            return f"{customer}'s PBX"
        if address in self.services:
            return self.services[address].name
        if address in self.kerberos:
            return "the Kerberos master" if address == self.kerberos[0] else "the Kerberos standby"
        return f"Frontend {self.frontend}" if address in self.frontends else ""

    def by_host(self) -> dict[int, str]:
        """host part -> address of the customer PBX that owns it."""
        return {host_part(address): address for address in self.customers}


def known_of(
    frontend: records.Device, devices: Iterable[records.Device], customers: Iterable[records.Customer]
) -> Known:
    """`Known` of a Frontend from all devices and customers of the platform.

    The Kerberos master is the host that is the RootCA too (reference design, ch. Kerberos), else the first
    by name.
    """
    devices, customers = list(devices), list(customers)
    mine = {one.pbx_address: one.customer for one in customers if one.frontend == frontend.name}
    others = {one.pbx_address: one.customer for one in customers if one.frontend != frontend.name}
    near = [one for one in devices if one.cluster in ("", frontend.cluster) and one.inside]
    kerberos = sorted(
        (one for one in near if _is_kerberos(one)), key=lambda one: ("rootca" not in one.roles, one.name)
    )
    return Known(
        cluster=frontend.cluster,
        frontend=frontend.name,
        customers={address: customer for address, customer in mine.items() if address},
        elsewhere={address: customer for address, customer in others.items() if address},
        services={
            one.inside: Service(one.name, one.roles[0] if one.roles else "")
            for one in near
            if one.kind == "service"
        },
        kerberos=tuple(one.inside for one in kerberos),
        frontends=frozenset(address for address in (frontend.inside, frontend.outside) if address),
    )


def host_part(address: str) -> int:
    """The last number of an IPv4 address (``10.1.0.7`` -> 7), -1 if it is none."""
    last = address.rpartition(".")[2]
    return int(last) if last.isascii() and last.isdigit() else -1


def external_port(digit: int, address: str) -> int:
    """The port that the plan gives a service (8 HTTPS, 9 LDAPS) of the PBX at `address` (NAT-02)."""
    return digit * 1000 + host_part(address)


def natmap_rows(
    maps: Sequence[records.NatMap], settings: records.NatSettings | None, known: Known, stale: bool
) -> list[NatMapRow]:
    """Each map with its service, the customer whose it is, and what the plan says against it.

    All maps are of one Frontend. settings: its NAT page (None: not read); switched off, no map works.
    """
    off = settings is not None and not settings.enabled
    used = Counter((one.protocol.upper(), one.port) for one in maps)
    sheet = _Sheet(known=known, used=used, hosts=known.by_host(), off=off, stale=stale)
    return [_row(one, sheet) for one in maps]


class _Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """What all maps of one Frontend are judged by."""

    known: Known
    used: Counter[tuple[str, int]]
    hosts: Mapping[int, str]
    off: bool
    stale: bool

    def owner(self, one: records.NatMap) -> str:
        """Address of the PBX that the plan gives the map's external port to, "" for none."""
        return self.hosts.get(one.port % 1000, "") if _customer_slot(one) else ""


def _row(one: records.NatMap, sheet: _Sheet) -> NatMapRow:
    known = sheet.known
    state, findings = _judged(one, sheet)
    return NatMapRow(
        frontend=one.frontend,
        cluster=one.cluster,
        protocol=one.protocol,
        port=one.port,
        address=one.address,
        int_port=one.int_port,
        service=service_of(one, known),
        customer=known.customers.get(sheet.owner(one)) or known.customers.get(one.address, ""),
        state=state,
        reasons=tuple(findings),
    )


def _judged(one: records.NatMap, sheet: _Sheet) -> tuple[State, list[Reason]]:
    findings = [*_map_findings(one, sheet)]
    if sheet.used[one.protocol.upper(), one.port] > 1:
        findings.append(reason("duplicate-port", f"port {one.port} is mapped twice"))
    state = worst([State.OK, *(_STATES.get(why.code, State.DEGRADED) for why in findings)])
    if sheet.off:
        findings.insert(0, reason("nat-off", f"NAT is switched off at {one.frontend}"))
        state = State.DOWN
    if sheet.stale:
        findings.insert(0, reason("stale", f"no current answer from {one.frontend}"))
        state = State.STALE
    return state, findings


def service_of(one: records.NatMap, known: Known) -> str:
    """https | ldaps | metadir | kerberos | kpasswd | reporting | fax | http | ldap | "" for none known."""
    shared = known.services.get(one.address)
    if shared is not None and shared.kind:
        return shared.kind
    return _SERVICE_OF.get((one.protocol.upper(), one.int_port), "")


def _customer_slot(one: records.NatMap) -> bool:
    """Whether the external port lies where the plan puts customers (TCP 8nnn, 9nnn)."""
    return one.protocol.upper() == "TCP" and one.port // 1000 in CUSTOMER_SERVICES


def _map_findings(one: records.NatMap, sheet: _Sheet) -> Iterable[Reason]:
    known = sheet.known
    if one.protocol.upper() == "TCP" and one.int_port in CLEAR_TEXT:
        yield reason("clear-text", f"leads to port {one.int_port}: passwords in clear text")
    if one.protocol.upper() == "UDP" and (one.port in KERBEROS_PORTS or one.int_port in (88, 464)):
        yield from _kerberos_findings(one, known)
    elif _customer_slot(one):
        yield from _slot_findings(one, sheet.owner(one), known)
    elif one.address in known.customers or one.address in known.elsewhere:
        yield _off_plan(one, known)
    elif not known.whose(one.address):
        yield _unknown(one)


def _slot_findings(one: records.NatMap, owner: str, known: Known) -> Iterable[Reason]:
    """A map on 8nnn or 9nnn: does it lead to the PBX at `owner`, whose nnn is, "" for nobody's?"""
    target = known.whose(one.address)
    if owner and one.address == owner:
        wanted, _service = CUSTOMER_SERVICES[one.port // 1000]
        if one.int_port != wanted and one.int_port not in CLEAR_TEXT:
            yield reason("off-plan-port", f"{one.port} should lead to port {wanted}, not {one.int_port}")
    elif owner and target:
        yield reason("wrong-target", f"target is {target}, not {known.customers[owner]}'s")
    elif owner:
        yield _unknown(one)
    elif not target and known.customers:
        yield reason(
            "orphan", f"no customer has number {one.port % 1000:03d}, and nobody known is at {one.address}"
        )
    elif one.address in known.customers or one.address in known.elsewhere:
        yield _off_plan(one, known)


def _kerberos_findings(one: records.NatMap, known: Known) -> Iterable[Reason]:
    """A UDP map to Kerberos: right port, right one of the two hosts (NAT-06)."""
    planned = KERBEROS_PORTS.get(one.port)
    if planned is None:
        ports = " or ".join(str(port) for port, plan in KERBEROS_PORTS.items() if plan[0] == one.int_port)
        yield reason("off-plan-port", f"port {one.int_port} belongs on {ports}")
        return
    wanted, _service, place = planned
    if one.int_port != wanted:
        yield reason("off-plan-port", f"{one.port} should lead to port {wanted}, not {one.int_port}")
    host = known.kerberos[place] if place < len(known.kerberos) else ""
    if one.address != host and (host or one.address not in known.kerberos):
        target = known.whose(one.address)
        role = ("master", "standby")[place]
        yield (
            reason("wrong-target", f"target is {target}, not the Kerberos {role}")
            if target
            else _unknown(one)
        )


def _off_plan(one: records.NatMap, known: Known) -> Reason:
    digits = {port: digit for digit, (port, _name) in CUSTOMER_SERVICES.items()}
    whose = known.whose(one.address)
    if one.int_port in digits and one.address in known.customers:
        return reason(
            "off-plan-port", f"{whose} belongs on {external_port(digits[one.int_port], one.address)}"
        )
    if one.address in known.elsewhere:
        return reason("wrong-target", f"target is {whose}, which belongs to another Frontend")
    return reason("off-plan-port", f"leads to port {one.int_port} of {whose}, which the plan does not map")


def _unknown(one: records.NatMap) -> Reason:
    return reason("unknown-target", f"nobody known is at {one.address}")


def _is_kerberos(device: records.Device) -> bool:
    return device.kind == "kerberos" or "kerberos" in device.roles
