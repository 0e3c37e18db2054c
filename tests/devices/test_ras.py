"""RAS decoded: the fixtures' own values, offsets in the received bytes, damage, and threads."""

from __future__ import annotations

import io
import threading
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings, strategies as st

from noc.devices.codec import ras_repeat
from noc.devices.codec.capture import Tally, read_frames
from noc.devices.codec.datagrams import Datagram, read_datagrams
from noc.devices.codec.ras import RasError, decode, looks_like_ras
from noc.devices.codec.ras_encode import Credentials, Phone, encode_rcf, encode_reject, encode_rrq
from noc.devices.codec.ras_repeat import RasReader
from noc.hosting.errors import NocError
from noc.hosting.h323.evidence import RasMessage, TokenKind
from noc.hosting.h323.proof import RegistrationKey
from tests.h323_rig import six

DATA = Path(__file__).parent.parent / "data" / "h323"
CASES = yaml.safe_load((DATA / "manifest.yaml").read_text())["cases"]
KEY = RegistrationKey("geheim")


def messages(file: Path) -> dict[int, tuple[Datagram, RasMessage]]:
    tally = Tally()
    frames = read_frames(io.BytesIO(file.read_bytes()), file.name, tally)
    found = {}
    for item in read_datagrams(frames, tally):
        if isinstance(item, Datagram) and looks_like_ras(item.payload):
            found[item.frame] = (item, decode(item.payload))
    return found


def made(alias: str = "a", seq: int = 9, last: int = 23) -> bytes:
    lan = bytes([192, 168, 178, last])
    credentials = Credentials(1_800_000_000, KEY, md5=True, sender=alias, random=-5)
    return encode_rrq(Phone(alias, "23"), seq, [(lan, 1720)], [(lan, 1719)], credentials)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_every_request_of_the_fixtures(case: dict[str, Any]) -> None:
    decoded = messages(DATA / case["file"])
    for site in case["sites"]:
        for phone in site["phones"]:
            for request in phone["requests"]:
                for frame in request["frames"][-1:]:
                    check_request(*decoded[frame], phone, request)
                if str(request["answer"]) in ("RCF", "RRJ", "GCF", "GRJ"):
                    answer = decoded[request["answer_frames"][0]][1]
                    assert (answer.kind, answer.seq) == (request["answer"], request["seq"])
                    assert answer.reason == request.get("reason", "").split(" ")[0]


def check_request(
    item: Datagram, message: RasMessage, phone: dict[str, Any], request: dict[str, Any]
) -> None:
    assert (message.kind, message.seq) == (request["type"], request["seq"])
    received = request["received"]
    assert [str(each) for each in message.call] == received.get("callSignalAddress", [])
    assert [str(each) for each in message.ras] == received["rasAddress"]
    for inner in message.inner:
        assert inner.offset is not None
        assert item.payload[inner.offset : inner.offset + 6] == six(str(inner))
    assert [token.kind for token in message.tokens] == request.get("tokens", [])
    assert message.keep_alive == request.get("keepalive", False)
    if request["type"] == "RRQ":
        assert message.ids == (phone["alias"],)
        assert message.vendor is not None
        assert list(message.vendor[3:]) == phone["vendor"]
    token = message.token(TokenKind.H2351)
    if token is not None:
        assert token.offset is not None
        password = phone["gatekeeper_password"] or phone["phone_password"]
        right = RegistrationKey(password).fits(item.payload, token.tag, token.offset)
        assert right == (request["hash_as_received"] == "right")


def test_icmp_quotes_are_no_messages() -> None:
    assert sorted(messages(DATA / "a13-alternate-port-refused.pcap")) == [1, 3]


def test_vendor_data_with_the_same_bytes_does_not_move_the_offsets() -> None:
    lan = bytes([192, 168, 178, 23])
    copy = lan + (1720).to_bytes(2, "big") + lan + (1719).to_bytes(2, "big")
    extra = {"nonStandardIdentifier": ("object", (1, 3, 6)), "data": copy}
    raw = encode_rrq(Phone("a"), 9, [(lan, 1720)], [(lan, 1719)], None, nonStandardData=extra)
    message = decode(raw)
    assert message.call[0].offset == raw.index(copy[:6], raw.index(copy) + 1)
    assert message.ras[0].offset == raw.rindex(copy[6:])


def test_equal_addresses_have_offsets_of_their_own() -> None:
    lan = bytes([192, 168, 178, 23])
    message = decode(encode_rrq(Phone("a"), 9, [(lan, 1719)], [(lan, 1719)]))
    assert message.call[0].offset != message.ras[0].offset


@pytest.mark.parametrize("edition", [1, 2])
def test_both_editions_of_the_token_are_known(edition: int) -> None:
    lan = bytes([10, 0, 0, 1])
    raw = encode_rrq(Phone("a"), 9, [(lan, 1)], [(lan, 2)], Credentials(1, KEY, edition=edition))
    assert [token.kind for token in decode(raw).tokens] == [TokenKind.H2351]
    other = encode_rrq(Phone("a"), 9, [(lan, 1)], [(lan, 2)], Credentials(1, KEY, edition=3))
    assert [token.kind for token in decode(other).tokens] == [TokenKind.OTHER]


def test_hash_and_bytes_stand_in_no_repr() -> None:
    message = decode(made())
    token = message.token(TokenKind.H2351)
    assert token is not None
    assert repr(token.tag) not in repr(message) + repr(token)
    assert repr(message.raw) not in repr(message)


