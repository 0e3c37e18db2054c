"""A device's log as device-interface.md, ch. 10 writes it, over real HTTPS and line by line."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given, strategies as st

from noc.devices.dialect import Dialect, DialectError, load, parse
from noc.devices.errors import DeviceError
from noc.devices.logtext import AuditLine, Reader, RejectedLine, WholeLines, log_lines
from tests.devices.conftest import Bench, Call

AT = round(datetime(2013, 3, 12, 14, 29, 1, tzinfo=UTC).timestamp())
LOG = (
    "20130312-142900 LOG_HTTP 3 TCP-Up 172.16.0.254:443 10.0.0.9:40112\r\n"
    "20130312-142901 CMD admin@10.0.0.9 mod cmd PHONE/USER-UI reg-edit-reg /id 2 /gk-pwd ********\r\n"
    "20130312-142901 RAS 3 REGISTER-REJ(,H323=IP200A-10-10-b4,Reason=Authentication failed)\r\n"
    "20130312-142901 RAS 3 REGISTER-CNF(,H323=IP200A-10-10-b5,203.0.113.7)\r\n"
    "20130312-142901 CMD anna@kuenkel.exa"
)
AUDIT = AuditLine(AT, "admin", "10.0.0.9", "mod cmd PHONE/USER-UI reg-edit-reg /id 2 /gk-pwd ********")
REJECTED = RejectedLine(AT, "IP200A-10-10-b4", "Authentication failed")


async def test_a_log_as_it_is_served(bench: Bench) -> None:
    async def answer(call: Call) -> None:
        assert call.target == "/log.txt"
        await call.answer(LOG, Content_Type="text/plain")

    async with bench.device(answer) as (_, client):
        assert await log_lines(client, bench.dialect) == [AUDIT, REJECTED]


async def test_a_device_without_a_log_and_one_that_fails(bench: Bench) -> None:
    async def answer(call: Call) -> None:
        await call.answer(*replies.pop())

    replies = [("broken", "500 Internal Server Error"), ("?\r\n", "200 OK"), ("", "404 Not Found")]
    async with bench.device(answer) as (_, client):
        assert await log_lines(client, bench.dialect) is None
        assert await log_lines(client, bench.dialect) is None
        with pytest.raises(DeviceError) as caught:
            await log_lines(client, bench.dialect)
    assert (caught.value.code, caught.value.where) == ("http", "sb1 /log.txt")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("REGISTER-REJ(,H323=IP200A-10-10-b4,Reason=Authentication failed", (0, "IP200A-10-10-b4", "")),
        ("20130312-142901 RAS 0 REGISTER-REJ(123,H323=a b,Reason=Unknown user)", (AT, "a b", "123")),
        ("19700101-000002 RAS 0 REGISTER-REJ(,H323=x,Reason=)", (2, "x", "")),
        ("20139912-142901 RAS 0 REGISTER-REJ(,H323=x,Reason=)", (0, "x", "")),
    ],
)
def test_rejections_with_and_without_bracket_number_and_clock(
    line: str, told: tuple[int, str, str], dialect: Dialect
) -> None:
    found = Reader(dialect).line(line)
    assert isinstance(found, RejectedLine)
    assert (found.time, found.name, found.number) == told


@pytest.mark.parametrize(
    "line",
    ["", "CMD", "CMD admin config write", "x20130312-142901 CMD a@b c", "REGISTER-CNF(,H323=x,1.2.3.4)"],
)
def test_other_lines_tell_nothing(line: str, dialect: Dialect) -> None:
    assert Reader(dialect).line(line) is None


def test_an_account_of_a_realm_changed_something(dialect: Dialect) -> None:
    line = "20130312-142901 CMD anna@HOSTER.EXAMPLE@10.0.0.9 config change NAT0 /enable"
    told = AuditLine(AT, "anna@HOSTER.EXAMPLE", "10.0.0.9", "config change NAT0 /enable")
    assert Reader(dialect).line(line) == told


@given(st.text(max_size=200))
def test_no_line_breaks_the_reader(line: str) -> None:
    Reader(load("v10")).line(line)


@given(st.binary(max_size=300), st.lists(st.integers(0, 300), max_size=8))
def test_lines_are_the_same_however_they_arrive(data: bytes, cuts: list[int]) -> None:
    lines = WholeLines()
    places = [0, *sorted(cuts), len(data)]
    pieces = [data[first:last] for first, last in pairwise(places)]
    found = [line for piece in pieces for line in lines.feed(piece)]
    assert found == [line.rstrip(b"\r").decode("utf-8", "replace") for line in data.split(b"\n")[:-1]]


def test_an_endless_line_is_dropped_and_the_next_one_read() -> None:
    lines = WholeLines(longest=10)
    pieces = (b"short\n", b"12345678", b"9012345", b"67890", b"1\nnext\n", b"12345678901\n", b"last\nrest")
    assert [line for piece in pieces for line in lines.feed(piece)] == ["short", "next", "last"]


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("log.audit", "'(CMD'", "no regular expression"),
        ("log.rejected", "'(?P<name>.*)'", "no group reason"),
        ("log.zone", "Mars/Olympus", "no time zone"),
    ],
)
def test_a_pattern_that_cannot_be_used_is_named_with_its_line(key: str, value: str, words: str) -> None:
    facts = {name: f"'{load('v10')[name]}'" for name in ("log.audit", "log.rejected", "log.time", "log.zone")}
    facts[key] = value
    text = "facts:\n" + "".join(f"  {k}: {{value: {v}, status: assumed}}\n" for k, v in facts.items())
    with pytest.raises(DialectError, match=words) as caught:
        Reader(parse(text, "own.yaml"))
    assert caught.value.where == f"own.yaml:{list(facts).index(key) + 2}"
