"""`View.paths` and `View.tree` on a real log: the stations of a customer, moved phones, filters."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from noc.hosting import records
from noc.hosting.paths import PATHS
from noc.hosting.records import draft
from noc.hosting.rows import HopRow
from noc.hosting.states import State
from tests.screens.sample import Sample, border, filled


@pytest.fixture
def well(tmp_path: Path) -> Iterator[Sample]:
    """Two clusters without a fault."""
    made = filled(tmp_path / "log", faults=False)
    yield made
    made.close()


def hop(sample: Sample, path: str, place: int, phone: str = "") -> HopRow:
    """One hop of Kuenkel00001."""
    (row,) = sample.view.paths("Kuenkel00001", phone, path)
    return row.hops[place - 1]


def test_all_paths_come_in_their_order(well: Sample) -> None:
    assert [row.path for row in well.view.paths("Kuenkel00001")] == [path.name for path in PATHS]


@pytest.mark.parametrize(("customer", "phone"), [("Nobody00001", ""), ("Adler00002", "Kuenkel00001-000")])
def test_who_is_not_known_has_no_paths(well: Sample, customer: str, phone: str) -> None:
    assert well.view.paths(customer, phone) == []


def test_the_stations_are_those_of_the_customers_own_cluster(well: Sample) -> None:
    assert hop(well, "registration", 2).end_device == "sb2"
    assert hop(well, "media", 2).end_device == "media2"
    assert hop(well, "kerberos", 1).end_device == "kerberos1"
    assert hop(well, "kerberos", 2).end_device == "kerberos2"
    assert hop(well, "licence", 1).end_device == "kerberos1"
    assert hop(well, "directory", 2).end_device == ""
    metadir = records.Device(
        name="metadir2", kind="service", cluster="sb2", inside="10.2.0.9", roles=("metadir",)
    )
    other = records.Device(
        name="metadir1", kind="service", cluster="sb1", inside="10.1.0.9", roles=("metadir",)
    )
    well.append(draft("metadir1", other), draft("metadir2", metadir))
    assert hop(well, "directory", 2).end_device == "metadir2"


def test_the_master_is_the_host_that_is_the_root_ca_too(well: Sample) -> None:
    swapped = records.Device(name="kerberos0", kind="service", inside="10.0.0.3", roles=("kerberos",))
    well.append(draft("kerberos0", swapped))
    assert hop(well, "kerberos", 1).end_device == "kerberos1"
    assert hop(well, "kerberos", 2).end_device == "kerberos0"


def test_ports_come_from_maps_and_backups(well: Sample) -> None:
    backup = records.Backup(
        device="Kuenkel00001",
        cluster="sb2",
        customer="Kuenkel00001",
        hardware_id="IP232-0a-01-00",
        ras_port=11_719,
    )
    well.append(draft("Kuenkel00001/IP232-0a-01-00", backup))
    assert hop(well, "https", 1).port == "TCP 8002"
    assert hop(well, "registration", 2, "Kuenkel00001-000").port == "UDP 11719"
    assert hop(well, "registration", 2, "Kuenkel00001-001").port == "UDP 1719 or alternate"


def test_of_a_phone_at_two_frontends_the_customers_own_counts(well: Sample) -> None:
    own = border("Kuenkel00001", 0, outer="timeout", inner="unknown")
    elsewhere = msgspec.structs.replace(own, frontend="sb1", cluster="sb1")
    well.append(draft("sb1/Kuenkel00001-000", elsewhere))
    (row,) = well.view.paths("Kuenkel00001", "Kuenkel00001-000", "registration")
    assert (row.frontend, row.state) == ("sb2", State.OK)


def test_a_fact_of_a_device_is_heard(well: Sample) -> None:
    assert not hop(well, "time", 3).reasons
    sync = records.TimeSync(device="Kuenkel00001", cluster="sb2", server="10.2.0.254", synced=False)
    well.append(draft("Kuenkel00001", sync))
    found = hop(well, "time", 3)
    assert (found.state, found.reasons[0].code) == (State.DOWN, "not-synced")


def test_a_refused_slave_is_seen_at_its_licence_server(well: Sample) -> None:
    for device, state in (("kerberos1", "down"), ("kerberos2", "down")):
        link = records.Link(device=device, cluster="", name="media2", role="licence", state=state)
        well.append(draft(f"{device}/media2", link))
    assert hop(well, "licence", 1).state is State.DOWN
    well.append(
        draft("kerberos2/media2",
              records.Link(device="kerberos2", cluster="", name="media2", role="licence", state="up"))
    )  # fmt: skip
    assert hop(well, "licence", 1).state is State.OK


def test_the_tree_has_what_is_shared_first_then_each_cluster(well: Sample) -> None:
    found = [(node.depth, node.kind, node.name) for node in well.view.tree()]
    assert found[:5] == [
        (0, "service", "kerberos1"),
        (0, "service", "kerberos2"),
        (0, "cluster", "sb1"),
        (1, "frontend", "sb1"),
        (1, "media", "media1"),
    ]
    assert [name for depth, kind, name in found if kind == "customer"][:3] == [
        "Adler00002",
        "Meier00007",
        "Vogel00011",
    ]
    assert len(found) == 2 + 2 + 4 + 6


def test_a_filter_leaves_clusters_and_customers_only(well: Sample) -> None:
    found = [(node.kind, node.name) for node in well.view.tree("customer=Kuenkel00001")]
    assert found == [("cluster", "sb2"), ("customer", "Kuenkel00001")]
    assert well.view.tree("customer=Nobody") == []
