"""What runs out: the pace, the date, the state, the next customer; each as a table."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, strategies as st

from noc.hosting import capacity
from noc.hosting.capacity import CardFacts, Measured, Point, Read, capacity_row, room
from noc.hosting.capacity.trend import DAY, HOUR, MOST_POINTS, boundaries, full_on, slope
from noc.hosting.records import LicenceCount, Licences
from noc.hosting.rows import CapacityRow, NatUseRow, Reason
from noc.hosting.states import State

NOW = 1_800_000_000_000_000
GOOD = Read("sb1/nat", at=NOW - 5)
OLD = Read("sb1/nat", stale=True, at=NOW - DAY)


def points(*used: int, every: int = DAY, end: int = NOW - DAY) -> tuple[Point, ...]:
    """Values evenly apart, the last one at `end`."""
    return tuple(Point(end - (len(used) - 1 - place) * every, one) for place, one in enumerate(used))


def measured(used: int | None, limit: int | None, *, resource: str = "maps", **more: Any) -> Measured:
    """One resource of sb1."""
    return Measured(cluster="sb1", resource=resource, used=used, limit=limit, **{"read": GOOD, **more})


def codes(reasons: Sequence[Reason]) -> list[str]:
    """The codes, but for those that only miss a trend."""
    return [one.code for one in reasons if one.code != capacity.NO_TREND]


# --- trend ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("history", "pace"),
    [
        ((), None),
        (points(5), None),
        (points(5, 9), None),
        (points(1, 2, 3, every=HOUR), None),
        (points(1, 2, 3, every=DAY // 2), 2.0),
        (points(1, 2, 3, 4), 1.0),
        (points(7, 7, 7, 7), 0.0),
        (points(9, 7, 5), -2.0),
        (points(10, 12, 14, 500, 18, 20, 22), 2.0),
        (points(0, 0, 0, 0, 0, 0, 40), 0.0),
    ],
    ids=["none", "one", "two", "hours", "a day", "rising", "flat", "falling", "one bad reading", "one jump"],
)
def test_the_pace_is_the_median_of_all_slopes(history: tuple[Point, ...], pace: float | None) -> None:
    assert slope(history) == pace


@pytest.mark.parametrize(
    ("used", "limit", "pace", "days"),
    [(80, 100, 2.0, 10), (80, 100, 0.0, None), (80, 100, -1.0, None), (100, 100, 2.0, None),
     (130, 100, 2.0, None), (0, 100_000, 1.0, None), (0, 3_650, 1.0, 3_650)],
)  # fmt: skip
def test_the_date_when_it_is_full(used: int, limit: int, pace: float, days: int | None) -> None:
    assert full_on(used, limit, pace, NOW) == (None if days is None else NOW + days * DAY)


@given(span=st.integers(0, 4_000 * DAY), start=st.integers(0, 3_000 * DAY))
def test_the_times_of_a_history_are_few_within_it_and_stay(span: int, start: int) -> None:
    found = boundaries(start, start + span)
    assert len(found) <= MOST_POINTS
    assert all(start <= at <= start + span for at in found)
    steps = {later - at for at, later in pairwise(found)}
    assert len(steps) <= 1
    if found and span // DAY < MOST_POINTS - 1:
        step = steps.pop() if steps else 6 * HOUR
        assert boundaries(start, found[-1] + step - 1)[-1] == found[-1]


HISTORIES = st.lists(st.tuples(st.integers(1, 400 * DAY), st.integers(0, 5_000)), max_size=60)


@given(HISTORIES, st.integers(0, 5_000), st.integers(0, 5_000), st.booleans())
def test_never_a_date_in_the_past_nor_a_trend_from_one_point(
    told: list[tuple[int, int]], used: int, limit: int, stale: bool
) -> None:
    history = tuple(Point(NOW - before, count) for before, count in sorted(told, reverse=True))
    row = capacity_row(measured(used, limit, history=history, read=OLD if stale else GOOD), NOW)
    assert (row.used, row.limit) == (used, limit)
    assert row.full_on is None or (row.full_on > NOW and row.trend_per_day is not None and used < limit)
    times = [one.at for one in history] + [NOW] * (not stale and bool(history))
    short = len(times) < 3 or max(times) - min(times) < DAY
    assert (row.trend_per_day is None) is short
    assert any(one.code == capacity.NO_TREND for one in row.reasons) is short
    if used > limit:
        assert row.share is None or row.share > 1


# --- state ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("used", "limit", "state", "why"),
    [
        (0, 290, State.OK, []),
        (260, 290, State.OK, []),
        (261, 290, State.DEGRADED, ["nearly-full"]),
        (289, 290, State.DEGRADED, ["nearly-full"]),
        (290, 290, State.DOWN, ["full"]),
        (300, 290, State.DOWN, ["over"]),
        (0, 0, State.OK, []),
        (None, None, State.OK, []),
    ],
)
def test_the_state_by_how_full_it_is(
    used: int | None, limit: int | None, state: State, why: list[str]
) -> None:
    row = capacity_row(measured(used, limit), NOW)
    assert (row.state, codes(row.reasons)) == (state, why)
    old = capacity_row(measured(used, limit, read=OLD), NOW)
    assert (old.state, codes(old.reasons)) == (State.STALE, ["stale", *why])
    assert (old.used, old.as_of) == (used, NOW - DAY)


def test_what_is_old_is_no_point_of_the_pace() -> None:
    rising = points(10, 12)
    assert capacity_row(measured(14, 290, history=rising, read=OLD), NOW).trend_per_day is None
    assert capacity_row(measured(14, 290, history=rising), NOW).trend_per_day == 2.0
    assert capacity_row(measured(90, 290, history=rising, now=14), NOW).trend_per_day == 2.0
    assert capacity_row(measured(14, 290, history=rising), NOW, trend=False).trend_per_day is None


def use(**more: Any) -> NatUseRow:
    """How full the NAT of sb1 is."""
    facts: dict[str, Any] = {
        "used": 13, "limit": 290, "line_bytes": 910, "line_limit": 20_480, "fits": 130,
        "udp_first": 50_000, "udp_count": 200, "udp_used": 5, "state": State.OK,
    }  # fmt: skip
    return NatUseRow(frontend="sb1", cluster="sb1", **(facts | more))


def test_nat_is_counted_by_the_port_plan() -> None:
    found = {one.resource: (one.used, one.limit) for one in capacity.nat(use(), GOOD)}
    assert found == {
        "customers": (5, 135),
        "maps": (13, 290),
        "config-line": (910, 20_480),
        "udp-nat": (5, 200),
    }
    without = use(udp_count=0, findings=(Reason(code="udp-range-none", text="no UDP-NAT range"),))
    row = capacity_row(capacity.nat(without, GOOD)[-1], NOW)
    assert (row.state, row.share, codes(row.reasons)) == (State.DOWN, None, ["udp-range-none"])
    unread = [capacity_row(one, NOW) for one in capacity.nat(use(state=State.UNKNOWN), Read("sb1/nat"))]
    assert {(one.state, one.used, one.limit) for one in unread} == {(State.UNKNOWN, None, None)}


def test_host_parts_count_each_number_once() -> None:
    inside = ["10.1.0.254", "10.1.0.7", "10.1.0.7", "10.1.0.1", "", "fd00::1", "10.1.0.0"]
    one = capacity.host_parts("sb1", inside, GOOD)
    assert (one.used, one.limit) == (3, 254)


def held(device: str, *kinds: tuple[str, int, int], ends: int = 0) -> Licences:
    """Licences of a device: name, count, used."""
    counted = tuple(LicenceCount(name=name, count=count, used=used) for name, count, used in kinds)
    return Licences(device=device, cluster="sb1", kinds=counted, ends=ends)


@pytest.mark.parametrize(
    ("ends", "state", "code"),
    [
        (0, State.OK, []),
        (NOW + 90 * DAY, State.OK, ["rented"]),
        (NOW + 5 * DAY, State.DEGRADED, ["rental-ends"]),
        (NOW, State.DOWN, ["rental-ended"]),
    ],
)
def test_rented_licences_say_until_when(ends: int, state: State, code: list[str]) -> None:
    (one,) = capacity.licences("sb1", held("sb1", ("Port", 40, 20), ends=ends), GOOD, NOW)
    row = capacity_row(one, NOW)
    assert (row.resource, row.state, codes(row.reasons)) == ("licence/sb1/Port", state, code)


def test_customers_licences_are_summed_and_who_has_none_left_is_named() -> None:
    of = [
        (held("Adler00001", ("Port", 10, 4), ("Fax", 2, 1)), Read("Adler00001/licences", at=NOW - 9)),
        (held("Berg00002", ("Port", 5, 5)), Read("Berg00002/licences", at=NOW - 3)),
    ]
    fax, port = (capacity_row(one, NOW) for one in capacity.shared_licences("sb1", of, NOW))
    assert (fax.resource, fax.used, fax.limit, fax.state) == ("licence/customers/Fax", 1, 2, State.OK)
    assert (port.used, port.limit, port.state, port.as_of) == (9, 15, State.DEGRADED, NOW - 9)
    assert port.reasons[0].text == "none left at Berg00002"
    silent = [(of[0][0], Read("Adler00001/licences", stale=True, at=NOW - 9)), of[1]]
    assert capacity_row(capacity.shared_licences("sb1", silent, NOW)[1], NOW).state is State.STALE


def test_registrations_count_against_the_ports_of_the_frontend() -> None:
    def row(body: Licences | None, read: Read = GOOD, told: Read = GOOD) -> CapacityRow:
        one = capacity.registrations("sb1", 21, body, frontend="sb1", read=read, licences_read=told)
        return capacity_row(one, NOW)

    assert (row(held("sb1", ("Port", 41, 20))).used, row(held("sb1", ("Port", 41, 20))).limit) == (21, 41)
    assert row(held("sb1", ("Port", 41, 30))).used == 30
    for body in (None, held("sb1", ("Fax", 3, 1))):
        assert (row(body).state, row(body).limit, codes(row(body).reasons)) == (
            State.UNKNOWN,
            None,
            ["no-limit"],
        )
    assert row(held("sb1", ("Port", 41, 20)), read=OLD).state is State.STALE
    assert row(held("sb1", ("Port", 41, 20)), told=OLD).state is State.STALE


def test_what_no_device_tells_is_unknown_never_ok() -> None:
    card = capacity_row(capacity.card("sb1", "sb1", CardFacts(24, 2_008), GOOD), NOW)
    assert (card.state, card.used, card.limit, card.share) == (State.UNKNOWN, 2_008, None, None)
    assert "24 files" in card.reasons[0].text
    damaged = capacity_row(capacity.card("sb1", "sb1", CardFacts(damaged="CF card damaged"), GOOD), NOW)
    assert (damaged.state, codes(damaged.reasons)) == (State.DOWN, ["card-damaged", "no-limit"])
    days = capacity_row(capacity.log_days("sb1", (), 1, NOW), NOW)
    assert (days.state, days.used, days.as_of) == (State.UNKNOWN, None, None)


# --- the next customer ---------------------------------------------------------------------------


def platform(
    *, pool: Licences | None = None, ports: int = 41, read: Read = GOOD, **more: Any
) -> list[CapacityRow]:
    """The rows of one cluster and the licence server."""
    found = [*capacity.nat(use(**more), read), capacity.host_parts("sb1", ["10.1.0.7"], read)]
    body = held("sb1", ("Port", ports, 21))
    found.append(capacity.registrations("sb1", 21, body, frontend="sb1", read=read, licences_read=read))
    found += [capacity.card("sb1", "sb1", CardFacts(), read), capacity.log_days("sb1", (), 1, NOW)]
    found += capacity.licences("", pool or held("kerberos1", ("Port", 100, 50)), GOOD, NOW)
    return [capacity_row(one, NOW, trend=False) for one in found]


@pytest.mark.parametrize(
    ("phones", "more", "lacks"),
    [
        (20, {}, []),
        (0, {}, []),
        (21, {}, ["lacks-registrations"]),
        (60, {"ports": 500}, ["lacks-licence"]),
        (5, {"fits": 0}, ["lacks-customers"]),
        (5, {"limit": 14}, ["lacks-maps"]),
        (5, {"line_bytes": 20_400}, ["lacks-config-line"]),
        (5, {"udp_count": 5}, ["lacks-udp-nat"]),
        (5, {"pool": held("kerberos1", ("Port", 100, 50), ends=NOW - 1)}, ["lacks-licence"]),
        (5, {"pool": held("kerberos1", ("Fax", 9, 1))}, ["not-known"]),
        (5, {"state": State.UNKNOWN}, ["not-known"]),
        (5, {"read": OLD}, ["not-known"]),
    ],
)
def test_the_next_customer(phones: int, more: dict[str, Any], lacks: list[str]) -> None:
    (one,) = room(platform(**more), phones)
    assert (one.cluster, one.fits, codes(one.lacks)) == ("sb1", not lacks, lacks)
    assert one.fits == (one.state is State.OK)
    needed = {need.resource: need.needed for need in one.needs}
    assert needed["maps"] == 2 and needed["udp-nat"] == needed["host-parts"] == 1
    assert needed.get("registrations", 0) == phones
    assert {"cf", "log-days"}.isdisjoint(needed)


def test_the_standby_answers_for_a_licence_server_that_is_silent() -> None:
    rows = platform()
    master = capacity.licences("", held("kerberos1", ("Port", 9, 9)), OLD, NOW)[0]
    standby = capacity.licences("", held("kerberos2", ("Port", 100, 50)), GOOD, NOW)[0]
    rows = [row for row in rows if row.cluster] + [capacity_row(one, NOW) for one in (master, standby)]
    (one,) = room(rows, 5)
    assert one.fits and one.needs[-1].resource == "licence/kerberos2/Port"


def test_a_platform_without_clusters_has_no_room() -> None:
    assert room([], 5) == []
