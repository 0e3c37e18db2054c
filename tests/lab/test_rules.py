"""Who is registered: each rule of the chain, and what follows for the neighbours."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from noc.hosting.alarms import REGISTRATION_DOWN
from noc.hosting.states import Leg
from noc.lab import rules
from noc.lab.build import build
from noc.lab.model import World
from noc.lab.pieces import SessionBorder
from noc.lab.settle import settle

NOW = 1_700_000_000
Break = Callable[[World], None]


def world() -> World:
    """Two clusters, two customers each, three phones each."""
    made = build(clusters=2, customers=2, phones=3, now=NOW)
    settle(made, NOW)
    return made


def first(made: World) -> SessionBorder:
    """The SessionBorder object of the first phone."""
    return next(iter(made.clusters[0].frontend.borders.values()))


def _power_off(made: World) -> None:
    made.phones[first(made).external].powered = False


def _router_down(made: World) -> None:
    made.phones[first(made).external].site.up = False


def _wrong_password(made: World) -> None:
    made.phones[first(made).external].password = "wrong"


def _pbx_down(made: World) -> None:
    made.by_inside[first(made).gatekeeper].up = False


def _wrong_pbx_password(made: World) -> None:
    made.clusters[0].frontend.pbx_password = "wrong"


def _no_user(made: World) -> None:
    pbx = made.by_inside[first(made).gatekeeper]
    user = next(item for item in pbx.objects.values() if item.name == first(made).name)
    del pbx.objects[user.long_name]


def _wrong_gatekeeper(made: World) -> None:
    first(made).gatekeeper = "127.21.0.99"


@pytest.mark.parametrize(
    ("change", "outer", "inner", "reason"),
    [
        (lambda made: None, Leg.REGISTERED, Leg.REGISTERED, ""),
        (_power_off, Leg.TIMEOUT, Leg.UNKNOWN, ""),
        (_router_down, Leg.TIMEOUT, Leg.UNKNOWN, ""),
        (_wrong_password, Leg.REFUSED, Leg.UNKNOWN, ""),
        (_pbx_down, Leg.REGISTERED, Leg.TIMEOUT, rules.TIMED_OUT),
        (_wrong_pbx_password, Leg.REGISTERED, Leg.REFUSED, rules.UNAUTHORIZED),
        (_no_user, Leg.REGISTERED, Leg.REFUSED, rules.REJECTED),
        (_wrong_gatekeeper, Leg.REGISTERED, Leg.TIMEOUT, rules.TIMED_OUT),
    ],
)
def test_legs_of_a_phone(change: Break, outer: Leg, inner: Leg, reason: str) -> None:
    made = world()
    change(made)
    settle(made, NOW + 60)
    border = first(made)
    assert (border.outer, border.inner, border.inner_reason) == (outer, inner, reason)
    assert bool(border.address) is (outer is Leg.REGISTERED)
    assert border.since == (NOW if outer is inner is Leg.REGISTERED else NOW + 60)
    assert made.clusters[0].frontend.alarms.keys() == _expected_alarms(border)
    everyone = [item for cluster in made.clusters for item in cluster.frontend.borders.values()]
    untouched = [item for item in everyone if item.customer != border.customer]
    if change is not _wrong_pbx_password:
        assert {item.inner for item in untouched} == {Leg.REGISTERED}


def _expected_alarms(border: SessionBorder) -> set[tuple[str, str]]:
    """Each refused outer leg is told by its phone, each failed inner leg by the Frontend."""
    made_by_phone = {("PHONE/SIG", border.external)} if border.outer is Leg.REFUSED else set()
    if border.inner is Leg.REGISTERED or border.inner is Leg.UNKNOWN:
        return made_by_phone
    if border.inner_reason == rules.UNAUTHORIZED:
        names = [f"{name}-{place:03d}" for name in _customers_of_first() for place in range(3)]
        return {*((f"PBX0/{name}", "") for name in names), ("PBX0/LICENCE", "")}
    if border.inner_reason == rules.TIMED_OUT and border.gatekeeper != "127.21.0.99":
        return {(f"PBX0/{border.customer}-{place:03d}", "") for place in range(3)}
    return {(f"PBX0/{border.name}", "")}


def _customers_of_first() -> list[str]:
    return [customer.name for customer in world().clusters[0].customers]


def test_a_phone_without_an_object_is_rejected_and_says_so() -> None:
    made = world()
    frontend = made.clusters[0].frontend
    border = first(made)
    del frontend.borders[border.long_name]
    settle(made, NOW + 1)
    alarm = frontend.alarms["PHONE/SIG", border.external]
    assert (alarm.code, alarm.reason, alarm.time) == (REGISTRATION_DOWN, rules.REJECTED, NOW + 1)
    assert alarm.serial == made.phones[border.external].serial


def test_what_a_phone_pushed_stays_while_its_router_is_down() -> None:
    made = world()
    border, frontend = first(made), made.clusters[0].frontend
    _wrong_password(made)
    settle(made, NOW + 1)
    _router_down(made)
    settle(made, NOW + 2)
    assert border.outer is Leg.TIMEOUT
    assert frontend.alarms["PHONE/SIG", border.external].time == NOW + 1


def test_a_stopped_media_pbx_loses_its_customers_links() -> None:
    made = world()
    made.clusters[0].media.up = False
    settle(made, NOW + 1)
    for customer in made.clusters[0].customers:
        up = {gateway.name: gateway.up for gateway in customer.pbx.gateways}
        assert [name for name, is_up in up.items() if not is_up] == ["HTTP-EXT"]
        assert customer.pbx.alarms.keys() == {("RELAY/GW1", ""), ("PBX0/LICENCE", "")}
    assert not any(customer.pbx.alarms for customer in made.clusters[1].customers)
    assert not made.devices["kerberos1"].objects["media1"].endpoints


def test_a_stopped_customer_pbx_is_gone_from_its_media_pbx() -> None:
    made = world()
    pbx = made.clusters[0].customers[0].pbx
    pbx.up = False
    settle(made, NOW + 1)
    media = made.clusters[0].media
    assert not media.objects[pbx.name].endpoints
    assert pbx.inside not in media.objects["HTTP-EXT"].endpoints
    assert made.clusters[0].customers[1].pbx.inside in media.objects["HTTP-EXT"].endpoints


def test_a_stopped_frontend_takes_users_and_trunks_with_it() -> None:
    made = world()
    made.clusters[0].frontend.up = False
    before = [(item.outer, item.inner) for item in made.clusters[0].frontend.borders.values()]
    settle(made, NOW + 1)
    for customer in made.clusters[0].customers:
        users = [item for item in customer.pbx.objects.values() if item.name.startswith(customer.name)]
        assert users
        assert not any(item.endpoints for item in users)
        assert customer.pbx.trunk is not None
        assert not customer.pbx.trunk.up
    after = [(item.outer, item.inner) for item in made.clusters[0].frontend.borders.values()]
    assert before == after, "a stopped device keeps what it last knew"


def test_the_standby_licence_server_takes_over() -> None:
    made = world()
    made.devices["kerberos1"].up = False
    settle(made, NOW + 1)
    assert made.devices["kerberos2"].objects["sb1"].endpoints == (made.devices["sb1"].inside,)
    assert not made.devices["sb1"].alarms
    made.devices["kerberos2"].up = False
    settle(made, NOW + 2)
    assert made.devices["sb1"].alarms.keys() == {("PBX0/LICENCE", "")}


def test_settling_twice_changes_nothing() -> None:
    made = world()
    _wrong_pbx_password(made)
    settle(made, NOW + 1)
    alarms = dict(made.clusters[0].frontend.alarms)
    settle(made, NOW + 500)
    assert made.clusters[0].frontend.alarms == alarms
    assert first(made).since == NOW + 1
