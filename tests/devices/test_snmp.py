"""The SNMP client against agents that bend what can be bent, each on a socket of its own."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from noc.devices.codec import ber
from noc.devices.codec.ber import Message, Varbind
from noc.devices.errors import DeviceError
from noc.devices.snmp import SnmpClient, User, Version
from noc.hosting.errors import NocError
from noc.hosting.secret import Secret
from tests.devices.snmp_rig import Answer, agent, holding, in_order_of, number, reply, text

PATIENT = 30.0
BRIEF = 0.7
TABLE = "1.3.6.1.2.1.2.2.1"
IP_TABLE = "1.3.6.1.2.1.4.20.1"
ROWS = [number(f"{TABLE}.{column}.{row}", row) for column in (1, 3, 8) for row in range(1, 31)]
EITHER = pytest.mark.parametrize("version", ["1", "2c"])


def client(port: int, version: Version = "1", deadline: float = PATIENT) -> SnmpClient:
    return SnmpClient("127.0.0.1", port, Secret("geheim"), version, deadline=deadline, device="sb1")


async def walked(told: Answer, *oids: str, version: Version = "1") -> list[tuple[str, object]]:
    async with agent(told) as port, client(port, version) as snmp:
        return [(row.name, row.value) for row in (await snmp.walk(*oids)).rows]


async def fails(told: Answer, code: str, version: Version = "1", deadline: float = PATIENT) -> DeviceError:
    async with agent(told) as port, client(port, version, deadline) as snmp:
        with pytest.raises(DeviceError) as caught:
            await snmp.walk(TABLE)
    assert (caught.value.code, caught.value.where) == (code, "sb1 SNMP")
    assert caught.value.remedy
    return caught.value


# --- by the book -----------------------------------------------------------------------------------


@EITHER
async def test_a_walk_ends_where_the_subtree_ends(version: Version) -> None:
    beside = [text("1.3.6.1.2.1.2.1.0", "before"), text("1.3.6.1.2.1.3.0", "behind")]
    assert await walked(holding([*ROWS, *beside]), TABLE, version=version) == [
        (row.name, row.value) for row in ROWS
    ]


@EITHER
async def test_a_walk_ends_with_the_mib(version: Version) -> None:
    assert len(await walked(holding(ROWS), TABLE, version=version)) == len(ROWS)


@EITHER
async def test_columns_side_by_side_are_told_one_after_the_other(version: Version) -> None:
    columns = [f"{TABLE}.8", f"{TABLE}.2", f"{TABLE}.1"]
    found = await walked(holding(ROWS), *columns, version=version)
    assert [name for name, _ in found] == [row.name for row in ROWS[60:] + ROWS[:30]]


@EITHER
async def test_a_missing_table_is_an_empty_one(version: Version) -> None:
    assert await walked(holding(ROWS), "1.3.6.1.4.1.6666.1.2.1", version=version) == []
    assert await walked(holding([]), TABLE, version=version) == []


@EITHER
async def test_more_columns_than_one_question_holds(version: Version) -> None:
    cells = [number(f"1.3.6.1.4.1.6666.1.{column}.{row}", row) for column in range(1, 61) for row in (1, 2)]
    columns = [f"1.3.6.1.4.1.6666.1.{column}" for column in range(1, 61)]
    assert len(await walked(holding(cells), *columns, version=version)) == len(cells)


@EITHER
async def test_of_several_names_those_that_are_missing_are_absent(version: Version) -> None:
    names = [f"{TABLE}.3.7", f"{TABLE}.3.99", f"{TABLE}.8.1", "1.3.6.1.9.0"]
    async with agent(holding(ROWS)) as port, client(port, version) as snmp:
        found = await snmp.get(names)
    assert [(one.name, one.value) for one in found] == list(zip(names, [7, None, 1, None], strict=True))
    assert [one.absent for one in found] == [False, True, False, True]


async def test_one_question_costs_one_datagram_and_only_reads() -> None:
    asked: list[int] = []
    by_the_book = holding(ROWS)

    def told(question: Message) -> Iterable[bytes]:
        asked.append(question.pdu)
        return by_the_book(question)

    async with agent(told) as port, client(port, "2c") as snmp:
        await snmp.walk(TABLE)
        await snmp.get([f"{TABLE}.1.1"])
    assert asked == [ber.GET_BULK] * 3 + [ber.GET]


# --- what real devices bend (device-interface, ch. 8) ------------------------------------------------


async def test_an_address_behind_its_interface_and_a_row_that_begins_otherwise() -> None:
    rows = [
        number(f"{IP_TABLE}.2.1.192.168.176.10", 1),
        number(f"{IP_TABLE}.2.2.192.168.103.50", 2),
        number(f"{IP_TABLE}.2.192.168.103.50.1", 2),
        number(f"{IP_TABLE}.3.1.192.168.176.10", 0),
    ]
    assert await walked(in_order_of(rows), IP_TABLE) == [(row.name, row.value) for row in rows]


async def test_identifiers_that_do_not_increase_are_told_and_end_nothing() -> None:
    rows = [number(f"{TABLE}.1.{row}", row) for row in (1, 3, 2, 128, 127, 16384, 200)]
    async with agent(in_order_of(rows)) as port, client(port) as snmp:
        walk = await snmp.walk(TABLE)
    assert [row.value for row in walk.rows] == [1, 3, 2, 128, 127, 16384, 200]
    assert walk.unordered() == (f"{TABLE}.1.2", f"{TABLE}.1.127", f"{TABLE}.1.200")


async def test_a_row_of_another_place_within_an_answer_is_passed_over() -> None:
    stray = text("1.3.6.1.2.1.1.1.0", "stray")

    def told(question: Message) -> Iterable[bytes]:
        first = question.varbinds[0].oid == ber.oid(TABLE)
        found = [*ROWS[:2], stray, *ROWS[2:4]] if first else [stray]
        return [reply(question, *found)]

    found = await walked(told, TABLE, version="2c")
    assert [name for name, _ in found] == [row.name for row in ROWS[:4]]


@pytest.mark.parametrize("length", [1, 2, 5])
async def test_a_walk_in_circles_is_garbage(length: int) -> None:
    circle = [number(f"{TABLE}.1.{row}", row) for row in range(1, length + 1)]
    place = {row.oid: circle[(at + 1) % length] for at, row in enumerate(circle)}

    def told(question: Message) -> Iterable[bytes]:
        return [reply(question, place.get(question.varbinds[0].oid, circle[0]))]

    error = await fails(told, "garbage")
    assert "goes in circles" in error.what
    await fails(told, "garbage", "2c")


async def test_an_answer_that_would_be_too_long_is_asked_for_in_parts() -> None:
    by_the_book = holding(ROWS)
    refused = []

    def told(question: Message) -> Iterable[bytes]:
        rows = max(1, question.index) if question.pdu == ber.GET_BULK else 1
        if rows * len(question.varbinds) > 2:
            refused.append(question)
            return [reply(question, *question.varbinds, error=ber.TOO_BIG)]
        return by_the_book(question)

    columns = [f"{TABLE}.{column}" for column in (1, 3, 8)]
    for version in ("1", "2c"):
        found = await walked(told, *columns, version=version)
        assert [name for name, _ in found] == [row.name for row in ROWS]
    async with agent(told) as port, client(port) as snmp:
        assert [one.value for one in await snmp.get([row.name for row in ROWS[:5]])] == [1, 2, 3, 4, 5]
    assert refused


@pytest.mark.parametrize("most", [0, 1, 2, 4, 5])
async def test_an_answer_that_was_cut_short_loses_no_column(most: int) -> None:
    by_the_book = holding(ROWS)

    def told(question: Message) -> Iterable[bytes]:
        (whole,) = by_the_book(question)
        names = len(question.varbinds)
        return [reply(question, *ber.decode(whole).varbinds[: most or int(names == 1)])]

    columns = [f"{TABLE}.{column}" for column in (1, 3, 8)]
    found = await walked(told, *columns, version="2c")
    assert [name for name, _ in found] == [row.name for row in ROWS]


async def test_a_question_refused_without_a_place_is_asked_in_parts() -> None:
    by_the_book = holding(ROWS)

    def told(question: Message) -> Iterable[bytes]:
        (found,) = map(ber.decode, by_the_book(question))
        return [reply(question, *found.varbinds, error=found.error)]

    async with agent(told) as port, client(port) as snmp:
        found = await snmp.get([f"{TABLE}.3.7", f"{TABLE}.3.99", f"{TABLE}.8.1"])
    assert [one.value for one in found] == [7, None, 1]


async def test_an_empty_answer_ends_a_walk() -> None:
    assert await walked(lambda question: [reply(question)], TABLE, version="2c") == []


async def test_an_error_without_a_place_is_looked_for_name_by_name() -> None:
    by_the_book = holding(ROWS)

    def told(question: Message) -> Iterable[bytes]:
        if len(question.varbinds) > 1:
            return [reply(question, *question.varbinds, error=ber.NO_SUCH_NAME, index=0)]
        return by_the_book(question)

    assert len(await walked(told, f"{TABLE}.3", f"{TABLE}.8")) == 60


async def test_another_error_is_garbage() -> None:
    error = await fails(lambda q: [reply(q, *q.varbinds, error=ber.GEN_ERR, index=1)], "garbage")
    assert "genErr" in error.what


# --- the line ----------------------------------------------------------------------------------------


async def test_an_answer_that_was_lost_is_asked_for_again() -> None:
    by_the_book, asked = holding(ROWS), []

    def told(question: Message) -> Iterable[bytes]:
        asked.append(question.request)
        return [] if len(asked) == 1 else by_the_book(question)

    async with agent(told) as port, client(port, deadline=7.0) as snmp:
        assert (await snmp.get([f"{TABLE}.1.5"]))[0].value == 5
    assert len(set(asked)) == 1


async def test_answers_to_other_questions_are_passed_over() -> None:
    by_the_book = holding(ROWS)

    def told(question: Message) -> Iterable[bytes]:
        other = Message(question.version, b"x", ber.RESPONSE, question.request - 1, 0, 0, [Varbind(b"\x2b")])
        later = Message(ber.V2C, b"x", ber.RESPONSE, question.request, 0, 0, [Varbind(b"\x2b")])
        return [ber.encode(other), ber.encode(later), b"noise", *by_the_book(question), ber.encode(other)]

    assert len(await walked(told, TABLE)) == len(ROWS)


async def test_silence_names_what_it_may_mean() -> None:
    error = await fails(lambda _: [], "timeout", deadline=BRIEF)
    assert "community" in error.remedy


async def test_noise_is_garbage_and_not_silence() -> None:
    await fails(lambda _: [b"GET / HTTP/1.0"], "garbage", deadline=BRIEF)


async def test_a_closed_port_is_refused_at_once() -> None:
    async with agent(lambda _: []) as port:
        pass
    async with client(port, deadline=3600) as snmp:
        with pytest.raises(DeviceError) as caught:
            await snmp.walk(TABLE)
    assert caught.value.code == "refused"


# --- logins ------------------------------------------------------------------------------------------


async def test_no_login_is_ever_shown() -> None:
    async with agent(lambda _: []) as port, client(port, deadline=BRIEF) as snmp:
        with pytest.raises(DeviceError) as caught:
            await snmp.get([f"{TABLE}.1.1"])
        shown = f"{snmp!r} {vars(snmp)!r} {vars(snmp._speaker)!r} {caught.value!r} {caught.value}"
    assert "geheim" not in shown


def test_a_short_password_of_version_3_is_refused_before_anything_is_sent() -> None:
    user = User(name="noc", authentication=Secret("long enough"), privacy=Secret("short"))
    with pytest.raises(NocError, match="privacy password has less than 8") as caught:
        SnmpClient("127.0.0.1", 161, user, "3")
    assert "short" not in f"{caught.value} {user!r}"