@settings(max_examples=500)
@given(st.binary(max_size=300))
def test_noise_never_crashes(noise: bytes) -> None:
    for payload in (noise, b"\x0e\x80\x12\x34\x06\x00\x08\x91\x4a\x00\x05" + noise):
        if looks_like_ras(payload):
            try:
                decode(payload)
            except RasError as error:
                assert isinstance(error, NocError)


@settings(max_examples=1000)
@given(st.lists(st.tuples(st.integers(0, len(made()) - 1), st.integers(0, 255)), min_size=1, max_size=6))
def test_mutated_messages_are_read_or_refused(changes: list[tuple[int, int]]) -> None:
    """Whatever is read stands where it is said to stand."""
    raw = bytearray(made())
    for at, value in changes:
        raw[at] = value
    try:
        message = decode(bytes(raw))
    except RasError:
        return
    for inner in message.inner:
        if inner.offset is not None:
            assert raw[inner.offset : inner.offset + 6] == inner.ip + inner.port.to_bytes(2, "big")
    for token in message.tokens:
        if token.offset is not None:
            assert raw[token.offset : token.offset + len(token.tag)] == token.tag


A, B = (bytes([203, 0, 113, 9]), 1719), (bytes([198, 51, 100, 5]), 1719)


def same(reader: RasReader, payload: bytes) -> bool:
    """Whether the reader says what a full decoding says; True where both refuse."""
    try:
        expected = decode(payload)
    except RasError:
        with pytest.raises(RasError):
            reader.decode(payload, A, B)
        return True
    return reader.decode(payload, A, B) == expected


@settings(max_examples=200)
@given(
    st.lists(
        st.tuples(
            st.integers(1, 65535),
            st.integers(1_700_000_000, 2_000_000_000),
            st.integers(-(2**31), 2**31 - 1),
        ),
        min_size=3,
        max_size=6,
    ),
    st.booleans(),
)
def test_repeated_messages_are_read_as_if_decoded(said: list[tuple[int, int, int]], md5: bool) -> None:
    reader = RasReader()
    lan = bytes([192, 168, 178, 23])
    for seq, time, random in said:
        made_now = Credentials(time, KEY, md5=md5, sender="a", random=random)
        assert same(reader, encode_rrq(Phone("a"), seq, [(lan, 1720)], [(lan, 1719)], made_now))


NAMES = st.text(st.sampled_from("IP23-a0é\U0001f600\x1b"), min_size=5, max_size=7)


@settings(max_examples=300)
@given(
    st.lists(
        st.tuples(NAMES, NAMES, st.binary(min_size=4, max_size=4), st.integers(0, 65535)),
        min_size=4,
        max_size=12,
    ),
    st.booleans(),
    st.sampled_from(["", "23"]),
)
def test_phones_of_one_make_are_read_as_if_decoded(
    said: list[tuple[str, str, bytes, int]], keep_alive: bool, number: str
) -> None:
    """Names alike and not, endpoint identifiers that are an alias too, any address and port."""
    reader = RasReader()
    for seq, (alias, sender, ip, port) in enumerate(said, 1):
        made_now = Credentials(1_800_000_000 + seq, KEY, sender=alias if seq % 3 else sender, random=seq)
        more = {"keepAlive": True, "endpointIdentifier": sender} if keep_alive else {}
        lan = [(ip, port)]
        assert same(reader, encode_rrq(Phone(alias, number), seq, lan, lan, made_now, **more))
        assert same(reader, encode_rcf(seq, (ip, port), sender))


@settings(max_examples=1000)
@given(
    st.lists(st.tuples(st.integers(1, len(made()) - 1), st.integers(0, 255)), min_size=1, max_size=6),
    st.booleans(),
)
def test_mutated_repetitions_are_read_as_if_decoded(changes: list[tuple[int, int]], one_phone: bool) -> None:
    reader = RasReader()
    for seq in (9, 10, 11):
        assert same(reader, made(seq=seq, alias="a" if one_phone else "abc"[seq - 9], last=seq))
    raw = bytearray(made())
    for at, value in changes:
        raw[at] = value
        assert same(reader, bytes(raw))


def test_repetitions_are_not_decoded_in_full(monkeypatch: pytest.MonkeyPatch) -> None:
    """What makes a long capture fast: the decoder is asked only for the first of like messages."""
    reader = RasReader()
    asked = []

    def counted(payload: bytes) -> RasMessage:
        asked.append(payload)
        return decode(payload)

    monkeypatch.setattr(ras_repeat, "decode", counted)
    for seq in range(1, 101):
        assert reader.decode(made(seq=seq), A, B).seq == seq
        reject = encode_reject("RRJ", seq, "securityDenial")
        assert reader.decode(reject, B, A).seq == seq
    assert len(asked) <= 8  # of each kind: two messages, and the proofs of their holes


def test_threads_never_swap_messages() -> None:
    """Four threads decode their own messages; each must get its own values back, every time."""
    faults: list[str] = []

    def work(number: int) -> None:
        raw = made(f"phone-{number}", 100 + number, number)
        for _ in range(400):
            message = decode(raw)
            if (message.ids, message.seq, message.call[0].ip[3]) != (
                (f"phone-{number}",),
                100 + number,
                number,
            ):
                faults.append(f"{number}: {message!r}")

    threads = [threading.Thread(target=work, args=(number,)) for number in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\x80\x08" + bytes(170),  # RTP
        b"OPTIONS sip:x SIP/2.0\r\n",
        b"\x00\x01" + bytes(40),
        bytes(12) + b"\x06\x00\x08\x91\x4a\x00\x05",
    ],
)
def test_noise_is_turned_away_before_decoding(payload: bytes) -> None:
    assert not looks_like_ras(payload)
