"""What stands in provider.yaml, as types: ports, public ranges, intervals, devices."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from noc.hosting.inventory import (
    Cluster,
    FrontendEntry,
    Intervals,
    MediaEntry,
    PortMap,
    PortSpan,
    PublicRanges,
    ServiceEntry,
    written_devices,
)

PORTS = PortMap((PortSpan(443, 443, 24443), PortSpan(8000, 8999, 26000)))


@pytest.mark.parametrize(
    ("book", "real"), [(443, 24443), (8000, 26000), (8999, 26999), (9000, 9000), (442, 442)]
)
def test_ports(book: int, real: int) -> None:
    assert PORTS.real(book) == real
    assert PORTS.by_the_book(real) == book


@given(st.integers(8000, 8999))
def test_ports_there_and_back(book: int) -> None:
    assert PORTS.by_the_book(PORTS.real(book)) == book


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("127.121.0.1", True),
        ("127.21.0.1", False),
        ("10.1.0.7", False),
        ("8.8.8.8", True),
        ("2001:4860:4860::8888", True),
        ("fe80::1", False),
        ("sb1.example", False),
        ("", False),
    ],
)
def test_public(address: str, public: bool) -> None:
    assert PublicRanges(("127.120.0.0/13",)).holds(address) is public


def test_intervals() -> None:
    intervals = Intervals(nat=10.0)
    assert (intervals.of("nat"), intervals.of("box"), intervals.of("certificate")) == (10.0, 30.0, 21600.0)
    with pytest.raises(KeyError):
        intervals.of("of")


def test_kind_of_a_service() -> None:
    def kind(*roles: str) -> str:
        return ServiceEntry(name="x", inside="10.0.0.1", roles=roles).kind

    assert kind("kerberos", "rootca", "licence") == "kerberos"
    assert kind("licence") == "licence"
    assert kind("metadir") == "service"


def test_devices_that_are_written() -> None:
    cluster = Cluster(
        name="sb1",
        frontend=FrontendEntry(name="sb1", inside="10.1.0.254", outside="203.0.113.1"),
        media=MediaEntry(name="media1", inside="10.1.0.253"),
        services=(ServiceEntry(name="metadir1", inside="10.1.0.214", roles=("metadir",), cluster="sb1"),),
    )
    kerberos = ServiceEntry(name="kerberos1", inside="10.0.0.1", roles=("kerberos", "rootca"))
    devices = list(written_devices((cluster,), (kerberos,)))
    assert [(one.name, one.kind, one.cluster, one.inside, one.outside, one.roles) for one in devices] == [
        ("sb1", "frontend", "sb1", "10.1.0.254", "203.0.113.1", ()),
        ("media1", "media", "sb1", "10.1.0.253", "", ()),
        ("metadir1", "service", "sb1", "10.1.0.214", "", ("metadir",)),
        ("kerberos1", "kerberos", "", "10.0.0.1", "", ("kerberos", "rootca")),
    ]
    assert all(one.written for one in devices)
