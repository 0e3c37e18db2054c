"""What devices push, from bytes to meaning: syslog of every form, and forwarded events as really captured."""

from __future__ import annotations

import base64
import re
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, strategies as st

from noc.devices.codec import ber
from noc.devices.codec.ber import BerError, Varbind
from noc.devices.codec.forward import Request, Requests, fields
from noc.devices.codec.http1 import HttpFormatError
from noc.devices.codec.syslog import MAX_MESSAGE, NO_PRIORITY, Frames, parse
from noc.devices.codec.traps import decode, decode_inform
from noc.devices.dialect import load
from noc.devices.faults import Fault
from noc.devices.logtext import AuditLine, RejectedLine
from noc.devices.pushes import Push, PushReader

CAPTURES = sorted((Path(__file__).parents[3] / "shared" / "fixtures" / "http-push").glob("*.pcap"))
"""Captures of the vendor, not in the repository."""
READER = PushReader(load("v10"))
AUDIT = b"20130312-142901 CMD admin@10.0.0.9 config write"
TOLD = AuditLine(1363098541, "admin", "10.0.0.9", "config write")

CAPTURED = (
    b"GET /cdr/cdrwrite.asp?event=A:Call&time=876&date=19700101-001436&ref=453b6335e909d311b89e009033060014"
    b"&dir=in&src_if=TEL1&src_cgpn=070317300932&src_cdpn=44&bcaps=03_80_90_a3&srv_id=00-90-33-06-00-14"
    b" HTTP/1.0\r\nUser-Agent: Innovaphone\r\n\r\n"
)
"""As a real device sent it: HTTP/1.0, one header, no Host, no clock."""


PROCEED = CAPTURED.replace(b"A:Call", b"B:Proceed").replace(b"time=876", b"time=1880")


def one(data: bytes) -> Request:
    """The only request of some bytes."""
    (found,) = Requests().feed(data)
    return found


@pytest.mark.parametrize(
    "data",
    [
        b"<134>" + AUDIT,
        b"<134>" + AUDIT + b"\r\n",
        AUDIT,
        b"<134>Mar 12 14:29:01 sb1 " + AUDIT,
        b"<134>Mar  2 14:29:01 sb1 noc: " + AUDIT,
        b"<134>2013-03-12T14:29:01.5+01:00 sb1 " + AUDIT,
        b"<134>1 2013-03-12T14:29:01Z sb1 log - - - " + AUDIT,
        b"<134>1 2013-03-12T14:29:01Z - - - - " + b"- \xef\xbb\xbf" + AUDIT,
        b"<134>Mar 12 14:29:01 " + AUDIT,
        b"<134>1 2013-03-12T14:29:01Z 20130312-142901 CMD - - -  admin@10.0.0.9 config write",
        b'<134>1 2013-03-12T14:29:01Z sb1 log 7 x [a@1 b="c\\"]d"][e] ' + AUDIT,
    ],
)
def test_a_line_is_found_in_whatever_a_relay_puts_around_it(data: bytes) -> None:
    assert READER.message(parse(data)) == Push(TOLD)


def test_a_message_tells_its_priority_and_host() -> None:
    told = parse(b"<142>Mar 12 14:29:01 sb1 FAULT alarm 0x9 2 CF0 damaged")
    assert (told.priority, told.host) == (142, "sb1")
    assert READER.message(told) == Push(
        Fault(type="alarm", code="0x00000009", severity=2, source="CF0", text="damaged")
    )
    assert parse(b"<999>x").priority == NO_PRIORITY
    assert parse(b"caf\xe9").texts == ("café",)


def test_what_is_no_news_is_understood_and_what_fits_nothing_is_not() -> None:
    for line in (
        b"LOG_HTTP 3 TCP-Up 10.1.0.254:443 10.0.0.9:40112",
        b"RAS 1 REGISTER-CNF(,H323=a,10.0.0.1)",
    ):
        assert READER.message(parse(b"<134>" + line)) == Push(None)
    assert READER.message(parse(b"<134>something new")) is None
    rejected = READER.message(parse(b"<134>RAS 3 REGISTER-REJ(12,H323=IP200A-10-10-b4,Reason=Unknown user)"))
    assert rejected == Push(RejectedLine(0, "IP200A-10-10-b4", "Unknown user", "12"))


@given(st.lists(st.binary(max_size=40)), st.lists(st.integers(1, 50)))
def test_frames_are_the_same_however_the_stream_is_cut(parts: list[bytes], cuts: list[int]) -> None:
    clean = [b"<1>" + part.replace(b"\n", b" ") for part in parts]
    counted = [
        b"%d %s" % (len(part), part) if place % 2 else part + b"\n" for place, part in enumerate(clean)
    ]
    stream, frames, found = b"".join(counted), Frames(), []
    for size in [*cuts, len(stream) or 1]:
        found += frames.feed(stream[:size])
        stream = stream[size:]
    assert [part.rstrip(b"\r") for part in found] == [part.rstrip(b"\r") for part in clean]
    assert frames.end() == []


def test_a_message_beyond_all_measure_is_passed_over_and_the_next_one_read() -> None:
    frames = Frames()
    found = frames.feed(b"x" * (MAX_MESSAGE + 1)) + frames.feed(b"more\n<1>a\n")
    found += frames.feed(b"%d <" % (MAX_MESSAGE + 1) + b"y" * MAX_MESSAGE + b"<1>b\n")
    assert (found, frames.too_long) == ([b"<1>a", b"<1>b"], 2)
    assert frames.feed(b"20130312-142901 CMD a@b c\n<1>last") == [b"20130312-142901 CMD a@b c"]
    assert frames.end() == [b"<1>last"]


