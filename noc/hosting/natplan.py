"""The port plan of a Frontend as a whole: how full its NAT is, what is missing, do trunks find a port.

The limit of about 290 maps comes from the length of one configuration line (reference design, ch.
Frontend), so bytes are counted as well as maps. Rules NAT-01, NAT-03, NAT-05 to NAT-08.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from noc.hosting import natmaps, records
from noc.hosting.judging import reason
from noc.hosting.natmaps import Known, Service, external_port, host_part, known_of, natmap_rows, service_of
from noc.hosting.rows import NatMapRow, NatUseRow, Reason
from noc.hosting.states import State

__all__ = [
    "Known",
    "MapWords",
    "Service",
    "config_line_bytes",
    "customer_findings",
    "external_port",
    "host_part",
    "known_of",
    "map_bytes",
    "map_limit",
    "missing_maps",
    "nat_use",
    "natmap_rows",
    "next_map_bytes",
    "service_of",
]

SHARED_RESERVE: Final = 20
"""Maps kept free for what all customers share."""
NEARLY_FULL: Final = 0.9
TYPICAL_MAP_BYTES: Final = 70
"""Bytes of `` /map-prot TCP /map-port 9007 /map-addr 172.16.0.107 /map-int-port 636``: 290 fill 20,480."""
RTP_SAFE: Final = (16384, 49150)
"""Its default ``16384/32767`` may mean first/last or first/count: clear of both is clear (NAT-08)."""
OWN_UDP_PORTS: Final[dict[int, str]] = {1719: "RAS", 3478: "STUN", 5060: "SIP"}


class MapWords(msgspec.Struct, frozen=True, kw_only=True):
    """The words of the wire that a map costs in the configuration line (from the dialect)."""

    module: str
    protocol: str
    port: str
    address: str
    int_port: str
    head: str = "config change {module} /enable"


def config_line_bytes(maps: Iterable[records.NatMap], words: MapWords) -> int:
    """Bytes of the one configuration line that holds these maps, without its line end."""
    return len(words.head.format(module=words.module)) + sum(map_bytes(one, words) for one in maps)


def map_bytes(one: records.NatMap, words: MapWords) -> int:
    """Bytes that one map adds to the configuration line."""
    pairs = (
        (words.protocol, one.protocol),
        (words.port, one.port),
        (words.address, one.address),
        (words.int_port, one.int_port),
    )
    return sum(len(f" /{key} {value}".encode()) for key, value in pairs)


def map_limit(used: int, line_bytes: int, line_limit: int) -> int:
    """So many maps fit a line of `line_limit` bytes, if further maps are as long as those in it."""
    return used + max(0, line_limit - line_bytes) // next_map_bytes(used, line_bytes)


def next_map_bytes(used: int, line_bytes: int) -> int:
    """Bytes that one more map adds, if it is as long as those that are there."""
    return max(1, round(line_bytes / used)) if used and line_bytes else TYPICAL_MAP_BYTES


def nat_use(
    maps: Sequence[records.NatMap],
    settings: records.NatSettings | None,
    known: Known,
    *,
    line_limit: int,
    stale: bool,
) -> NatUseRow:
    """How full the NAT of one Frontend is, and what is wrong beyond single maps.

    line_limit: bytes of the longest configuration line (dialect). settings None: its NAT page was not read.
    """
    rows = natmap_rows(maps, settings, known, False)
    line_bytes = settings.line_bytes if settings else 0
    limit = map_limit(len(maps), line_bytes, line_limit)
    findings = [*_fill_findings(len(maps), limit), *_wrong_maps(rows)]
    if settings is not None:
        findings = [*_setting_findings(settings, maps, known), *findings]
        findings += [*missing_maps(maps, known), *_missing_shared(maps, known)]
    return NatUseRow(
        frontend=known.frontend,
        cluster=known.cluster,
        used=len(maps),
        limit=limit,
        line_bytes=line_bytes,
        line_limit=line_limit,
        fits=_fits(rows, limit, settings, known),
        udp_first=settings.udp_first if settings else 0,
        udp_count=settings.udp_count if settings else 0,
        udp_used=len(known.customers),
        state=_state(settings, findings, stale),
        findings=tuple(findings),
    )


def customer_findings(
    maps: Sequence[records.NatMap], settings: records.NatSettings | None, known: Known, stale: bool
) -> dict[str, tuple[Reason, ...]]:
    """customer -> what is wrong with the maps that it needs (for `health.CustomerFacts.findings`).

    Only what the customer suffers from: a map missing, leading elsewhere, mapped twice, in clear text.
    Nothing is claimed of a Frontend that is stale or whose NAT page was never read.
    """
    if stale or settings is None:
        return {}
    found: dict[str, list[Reason]] = {}
    for row in natmap_rows(maps, settings, known, False):
        if row.customer:
            said = [_about(row, why) for why in row.reasons if why.code in natmaps.HITTING]
            found.setdefault(row.customer, []).extend(said)
    for customer, why in _missing(maps, known):
        found.setdefault(customer, []).append(why)
    return {customer: tuple(reasons) for customer, reasons in found.items() if reasons}


def missing_maps(maps: Sequence[records.NatMap], known: Known) -> list[Reason]:
    """The maps that customers of this Frontend lack (NAT-01); one on the right port counts as there."""
    return [why for _customer, why in _missing(maps, known)]


def _missing(maps: Sequence[records.NatMap], known: Known) -> Iterable[tuple[str, Reason]]:
    ports = {one.port for one in maps if one.protocol.upper() == "TCP"}
    targets = {(one.address, one.int_port) for one in maps if one.protocol.upper() == "TCP"}
    for address, customer in sorted(known.customers.items(), key=lambda item: item[1]):
        for digit, (int_port, service) in natmaps.CUSTOMER_SERVICES.items():
            planned = external_port(digit, address)
            if (address, int_port) not in targets and planned not in ports:
                text = f"no map {planned} to {customer} ({service.upper()}, {address}:{int_port})"
                yield customer, reason("missing-map", text)


def _missing_shared(maps: Sequence[records.NatMap], known: Known) -> Iterable[Reason]:
    """Shared services without a map (NAT-05) and Kerberos ports without one (NAT-06)."""
    tcp = {(one.address, one.int_port) for one in maps if one.protocol.upper() == "TCP"}
    reached = {one.address for one in maps}
    wanted = {"metadir": natmaps.METADIR, "reporting": natmaps.HTTPS}
    for address, service in sorted(known.services.items()):
        port = wanted.get(service.kind, 0)
        if ((address, port) not in tcp) if port else (service.kind == "fax" and address not in reached):
            target = f"{address}:{port}" if port else address
            yield reason("missing-shared-map", f"no map to {service.name} ({target})")
    udp = {one.port for one in maps if one.protocol.upper() == "UDP"}
    for port, (int_port, _service, place) in natmaps.KERBEROS_PORTS.items():
        if place < len(known.kerberos) and port not in udp and port not in natmaps.OPTIONAL_PORTS:
            yield reason("missing-shared-map", f"no UDP map {port} to {known.kerberos[place]}:{int_port}")


def _setting_findings(
    settings: records.NatSettings, maps: Sequence[records.NatMap], known: Known
) -> Iterable[Reason]:
    if not settings.enabled:
        yield reason("nat-off", f"NAT is switched off at {known.frontend}")
    yield from _udp_findings(settings, maps, known)


def _fill_findings(used: int, limit: int) -> Iterable[Reason]:
    if used >= NEARLY_FULL * limit:
        yield reason("nearly-full", f"{used} of about {limit} maps are used")


def _wrong_maps(rows: Sequence[NatMapRow]) -> Iterable[Reason]:
    """Single maps that are wrong, by port, so that whoever reads only this row knows of them."""
    wrong = [_about(row, why) for row in rows for why in row.reasons if why.code != "nat-off"]
    yield from dict.fromkeys(wrong)


def _about(row: NatMapRow, why: Reason) -> Reason:
    return reason(why.code, f"map {row.port}: {why.text}" if why.code != "duplicate-port" else why.text)


def _udp_findings(
    settings: records.NatSettings, maps: Sequence[records.NatMap], known: Known
) -> Iterable[Reason]:
    """The UDP-NAT range: there, large enough (NAT-07), clear of RTP and of other ports (NAT-08)."""
    first, count, trunks = settings.udp_first, settings.udp_count, len(known.customers)
    if count <= 0:
        yield reason("udp-range-none", "no UDP-NAT range: no customer can call outside")
        return
    last = first + count - 1
    if count < trunks:
        yield reason("udp-range-too-small", f"{count} UDP-NAT ports for {trunks} customers")
    for low, high, what in _reserved(settings, maps):
        if first <= high and low <= last:
            span = f"{low}-{high}" if low != high else str(low)
            yield reason("udp-range-overlap", f"UDP-NAT {first}-{last} overlaps {what} {span}")
    if first < 1 or last > 65535:
        yield reason("udp-range-invalid", f"UDP-NAT {first}-{last} is not a range of ports")


def _reserved(
    settings: records.NatSettings, maps: Sequence[records.NatMap]
) -> Iterable[tuple[int, int, str]]:
    default = (settings.rtp_first, settings.rtp_last) in ((0, 0), (16384, 32767), RTP_SAFE)
    low, high = RTP_SAFE if default else (settings.rtp_first, settings.rtp_last)
    yield low, high, "RTP"
    for port, what in OWN_UDP_PORTS.items():
        yield port, port, what
    for port in sorted({one.port for one in maps if one.protocol.upper() == "UDP"}):
        yield port, port, "NAT map"


def _fits(rows: Sequence[NatMapRow], limit: int, settings: records.NatSettings | None, known: Known) -> int:
    """Customers for whom there is room: two maps each beside the shared reserve, and a UDP port."""
    shared = sum(1 for row in rows if not row.customer)
    room = max(0, limit - len(rows) - max(0, SHARED_RESERVE - shared)) // 2
    if settings is None or settings.udp_count <= 0:
        return room
    return min(room, max(0, settings.udp_count - len(known.customers)))


def _state(settings: records.NatSettings | None, findings: Sequence[Reason], stale: bool) -> State:
    if stale:
        return State.STALE
    if settings is None:
        return State.UNKNOWN
    if not settings.enabled:
        return State.DOWN
    return State.DEGRADED if findings else State.OK
