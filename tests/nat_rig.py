"""A Frontend with two customers, shared services and two Kerberos hosts, and NAT maps as planned."""

from __future__ import annotations

from noc.hosting import records
from noc.hosting.natplan import Known, MapWords, Service, nat_use, natmap_rows
from noc.hosting.rows import NatMapRow, NatUseRow

KUENKEL, MEIER, ELSEWHERE = "10.1.0.7", "10.1.0.8", "10.2.0.9"
METADIR, REPORTING, FAX, KDC1, KDC2 = "10.1.0.214", "10.1.0.215", "10.1.0.216", "10.0.0.1", "10.0.0.2"
KNOWN = Known(
    cluster="sb1",
    frontend="sb1",
    customers={KUENKEL: "Kuenkel00001", MEIER: "Meier00007"},
    elsewhere={ELSEWHERE: "Adler00002"},
    services={
        METADIR: Service("metadir1", "metadir"),
        REPORTING: Service("reporting1", "reporting"),
        FAX: Service("fax1", "fax"),
    },
    kerberos=(KDC1, KDC2),
    frontends=frozenset({"10.1.0.254"}),
)
WORDS = MapWords(
    module="NAT0", protocol="map-prot", port="map-port", address="map-addr", int_port="map-int-port"
)
LINE_LIMIT = 20480


def nat_map(port: int, address: str, int_port: int, protocol: str = "TCP") -> records.NatMap:
    return records.NatMap(
        frontend="sb1",
        cluster="sb1",
        protocol=protocol,
        port=port,
        address=address,
        int_port=int_port,
        place=0,
    )


GOOD = [
    nat_map(8007, KUENKEL, 443),
    nat_map(9007, KUENKEL, 636),
    nat_map(8008, MEIER, 443),
    nat_map(9008, MEIER, 636),
    nat_map(9214, METADIR, 714),
    nat_map(8215, REPORTING, 443),
    nat_map(8216, FAX, 443),
    nat_map(7088, KDC1, 88, "UDP"),
    nat_map(7089, KDC2, 88, "UDP"),
    nat_map(7464, KDC1, 464, "UDP"),
    nat_map(7465, KDC2, 464, "UDP"),
]


def settings(**more: object) -> records.NatSettings:
    base: dict[str, object] = {"enabled": True, "line_bytes": 800, "udp_first": 10000, "udp_count": 200}
    return records.NatSettings(frontend="sb1", cluster="sb1", **(base | more))  # type: ignore[arg-type]


def judged(one: records.NatMap, known: Known = KNOWN) -> NatMapRow:
    return natmap_rows([one], settings(), known, False)[0]


def use(maps: list[records.NatMap], known: Known = KNOWN, **more: object) -> NatUseRow:
    return nat_use(maps, settings(**more), known, line_limit=LINE_LIMIT, stale=False)


def without(*ports: int) -> list[records.NatMap]:
    return [one for one in GOOD if one.port not in ports]