@given(st.binary(max_size=300))
def test_no_bytes_upset_the_readers(data: bytes) -> None:
    READER.message(parse(data))
    frames = Frames()
    frames.feed(data)
    frames.end()
    try:
        for request in Requests().feed(b"GET /x?" + data):
            READER.event(fields(request))
    except HttpFormatError:
        pass


def test_a_captured_event_is_read_and_is_a_call() -> None:
    request = one(CAPTURED)
    told = fields(request)
    assert (request.version, request.headers) == ("1.0", (("user-agent", "Innovaphone"),))
    assert not request.keeps_alive
    assert told["event"] == "A:Call"
    assert told["src_cgpn"] == "070317300932"
    assert READER.event(told) == Push(None, "00-90-33-06-00-14")


@pytest.mark.parametrize("lead", [b"", b"?"])
@pytest.mark.parametrize("chunked", [False, True])
def test_a_posted_event_is_the_same_as_one_in_the_query(lead: bytes, chunked: bool) -> None:
    text = b"event=alarm&time=1363098541&from=IP232-30-00-af&severity=2&code=0x90001"
    text += b"&source=CF0&text=CF+card%20bad"
    body = lead + text
    if chunked:
        framed = b"Transfer-Encoding: chunked\r\n\r\n5\r\n%b\r\n%x\r\n%b\r\n0\r\n\r\n" % (
            body[:5], len(body) - 5, body[5:],
        )  # fmt: skip
    else:
        framed = b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
    posted = one(b"POST /LOG0/FAULT/mod_cmd.xml?cmd=remote-fault HTTP/1.1\r\n" + framed)
    asked = one(b"GET /x?" + text + b" HTTP/1.0\r\n\r\n")
    fault = Fault(
        type="alarm", code="0x00090001", severity=2, time=1363098541, source="CF0", text="CF card bad"
    )
    for request in (posted, asked):
        assert READER.event(fields(request)) == Push(fault, "IP232-30-00-af")


def test_a_forwarded_line_has_the_time_of_its_event_if_it_has_none() -> None:
    told = {"event": "syslog", "time": "1363098541", "from": "IP6000-01", "msg": "CMD a@b config write"}
    assert READER.event(told) == Push(AuditLine(1363098541, "a", "b", "config write"), "IP6000-01")
    assert READER.event(told | {"msg": "never heard"}) is None
    assert READER.event({"event": "party"}) is None


def test_requests_come_piece_by_piece_and_four_at_once() -> None:
    requests, found = Requests(), []
    for place in range(len(CAPTURED)):
        found += requests.feed(CAPTURED[place : place + 1])
    assert found == [one(CAPTURED)]
    assert not requests.waits
    assert len(requests.feed(CAPTURED * 4)) == 4


def test_a_login_is_read_and_never_shown() -> None:
    told = base64.b64encode(b"noc:s3:cret")
    request = one(b"GET / HTTP/1.0\r\nAuthorization: Basic " + told + b"\r\n\r\n")
    assert request.login == (b"noc", b"s3:cret")
    assert told.decode() not in repr(request)
    for other in (b"Basic ?", b"Digest x", b"Basic " + base64.b64encode(b"nocolon")):
        assert one(b"GET / HTTP/1.0\r\nAuthorization: " + other + b"\r\n\r\n").login is None


@pytest.mark.parametrize("data", [b"\x16\x03\x01\r\n\r\n", b"GET /\r\n\r\n", b"GET / HTTP/1.0\r\nx\r\n\r\n"])
def test_what_is_no_request_is_refused(data: bytes) -> None:
    with pytest.raises(HttpFormatError):
        Requests().feed(data)


def test_every_captured_request_is_read_as_its_own_receiver_read_it() -> None:
    sent, logged = [CAPTURED, PROCEED], []
    for capture in CAPTURES:
        sent += re.findall(rb"GET .*?\r\n\r\n", capture.read_bytes(), re.DOTALL)
        logged += capture.with_suffix(".txt").read_text("latin-1").split("end\n")
    expected = [dict(re.findall(r"^ *(\S+) (.*?) *$", block, re.MULTILINE)) for block in logged]
    for event in (fields(one(request)) for request in sent):
        assert READER.event(event) == Push(None, "00-90-33-06-00-14")
        assert event["event"] == "B:Proceed" or not CAPTURES or _said(event) in expected


def _said(event: dict[str, str]) -> dict[str, str]:
    return {key: value for key, value in event.items() if value}


VARIABLES = st.builds(
    Varbind,
    oid=st.sampled_from([ber.oid("1.3.6.1.4.1.6666.3.3.0"), b"", b"\x80"]),
    tag=st.sampled_from([ber.GAUGE32, ber.INTEGER, ber.OCTETS, ber.OID, ber.NULL, ber.IP_ADDRESS]),
    raw=st.binary(max_size=20),
)


@given(st.lists(VARIABLES, max_size=6), st.sampled_from([0xA7, 0xA6]))
def test_no_variables_upset_what_reads_traps_and_informs(told: list[Varbind], pdu: int) -> None:
    head = [Varbind(ber.oid("1.3.6.1.2.1.1.3.0"), ber.TIME_TICKS, b"\x01")]
    head += [Varbind(ber.oid("1.3.6.1.6.3.1.1.4.1.0"), ber.OID, ber.oid("1.3.6.1.4.1.6666.0.6"))]
    for varbinds in ([*head, *told], told, [head[0], Varbind(head[1].oid, ber.OID, b""), *told]):
        data = ber.encode(ber.Message(ber.V2C, b"public", pdu, 1, 0, 0, varbinds))
        try:
            inform = decode_inform(data)
            push = READER.trap(inform[0] if inform else decode(data))
        except BerError:
            continue
        if push is not None and isinstance(push.told, Fault):
            assert msgspec.json.decode(msgspec.json.encode(push.told), type=Fault) == push.told
