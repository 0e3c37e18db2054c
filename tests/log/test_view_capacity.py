"""What runs out, from the log: now, its history of weeks, gaps, the past, and how many records are read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from noc.hosting.records import Customer, Draft, Gap, LicenceCount, Licences, NatSettings, draft, gone
from noc.hosting.rows import CapacityRow
from noc.hosting.states import State
from noc.log.store import Log
from noc.log.view import View
from tests.log.rig import SECOND, START, Clock, alarm, device, natmap, source

DAY = 86_400
MIDNIGHT = START // (DAY * SECOND) * DAY * SECOND
SUBJECTS = ("nat", "registrations", "licences", "drive", "alarms")


def customer(place: int) -> list[Draft]:
    """A customer of sb1 with its two maps."""
    name, address = f"Kunde{place:05d}", f"10.1.0.{place + 1}"
    body = Customer(customer=name, cluster="sb1", frontend="sb1", media="media1", pbx_address=address)
    return [
        draft(name, body),
        device(name, "pbx", customer=name, inside=address),
        natmap(8001 + place, address, 443, place=2 * place),
        natmap(9001 + place, address, 636, place=2 * place + 1),
    ]


def page(count: int, ports: int = 50) -> Draft:
    """The NAT page with so many maps."""
    body = NatSettings(
        frontend="sb1", cluster="sb1", enabled=True, line_bytes=70 * count, udp_first=50_000, udp_count=ports
    )
    return draft("sb1", body)


def ports(name: str, used: int, count: int = 100, cluster: str = "sb1") -> Draft:
    """The Port licences of a device."""
    kinds = (LicenceCount(name="Port", count=count, used=used),)
    return draft(name, Licences(device=name, cluster=cluster, kinds=kinds))


def begun() -> list[Draft]:
    """A cluster and the licence server, all sources read well."""
    names = ("sb1", "media1", "kerberos1")
    return [
        *(source(name, subject) for name in names for subject in SUBJECTS),
        device("sb1", "frontend", inside="10.1.0.254", outside="203.0.113.1", written=True),
        device("media1", "media", inside="10.1.0.253", outside="203.0.113.2", written=True),
        device("kerberos1", "kerberos", "", inside="10.0.0.1", roles=("kerberos", "rootca", "licence")),
        ports("kerberos1", 0, 400, ""),
    ]


@pytest.fixture
def clock() -> Clock:
    return Clock(MIDNIGHT)


@pytest.fixture
def log(tmp_path: Path, clock: Clock) -> Iterator[Log]:
    with Log.open(tmp_path, now=clock) as opened:
        yield opened


@pytest.fixture
def view(tmp_path: Path, clock: Clock) -> Iterator[View]:
    with View.open(tmp_path, provider="hoster.example", now=clock) as opened:
        yield opened


def grow(log: Log, clock: Clock, days: int, *, every: int = 2, first: int = 0) -> None:
    """A customer more every so many days, noon; a heartbeat now."""
    for day in range(days):
        clock.forward(DAY / 2)
        if day % every == 0:
            place = first + day // every
            drafts = [*customer(place), page(2 * place + 2), ports("sb1", 10 * place + 10)]
            log.append([*drafts, ports("kerberos1", 10 * place + 10, 400, "")])
        clock.forward(DAY / 2)
    log.beat()


def rows(view: View) -> dict[str, CapacityRow]:
    """The rows by resource."""
    return {row.resource: row for row in view.capacity()}


def test_without_a_log_nothing_runs_out(view: View) -> None:
    assert view.capacity() == []


def test_growth_of_weeks_is_seen_and_dated(log: Log, view: View, clock: Clock) -> None:
    log.append(begun())
    grow(log, clock, 40)
    found = rows(view)
    assert (found["maps"].used, found["customers"].used, found["udp-nat"].used) == (40, 20, 20)
    assert found["config-line"].used == 2_800 and found["host-parts"].used == 22
    paces = {name: row.trend_per_day for name, row in found.items() if row.trend_per_day is not None}
    assert paces["customers"] == pytest.approx(0.5, abs=0.06)
    assert paces["maps"] == pytest.approx(1.0, abs=0.1)
    assert paces["config-line"] == pytest.approx(70, abs=7)
    assert paces["registrations"] == paces["licence/sb1/Port"] == pytest.approx(5, abs=0.5)
    assert paces["licence/kerberos1/Port"] == pytest.approx(5, abs=0.5)
    full = found["udp-nat"].full_on
    assert full is not None and (full - clock.now) / (DAY * SECOND) == pytest.approx(60, rel=0.15)
    assert all(row.full_on is None or row.full_on > clock.now for row in found.values())
    over = found["registrations"]
    assert (over.used, over.limit, over.state, over.full_on) == (200, 100, State.DOWN, None)


def test_a_young_log_has_no_trend(log: Log, view: View, clock: Clock) -> None:
    log.append([*begun(), page(2), *customer(0)])
    clock.forward(DAY / 2)
    log.beat()
    row = rows(view)["maps"]
    assert (row.used, row.trend_per_day, row.full_on) == (2, None, None)
    assert [one.code for one in row.reasons] == ["no-trend"]
    clock.forward(DAY)
    log.beat()
    assert rows(view)["maps"].trend_per_day == 0.0


def test_days_on_which_nobody_collected_give_no_point(log: Log, view: View, clock: Clock) -> None:
    log.append(begun())
    grow(log, clock, 8, every=1)
    left = clock.now
    clock.forward(10 * DAY)
    assert {at for at in view.capacity_history().at if at > left} == set()
    assert rows(view)["maps"].state is State.STALE
    log.append([draft("platform", Gap(start=left, end=clock.now))])
    log.beat()
    at = view.capacity_history().at
    assert at and not [one for one in at if left <= one < clock.now]


def test_the_past_knows_nothing_of_what_came_later(log: Log, view: View, clock: Clock) -> None:
    log.append(begun())
    grow(log, clock, 20)
    middle, before = clock.now, rows(view)
    grow(log, clock, 20, every=1, first=10)
    assert rows(view)["maps"].used == 60
    with view.at(middle) as past:
        again = rows(past)
        assert [again[name].used for name in before] == [row.used for row in before.values()]
        assert [again[name].trend_per_day for name in before] == [
            row.trend_per_day for row in before.values()
        ]


def test_what_went_is_no_longer_counted(log: Log, view: View, clock: Clock) -> None:
    log.append([*begun(), page(4), *customer(0), *customer(1)])
    clock.forward(10 * DAY)
    log.append(
        [gone("natmap", "sb1/TCP/8002"), gone("natmap", "sb1/TCP/9002"), gone("customer", "Kunde00001")]
    )
    clock.forward(2 * DAY)
    log.beat()
    used = [one.used for one in view.capacity_history().of("sb1", "maps")]
    assert used[0] == 4 and used[-1] == 2
    assert [one.used for one in view.capacity_history().of("sb1", "customers")][-1] == 1


def test_a_silent_source_makes_only_its_resources_stale(log: Log, view: View, clock: Clock) -> None:
    log.append([*begun(), page(2), *customer(0), ports("sb1", 10), ports("media1", 1)])
    log.beat()
    log.append([source("sb1", "nat", ok=False, last_good=clock.now)])
    states = {row.resource: row.state for row in view.capacity()}
    stale = {name for name, state in states.items() if state is State.STALE}
    assert stale == {"customers", "maps", "config-line", "udp-nat", "host-parts"}
    assert states["licence/media1/Port"] is State.OK
    assert {row.as_of for row in view.capacity("resource=maps")} == {clock.now}


def test_a_damaged_card_is_told_by_its_alarm(log: Log, view: View) -> None:
    log.append([*begun(), page(2), alarm("sb1", "0x00090001")])
    log.beat()
    row = rows(view)["cf"]
    assert (row.state, row.reasons[0].code) == (State.DOWN, "card-damaged")


def test_the_card_of_a_phone_is_not_that_of_its_frontend(log: Log, view: View) -> None:
    log.append([*begun(), page(2), alarm("sb1", "0x00090001", remote="IP232-00-00-01")])
    log.beat()
    assert "card-damaged" not in {why.code for why in rows(view)["cf"].reasons}


def test_customers_licences_are_one_row_a_cluster(log: Log, view: View, clock: Clock) -> None:
    log.append([*begun(), page(4), *customer(0), *customer(1), ports("Kunde00000", 4, 10)])
    clock.forward(5 * DAY)
    log.append([ports("Kunde00001", 6, 10)])
    clock.forward(5 * DAY)
    log.beat()
    row = rows(view)["licence/customers/Port"]
    assert (row.used, row.limit, row.state) == (10, 20, State.OK)
    used = [one.used for one in view.capacity_history().of("sb1", "licence/customers/Port")]
    assert (used[0], used[-1]) == (4, 10)


def test_a_history_is_read_again_only_when_a_next_time_came(log: Log, view: View, clock: Clock) -> None:
    log.append(begun())
    grow(log, clock, 10)
    first = view.capacity_history()
    clock.forward(60)
    log.beat()
    assert view.capacity_history(first) is first
    assert view.capacity(history=first) == view.capacity()
    clock.forward(DAY)
    log.beat()
    assert view.capacity_history(first) is not first


def test_rows_can_be_filtered(log: Log, view: View) -> None:
    log.append([*begun(), page(2), *customer(0), ports("sb1", 95)])
    log.beat()
    assert {row.resource for row in view.capacity("share>0.9")} == {"licence/sb1/Port", "registrations"}
    assert {row.cluster for row in view.capacity("cluster=sb1")} == {"sb1"}
    plain = msgspec.to_builtins(view.capacity("resource=maps")[0])
    names = "cluster resource used limit share trend_per_day full_on state reasons as_of"
    assert list(plain) == names.split()
