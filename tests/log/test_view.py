"""Reading: lists, what moved, what counts as current, the past."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from noc.hosting.errors import UsageError
from noc.hosting.operations import Need
from noc.hosting.records import (
    Ask,
    Audit,
    Backup,
    Customer,
    Draft,
    Gap,
    NatSettings,
    SweepComplete,
    draft,
    gone,
)
from noc.hosting.states import State
from noc.log.act import act
from noc.log.filter import Filter, matches, parse
from noc.log.store import Log, SourceStatus
from noc.log.view import View
from tests.log.rig import (
    SECOND,
    START,
    SUBJECTS,
    Clock,
    alarm,
    certificate,
    device,
    link,
    natmap,
    sbc,
    source,
    user,
)

CUSTOMER = "Adler00001"


_WITNESSES: list[tuple[Callable[..., Draft], dict[str, str]]] = [
    (sbc, {"address": "203.0.113.9"}),
    (user, {"name": "Zoe", "number": "10"}),
]


def _platform() -> list[Draft]:
    """One cluster, one customer, two phones, all well."""
    sources = [source(name, subject) for name in ("sb1", "media1", CUSTOMER) for subject in SUBJECTS]
    phones = [one(cpe=f"{CUSTOMER}-00{place}", **more) for place in range(2) for one, more in _WITNESSES]
    customer = Customer(
        customer=CUSTOMER, cluster="sb1", frontend="sb1", media="media1", pbx_address="10.1.0.1", number="1"
    )
    nat = NatSettings(
        frontend="sb1", cluster="sb1", enabled=True, line_bytes=180, udp_first=50_000, udp_count=200
    )
    return [
        *sources,
        device("sb1", "frontend", inside="10.1.0.254", outside="203.0.113.1", written=True),
        device("media1", "media", inside="10.1.0.253", outside="203.0.113.2", written=True),
        device(CUSTOMER, "pbx", customer=CUSTOMER, inside="10.1.0.1"),
        draft(CUSTOMER, customer),
        draft("sb1", nat),
        natmap(8001, "10.1.0.1", 443),
        natmap(9001, "10.1.0.1", 636, place=1),
        link(CUSTOMER, "SIP1", customer=CUSTOMER),
        link("media1", "MOH", role="moh"),
        *phones,
    ]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def log(tmp_path: Path, clock: Clock) -> Log:
    return Log.open(tmp_path, now=clock)


@pytest.fixture
def view(tmp_path: Path, clock: Clock) -> View:
    return View.open(tmp_path, provider="hoster.example", now=clock)


def _states(view: View) -> list[State]:
    return [row.state for row in view.phones()]


OK, STALE, DOWN = State.OK, State.STALE, State.DOWN


def test_without_a_log_every_list_is_empty_and_fills_when_there_is_one(tmp_path: Path) -> None:
    with View.open(tmp_path / "none", provider="hoster.example") as view:
        lists = ("phones", "devices", "sources", "customers", "links", "natmaps", "nat_use", "certificates")
        assert [len(getattr(view, name)()) for name in (*lists, "alarms", "clusters")] == [0] * 10
        assert view.platform().clusters == 0
        assert (view.past, view.collector_alive, view.heartbeat_age()) == (False, False, None)
        view.moved()
        assert not (tmp_path / "none").exists(), "looking makes nothing"
        with Log.open(tmp_path / "none") as log:
            log.append([sbc()])
            assert view.moved() == {"phones"}
            assert len(view.phones()) == 1


def test_a_platform_that_is_well(log: Log, view: View) -> None:
    log.append(_platform())
    log.beat()
    assert _states(view) == [OK, OK]
    assert view.platform().state is OK
    assert "2 phones" in view.platform().sentence
    tile = view.clusters()[0]
    assert (tile.cluster, tile.state, tile.phones, tile.phones_up, tile.customers, tile.customers_hit) == (
        "sb1", OK, 2, 2, 1, 0,
    )  # fmt: skip
    assert (tile.maps, tile.alarms, tile.poll) == (2, 0, START)
    customer = view.customers()[0]
    assert (customer.pbx, customer.trunk, customer.phones_up) == (OK, OK, 2)
    assert view.customer(CUSTOMER) == customer
    assert view.customer("nobody") is None
    assert [row.name for row in view.devices()] == ["sb1", "media1", CUSTOMER]
    assert [row.port for row in view.natmaps("state=ok")] == [8001, 9001]
    assert view.nat_use()[0].used == 2
    assert view.phone_counts("customer")[CUSTOMER].ok == 2


def test_a_silent_frontend_makes_stale_what_was_read_from_it(log: Log, view: View, clock: Clock) -> None:
    log.append([*_platform(), alarm("sb1"), certificate("sb1")])
    log.beat()
    clock.forward(10)
    silent = [source("sb1", subject, ok=False, last_good=START + 7 * SECOND) for subject in SUBJECTS]
    log.append(silent)
    log.beat()
    assert _states(view) == [STALE, STALE]
    assert [row.last_seen for row in view.phones()] == [START + 7 * SECOND] * 2
    assert [row.since for row in view.phones()] == [clock.now] * 2
    assert {row.state for row in view.natmaps()} == {STALE}
    assert [row.state for row in view.certificates()] == [STALE]
    assert [row.state for row in view.alarms()] == [STALE]
    assert [row.state for row in view.links()] == [OK, OK], "its neighbours still answer"
    frontend = view.devices("name=sb1")[0]
    assert (frontend.state, frontend.since, frontend.last_seen) == (STALE, clock.now, START + 7 * SECOND)
    assert [one.code for one in frontend.reasons] == ["unreachable"]
    assert view.clusters()[0].state is DOWN
    log.append([source("sb1", subject) for subject in SUBJECTS])
    assert _states(view) == [OK, OK]


def test_a_source_that_never_answered_is_shown_and_marks_nothing(log: Log, view: View) -> None:
    log.append(
        [device("sb1", "frontend"), source("sb1", "box", ok=False, text="timed out", remedy="look at it")]
    )
    log.beat()
    row = view.sources()[0]
    assert (row.device, row.state, row.text, row.remedy, row.last_good) == (
        "sb1", STALE, "timed out", "look at it", None,
    )  # fmt: skip


def test_status_rows_give_the_last_good_read(log: Log, view: View, clock: Clock) -> None:
    log.append(_platform())
    clock.forward(60)
    log.beat()
    status = SourceStatus(
        device="sb1",
        subject="registrations",
        last_try=clock.now,
        last_good=clock.now - SECOND,
        interval=30,
        took=0.2,
    )
    log.touch_sources([status])
    assert {row.last_seen for row in view.phones()} == {clock.now - SECOND}
    row = next(one for one in view.sources("device=sb1 subject=registrations"))
    assert (row.last_try, row.last_good, row.interval, row.took) == (clock.now, clock.now - SECOND, 30, 0.2)


# --- nobody collects -----------------------------------------------------------------------------


def test_without_a_heartbeat_all_is_old(log: Log, view: View, clock: Clock) -> None:
    log.append([*_platform(), alarm("sb1"), certificate("sb1")])
    log.beat()
    began = clock.now
    clock.forward(15)
    alive = view.collector_alive
    clock.forward(0.1)
    assert (alive, view.collector_alive) == (True, False)
    assert _states(view) == [STALE, STALE]
    assert [row.since for row in view.phones()] == [began] * 2
    for rows in (view.devices(), view.customers(), view.links(), view.natmaps(), view.certificates()):
        assert {row.state for row in rows} == {STALE}
    assert {row.state for row in view.alarms()} == {STALE}
    assert view.clusters()[0].state is STALE
    assert "Nobody is collecting since 08:00" in view.platform().sentence
    assert view.phones("state=ok") == []
    assert view.phone_counts()["sb1"].stale == 2
    log.beat()
    assert _states(view) == [OK, OK]


def test_a_sweep_keeps_fresh_what_it_read(log: Log, view: View, clock: Clock) -> None:
    """For two intervals of the source, at least two minutes; what did not answer is said as it is."""
    log.append(_platform())
    log.append([source("media1", subject, ok=False) for subject in SUBJECTS])
    log.touch_sources(
        [
            SourceStatus(device="sb1", subject="registrations", last_try=START, last_good=START, interval=10),
            SourceStatus(device="sb1", subject="nat", last_try=START, last_good=START, interval=900),
        ]
    )
    clock.forward(5)
    log.append([draft("platform", SweepComplete(devices=3, failed=1, seconds=5.0))])
    clock.forward(120)
    assert not view.collector_alive
    assert _states(view) == [OK, OK]
    assert [row.state for row in view.devices()] == [OK, STALE, OK]
    assert view.devices()[1].reasons[0].code == "unreachable"
    clock.forward(1)
    assert _states(view) == [STALE, STALE]
    assert {row.state for row in view.natmaps()} == {OK}, "its interval is longer"
    clock.forward(1_700)
    assert {row.state for row in view.natmaps()} == {STALE}


# --- what moved ----------------------------------------------------------------------------------


def test_moved_tells_the_topics_once(log: Log, view: View, clock: Clock) -> None:
    log.append(_platform())
    log.beat()
    view.moved()
    assert view.moved() == set()
    log.beat()
    assert view.moved() == set()
    log.append([sbc(outer="refused")])
    assert view.moved() == {"phones"}
    log.append([source("sb1", "relay", ok=False)])
    assert view.moved() == {"sources", "links"}
    log.touch_sources([SourceStatus(device="sb1", subject="box", last_try=1, last_good=1, interval=1)])
    assert view.moved() == {"status"}
    clock.forward(60)
    assert view.moved() == {"collector"}
    assert view.moved() == set()


# --- phones --------------------------------------------------------------------------------------


def test_phones_in_order_and_by_window(log: Log, view: View) -> None:
    cpes = [f"Adler00001-{number:03}" for number in range(20)]
    log.append(
        [sbc(cpe=cpe, outer="refused" if number % 3 else "registered") for number, cpe in enumerate(cpes)]
    )
    log.beat()
    ids = view.phone_ids(order="-cpe")
    assert ids.itemsize == 8
    assert [row.cpe for row in view.phone_window(ids[3:6])] == cpes[::-1][3:6]
    assert [row.cpe for row in view.phones(order="-state,cpe", limit=3, offset=1)] == [
        cpes[2],
        cpes[4],
        cpes[5],
    ]
    log.append([gone("sbc", f"sb1/{cpes[-1]}")])
    assert [row.cpe for row in view.phone_window(ids[:2])] == [cpes[-2]], "one that is gone is left out"
    with pytest.raises(UsageError, match="cannot be ordered"):
        view.phones(order="colour")
    with pytest.raises(UsageError, match="no field"):
        view.phones("colour=red")


def test_an_alarm_of_a_phone_names_its_customer(log: Log, view: View) -> None:
    log.append([*_platform(), alarm("sb1", remote="IP232-001"), alarm(CUSTOMER), alarm("media1", severity=0)])
    log.beat()
    assert [(row.device, row.severity, row.customer) for row in view.alarms()] == [
        (CUSTOMER, "major", CUSTOMER),
        ("sb1", "major", CUSTOMER),
        ("media1", "minor", ""),
    ]
    assert [row.remote for row in view.alarms("sev>=major remote~232")] == ["IP232-001"]


def test_links_of_a_customer_include_the_shared_ones(log: Log, view: View) -> None:
    log.append([*_platform(), link("Berg00002", "SIP1", customer="Berg00002")])
    assert [row.name for row in view.links(customer=CUSTOMER)] == ["SIP1", "MOH"]
    assert len(view.links()) == len(view.links(cluster="sb1")) == 3
    assert view.links(cluster="sb9") == []


# --- the past ------------------------------------------------------------------------------------


def test_the_past_is_what_was_known_then(log: Log, view: View, clock: Clock) -> None:
    log.append(_platform())
    log.beat()
    well = clock.forward(10)
    clock.forward(1)
    log.append([sbc(cpe=f"{CUSTOMER}-000", outer="refused", inner="unknown")])
    refused = clock.forward(10)
    log.append([gone("sbc", f"sb1/{CUSTOMER}-001"), gone("user", f"sb1/{CUSTOMER}-001")])
    log.beat()
    assert _states(view) == [DOWN]
    with view.at(well) as past:
        assert (past.past, past.as_of, past.collector_alive) == (True, well, True)
        assert _states(past) == [OK, OK]
        assert {row.last_seen for row in past.phones()} == {well}
        assert past.clusters()[0].phones_up == 2
        past.step(refused - 1)
        assert _states(past) == [DOWN, OK]
        past.step(well)
        assert _states(past) == [OK, OK]
        assert past.moved() == set()
        assert past.phones("state=ok")[0].since == START
    with view.at(START - 1) as before:
        assert before.phones() == []
    with pytest.raises(UsageError, match="present"):
        view.step(well)


def test_a_time_within_a_gap_or_after_the_last_heartbeat_is_old(log: Log, view: View, clock: Clock) -> None:
    log.append(_platform())
    log.beat()
    last_beat = clock.now
    clock.forward(1_000)
    with view.at(last_beat + 500 * SECOND) as past:
        assert _states(past) == [STALE, STALE], "the gap is not told yet, but nobody was there"
        assert {row.last_seen for row in past.phones()} == {last_beat}
    log.append([draft("platform", Gap(start=last_beat, end=clock.now))])
    log.beat()
    clock.forward(10)
    for moment, states in (
        (last_beat - 1, []),
        (last_beat + 1, [STALE, STALE]),
        (clock.now - 11 * SECOND, [STALE, STALE]),
        (clock.now - 5 * SECOND, [OK, OK]),
    ):
        with view.at(moment) as past:
            assert _states(past) == states, moment
    assert _states(view) == [OK, OK]


def test_a_sweep_counts_in_the_past_too(log: Log, view: View, clock: Clock) -> None:
    log.append(_platform())
    log.append([draft("platform", SweepComplete(devices=3, failed=0, seconds=1.0))])
    swept = clock.now
    clock.forward(10_000)
    with view.at(swept + 100 * SECOND) as past:
        assert _states(past) == [OK, OK]
        past.step(swept + 200 * SECOND)
        assert _states(past) == [STALE, STALE]


def test_changes_between_two_times(log: Log, view: View, clock: Clock) -> None:
    log.append(_platform())
    looked = SourceStatus(device="sb1", subject="alarms", last_try=clock(), last_good=clock(), interval=30.0)
    log.touch_sources([looked])
    first = clock.forward(10)
    clock.forward(1)
    log.append([sbc(outer="refused"), link(CUSTOMER, "SIP1", state="down", customer=CUSTOMER)])
    clock.forward(1)
    log.append([link(CUSTOMER, "SIP1", customer=CUSTOMER), gone("natmap", "sb1/TCP/9001"), alarm("sb1")])
    found = view.changes(first)
    assert [(one.kind, one.before, one.after) for one in found] == [
        ("alarm", "–", "major: registration failed"),
        ("natmap", "to 10.1.0.1:636", "–"),
        ("sbc", "outer registered, inner registered, from 203.0.113.9", "outer refused, inner registered"),
    ], "the trunk that came back is no change"
    assert [one.kind for one in view.changes(first, clock.now - 1)] == ["link", "sbc"]
    assert len(view.changes(first, limit=1)) == 1
    history = view.history("link", f"{CUSTOMER}/SIP1")
    assert [one.seq for one in history] == sorted((one.seq for one in history), reverse=True)
    assert len(history) == 3


def test_what_came_and_went_or_only_got_younger_is_no_change(log: Log, view: View, clock: Clock) -> None:
    log.append(_platform())
    saved = Backup(device=CUSTOMER, cluster="sb1", customer=CUSTOMER, hardware_id="IP222-1", written=100)
    log.append([draft(f"{CUSTOMER}/IP222-1", saved)])
    looked = SourceStatus(device="sb1", subject="alarms", last_try=clock(), last_good=clock(), interval=30.0)
    log.touch_sources([looked])
    first = clock.forward(10)
    clock.forward(1)
    log.append([alarm("sb1"), draft(f"{CUSTOMER}/IP222-1", msgspec.structs.replace(saved, written=200))])
    raised = [one.kind for one in view.changes(first)]
    clock.forward(1)
    log.append([gone("alarm", log.read(0, 5_000, ["alarm"])[-1].subject)])
    assert (raised, view.changes(first)) == (["alarm"], [])


def test_a_change_that_words_leave_out_is_named(log: Log, view: View, clock: Clock) -> None:
    log.append(_platform())
    first = clock.forward(10)
    clock.forward(1)
    log.append([sbc(address="203.0.113.9", gatekeeper="10.9.9.9", media_relay=True)])
    (one,) = view.changes(first)
    assert one.before != one.after
    assert "gatekeeper 10.9.9.9" in one.after and "media relay yes" in one.after


def test_beside_a_change_stands_who_had_a_hand_in_it(tmp_path: Path) -> None:
    clock = Clock()
    with Log.open(tmp_path, now=clock) as log, View.open(tmp_path, now=clock) as view:
        log.append([sbc(), sbc(cpe="Berg00002-000")])
        start = clock.forward(3_600)
        audit = Audit(device="Adler00001", cluster="sb1", user="admin", address="10.0.0.9", command="mod")
        log.append([draft("Adler00001", audit, device_at=start)])
        clock.forward(20)
        log.append([sbc(outer="refused"), sbc(cpe="Berg00002-000", outer="refused")])
        act(log, "sb1", Ask(), author="kai", role=Need.OPERATE)
        by = {one.subject: [deed.user for deed in one.changed_by] for one in view.changes(start - 1)}
        assert by == {"sb1/Adler00001-000": ["admin"], "sb1/Berg00002-000": []}
        assert [one.user for one in view.deeds(start - 1)] == ["kai", "admin"]
        assert [one.user for one in view.deeds(start - 1, start)] == ["admin"]
        wanted = parse("changed_by=admin changed_by~10.0.0.9", "changes")
        assert isinstance(wanted, Filter)
        assert [matches(wanted, one) for one in view.changes(start - 1)].count(True) == 1
        with view.at(start) as past:
            assert [one.kind for one in past.deeds(start - 1)] == ["audit"]
