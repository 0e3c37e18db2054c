"""The world: the same for the same seed, and as the reference design wants it."""

from __future__ import annotations

import dataclasses
import re

import pytest

from noc.hosting import naming
from noc.hosting.errors import UsageError
from noc.hosting.states import Leg
from noc.lab.build import build
from noc.lab.model import World
from noc.lab.settle import settle

NOW = 1_700_000_000


def world(**sizes: int) -> World:
    """A settled world."""
    made = build(now=NOW, **sizes)
    settle(made, NOW)
    return made


def test_the_same_seed_gives_the_same_world() -> None:
    assert dataclasses.asdict(world(seed=3)) == dataclasses.asdict(world(seed=3))
    assert dataclasses.asdict(world(seed=3)) != dataclasses.asdict(world(seed=4))


def test_default_size() -> None:
    made = world()
    assert len(made.clusters) == 2
    assert [len(cluster.customers) for cluster in made.clusters] == [6, 6]
    for cluster in made.clusters:
        for customer in cluster.customers:
            phones = [item for item in cluster.frontend.borders.values() if item.customer == customer.name]
            assert 3 <= len(phones) <= 12


def test_exactly_k_phones_a_customer() -> None:
    made = world(clusters=3, customers=5, phones=7)
    assert len(made.phones) == 3 * 5 * 7
    assert [len(cluster.frontend.borders) for cluster in made.clusters] == [35, 35, 35]


@pytest.mark.parametrize("sizes", [{"customers": 136}, {"customers": 0}, {"phones": 1000}, {"clusters": 80}])
def test_sizes_that_the_plan_cannot_hold_are_refused(sizes: dict[str, int]) -> None:
    with pytest.raises(UsageError) as refused:
        build(now=NOW, **sizes)
    assert refused.value.remedy.startswith("choose 1 to ")


def test_names_follow_the_reference_design() -> None:
    made = world(clusters=2, customers=4, phones=5)
    running = []
    for name in made.customers:
        running.append(naming.parse_customer(name).number)
    assert running == list(range(1, 9))
    for cluster in made.clusters:
        for border in cluster.frontend.borders.values():
            assert naming.customer_of(border.name) == border.customer
            assert border.long_name == border.name
            naming.parse_hardware(border.external)
    serials = {device.serial for device in made.devices.values()}
    serials |= {phone.serial for phone in made.phones.values()}
    assert len(serials) == len(made.devices) + len(made.phones)
    assert all(re.fullmatch(r"00-90-33(-[0-9a-f]{2}){3}", serial) for serial in serials)


def test_each_session_border_meets_its_user() -> None:
    made = world(clusters=1, customers=3, phones=40)
    for border in made.clusters[0].frontend.borders.values():
        pbx = made.by_inside[border.gatekeeper]
        users = [item for item in pbx.objects.values() if item.name == border.name]
        assert len(users) == 1
        assert users[0].number.isdecimal()
        assert users[0].endpoints == (made.clusters[0].frontend.inside,)


def test_people_and_numbers_are_different_within_a_customer() -> None:
    made = world(clusters=1, customers=1, phones=999)
    pbx = next(iter(made.customers.values())).pbx
    users = [item for item in pbx.objects.values() if naming.customer_of(item.name)]
    assert len(users) == 999
    assert len({item.number for item in users}) == 999


def test_a_full_frontend_has_290_maps() -> None:
    made = world(clusters=1, customers=135, phones=1)
    maps = made.clusters[0].frontend.settings.nat
    assert len(maps) == 2 * 135 + 7
    assert len({(item.protocol, item.port) for item in maps}) == len(maps)
    assert [item.int_port for item in maps if item.port == 9007] == [636]
    assert [item.address for item in maps if item.port == 8135] == ["127.21.0.135"]


def test_everything_is_registered_and_no_alarm_stands() -> None:
    made = world(clusters=2, customers=5, phones=9)
    for cluster in made.clusters:
        assert {item.outer for item in cluster.frontend.borders.values()} == {Leg.REGISTERED}
        assert {item.inner for item in cluster.frontend.borders.values()} == {Leg.REGISTERED}
        assert all(item.endpoints for item in cluster.media.objects.values())
    assert not any(device.alarms for device in made.devices.values())


def test_home_offices_use_the_media_relay() -> None:
    made = world(clusters=1, customers=6, phones=5)
    second = {site.name for site in made.sites.values() if site.name.endswith("-2")}
    assert second
    for border in made.clusters[0].frontend.borders.values():
        phone = made.phones[border.external]
        assert border.media_relay is (phone.site.name in second)
