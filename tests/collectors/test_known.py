"""Only changes are appended, and only a complete answer removes anything."""

from __future__ import annotations

from noc.collectors.known import Known
from noc.hosting.records import Alarm, Cls, Draft, NatMap, Origin, Record, draft

SOURCE = "sb1/nat"


def nat_map(port: int, address: str = "10.1.0.7") -> Draft:
    body = NatMap(
        frontend="sb1", cluster="sb1", protocol="TCP", port=port, address=address, int_port=443, place=port
    )
    return draft(f"sb1/TCP/{port}", body)


def known(*drafts: Draft) -> Known:
    state = Known()
    state.settle(drafts)
    return state


def test_an_equal_answer_changes_nothing() -> None:
    maps = [nat_map(8001), nat_map(8002)]
    assert known(*maps).compare(SOURCE, maps) == []


def test_new_changed_and_gone_are_told_apart() -> None:
    state = known(nat_map(8001), nat_map(8002))
    moved, new = nat_map(8002, "10.1.0.9"), nat_map(8003)
    changes = state.compare(SOURCE, [moved, new])
    assert changes[:2] == [moved, new]
    assert (changes[2].subject, changes[2].body) == ("sb1/TCP/8001", None)


def test_another_source_does_not_remove_what_it_does_not_hold() -> None:
    assert known(nat_map(8001)).compare("sb2/nat", []) == []


def test_an_answer_that_drops_much_is_doubted() -> None:
    maps = [nat_map(8000 + n) for n in range(10)]
    state = known(*maps)
    assert not state.drops_many(SOURCE, maps[:8])
    assert state.drops_many(SOURCE, maps[:7])


def test_alarms_may_all_go_at_once() -> None:
    alarm = Alarm(
        device="sb1", cluster="sb1", code="0x00010002", severity=2, channel="list", source="SIP1", text="down"
    )
    assert not known(draft("sb1/0x00010002/sb1/SIP1", alarm)).drops_many("sb1/alarms", [])


def test_what_the_log_holds_is_learned_at_the_start() -> None:
    item = nat_map(8001)
    record = Record(
        seq=1, at=1, cls=Cls.STATE, kind=item.kind, subject=item.subject, v=1, origin=Origin.COLLECTOR,
        author="", cause=None, device_at=None, body=item.body,
    )  # fmt: skip
    state = Known()
    state.load([record])
    assert state.compare(SOURCE, [item]) == []
    assert [change.body for change in state.compare(SOURCE, [])] == [None]
