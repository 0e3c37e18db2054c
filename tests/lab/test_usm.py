"""The lab's engine of version 3: keys of the RFC, what it admits, and what it reports to whom."""

from __future__ import annotations

import msgspec
import pytest

from noc.devices.codec import ber, snmp3
from noc.devices.codec.ber import BerError, Message, Varbind
from noc.devices.codec.snmp3 import AUTHENTICATED, DIGEST_OCTETS, ENCRYPTED, REPORTABLE, Envelope
from noc.hosting.secret import Secret
from noc.lab import usm
from noc.lab.usm import Engine, engine_id
from noc.lab.usm_keys import Keys, UsmUser, keys_of

USER = UsmUser(name="noc", authentication=Secret("maplesyrup"), privacy=Secret("maplesugar"))
IDENTITY = engine_id("1.3.6.1.4.1.6666", "00-90-33-01-02-03")
STARTED, NOW = 1_000_000, 1_000_060
NAME = ber.oid("1.3.6.1.2.1.1.5.0")
KEYS = keys_of(USER, IDENTITY)
SIGNED, HIDDEN = REPORTABLE | AUTHENTICATED, REPORTABLE | AUTHENTICATED | ENCRYPTED


@pytest.fixture
def engine() -> Engine:
    return Engine(IDENTITY, (USER,), lambda: STARTED, lambda: NOW + 0.5)


def told(question: Message) -> Message:
    return msgspec.structs.replace(question, pdu=ber.RESPONSE, varbinds=[Varbind(NAME, ber.OCTETS, b"sb1")])


def asked(flags: int, keys: Keys = KEYS, **changes: object) -> bytes:
    """A question of that level, signed last."""
    question = Message(ber.V3, b"", ber.GET, 7, 0, 0, [Varbind(NAME)])
    envelope = Envelope(
        number=11, flags=flags, engine=IDENTITY, boots=STARTED, time=NOW - STARTED, user=b"noc",
        digest=bytes(DIGEST_OCTETS), salt=bytes(8) if flags & ENCRYPTED else b"",
        scoped=snmp3.scoped_pdu(IDENTITY, b"", question),
    )  # fmt: skip
    envelope = msgspec.structs.replace(envelope, **changes)
    if flags & ENCRYPTED:
        hidden = keys.encrypted(envelope.scoped, envelope.boots, envelope.time, envelope.salt)
        envelope = msgspec.structs.replace(envelope, scoped=hidden)
    digest = keys.digest(snmp3.encode(envelope)) if flags & AUTHENTICATED else b""
    return snmp3.encode(msgspec.structs.replace(envelope, digest=digest))


def opened(data: bytes) -> tuple[Envelope, Message]:
    """What a manager that holds the keys makes of an answer."""
    envelope = snmp3.decode(data)
    scoped = envelope.scoped
    if envelope.flags & ENCRYPTED:
        scoped = KEYS.decrypted(scoped, envelope.boots, envelope.time, envelope.salt)
    return envelope, snmp3.read_scoped_pdu(scoped)[2]


def report(engine: Engine, data: bytes) -> tuple[str, int, int]:
    """The counter that a report names, its value, and the level of the report."""
    answer = engine.answer(data, told)
    assert answer is not None
    envelope, message = opened(answer)
    assert message.pdu == ber.REPORT
    (one,) = message.varbinds
    assert isinstance(one.value, int)
    return one.name, one.value, envelope.flags


def test_the_keys_of_the_rfc() -> None:
    """RFC 3414 A.3.2: maplesyrup at the engine 00 00 00 00 00 00 00 00 00 00 00 02, by SHA."""
    keys = keys_of(USER, bytes(11) + b"\x02")
    assert keys.authentication.hex() == "6695febc9288e36282235fc7151f128497b38f3f"
    assert "66" not in repr(keys)


def test_an_engine_is_named_by_its_enterprise_and_its_mac() -> None:
    assert IDENTITY.hex() == "80001a0a03009033010203"


