"""Only changes are appended, and only a complete answer removes anything."""

from __future__ import annotations

from noc.collectors.known import Known
from noc.hosting.records import Alarm, Customer, Draft, NatMap, draft, encode, gone

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
    state = Known()
    state.load([(item.kind, item.subject, encode(item.body) or b"")])
    assert state.compare(SOURCE, [item]) == []
    assert [change.body for change in state.compare(SOURCE, [])] == [None]


def test_what_is_gone_is_forgotten_and_may_come_back() -> None:
    one, other = nat_map(8001), nat_map(8002)
    state = known(one, other)
    state.settle(state.compare(SOURCE, [other]), SOURCE)
    assert state.compare(SOURCE, [other]) == []
    assert state.compare(SOURCE, [other, one]) == [one]


def test_another_order_of_the_same_is_no_change() -> None:
    one, other, moved = nat_map(8001), nat_map(8002), nat_map(8002, "10.1.0.9")
    state = known(one, other)
    assert state.compare(SOURCE, [other, one]) == []
    assert state.compare(SOURCE, [other, one]) == []
    assert state.compare(SOURCE, [moved, one]) == [moved]
    assert state.compare(SOURCE, [one, moved]) == [moved]


def test_a_line_that_stands_twice_is_one_key() -> None:
    state = known(nat_map(8001), nat_map(8002))
    assert state.compare(SOURCE, [nat_map(8001), nat_map(8002), nat_map(8001)]) == []


def test_what_is_read_from_no_source_is_known_by_itself() -> None:
    customer = draft("Adler00001", Customer(customer="Adler00001", cluster="sb1", frontend="sb1"))
    state = known(customer)
    assert not state.fresh(customer)
    assert state.fresh(gone("customer", "Adler00001"))
    state.settle([gone("customer", "Adler00001")])
    assert state.fresh(customer)


def test_a_key_takes_few_bytes_more_than_its_name() -> None:
    maps = [nat_map(port) for port in range(10_000, 20_000)]
    held = known(*maps)._held[SOURCE]
    names = sum(len(item.subject) for item in maps)
    assert len(held.names) + len(held.digests) * held.digests.itemsize < names + 20 * len(maps)