@pytest.mark.parametrize("flags", [SIGNED, HIDDEN])
def test_a_question_is_answered_at_its_own_level(engine: Engine, flags: int) -> None:
    answer = engine.answer(asked(flags), told)
    assert answer is not None
    envelope, message = opened(answer)
    assert (envelope.number, envelope.flags) == (11, flags & ~REPORTABLE)
    assert (envelope.engine, envelope.boots, envelope.time) == (IDENTITY, STARTED, NOW - STARTED)
    assert envelope.digest == KEYS.digest(answer.replace(envelope.digest, bytes(DIGEST_OCTETS)))
    assert (message.pdu, message.request, message.varbinds[0].value) == (ber.RESPONSE, 7, b"sb1")
    assert (b"sb1" in answer) == (flags == SIGNED)


def test_no_two_answers_are_hidden_alike(engine: Engine) -> None:
    answers = [engine.answer(asked(HIDDEN), told) for _ in range(2)]
    assert len({snmp3.decode(one).salt for one in answers if one}) == 2


def test_discovery(engine: Engine) -> None:
    """Nobody is named and nothing signed: the report says who the engine is and what time it has."""
    data = asked(REPORTABLE, engine=b"", boots=0, time=0, user=b"", digest=b"")
    assert report(engine, data) == (usm.UNKNOWN_ENGINES, 1, 0)
    answer = engine.answer(data, told)
    assert answer is not None
    envelope, message = opened(answer)
    assert (envelope.engine, envelope.boots, envelope.time) == (IDENTITY, STARTED, NOW - STARTED)
    assert (message.request, message.varbinds[0].value) == (7, 2)


OTHER = keys_of(
    UsmUser(name="noc", authentication=Secret("wrongsyrup"), privacy=Secret("maplesugar")), IDENTITY
)


@pytest.mark.parametrize(
    ("data", "counter", "level"),
    [
        (asked(HIDDEN, engine=b"\x80\0\0\0\x01other"), usm.UNKNOWN_ENGINES, 0),
        (asked(HIDDEN, user=b"nobody"), usm.UNKNOWN_USERS, 0),
        (asked(REPORTABLE), usm.UNSUPPORTED_LEVELS, 0),
        (asked(HIDDEN, OTHER), usm.WRONG_DIGESTS, 0),
        (asked(HIDDEN)[:-1] + b"\0", usm.WRONG_DIGESTS, 0),
        (asked(SIGNED, boots=STARTED - 1), usm.NOT_IN_WINDOW, AUTHENTICATED),
        (asked(SIGNED, time=NOW - STARTED + 151), usm.NOT_IN_WINDOW, AUTHENTICATED),
        (asked(HIDDEN, time=NOW - STARTED - 151 & 0xFFFF), usm.NOT_IN_WINDOW, AUTHENTICATED),
        (asked(HIDDEN, scoped=b"noise"), usm.DECRYPTION_ERRORS, AUTHENTICATED),
        (asked(SIGNED, scoped=snmp3.scoped_pdu(IDENTITY, b"vrf", told(
            Message(ber.V3, b"", ber.GET, 7, 0, 0, [])))), usm.UNKNOWN_CONTEXTS, AUTHENTICATED),
    ],
)  # fmt: skip
def test_what_is_refused_is_reported(engine: Engine, data: bytes, counter: str, level: int) -> None:
    assert report(engine, data) == (counter, 1, level)
    assert report(engine, data) == (counter, 2, level)


def test_a_question_within_the_window_is_fresh(engine: Engine) -> None:
    answer = engine.answer(asked(SIGNED, time=NOW - STARTED + 150), told)
    assert answer is not None
    assert opened(answer)[1].pdu == ber.RESPONSE


def test_who_wants_no_report_gets_none(engine: Engine) -> None:
    assert engine.answer(asked(0), told) is None
    assert engine.answer(asked(AUTHENTICATED, user=b"nobody"), told) is None


def test_hidden_but_unsigned_is_no_level(engine: Engine) -> None:
    assert engine.answer(asked(REPORTABLE | ENCRYPTED), told) is None


def test_what_is_cut_short_or_no_message_is_none(engine: Engine) -> None:
    data = asked(HIDDEN)
    for end in range(len(data)):
        with pytest.raises(BerError):
            engine.answer(data[:end], told)
    with pytest.raises(BerError):
        engine.answer(ber.encode(Message(ber.V1, b"public", ber.GET, 1, 0, 0, [])), told)


def test_an_agent_that_keeps_silent(engine: Engine) -> None:
    assert engine.answer(asked(HIDDEN), lambda _: None) is None
