"""The lab's authoritative engine of SNMP version 3: who may ask, whether it is fresh, and what is hidden.

A question without authentication finds out the engine (discovery) and nothing else. What is refused is
answered with a report that counts it. Sources: RFC 3412 ch. 7; RFC 3414 ch. 3.2, 4.
"""

from __future__ import annotations

import hmac
import itertools
import secrets
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Final

import msgspec

from noc.devices.codec import ber, snmp3
from noc.devices.codec.ber import BerError, Message, Varbind
from noc.devices.codec.snmp3 import AUTHENTICATED, DIGEST_OCTETS, ENCRYPTED, REPORTABLE, USM, Envelope
from noc.hosting.errors import NocError
from noc.lab.usm_keys import SALT_OCTETS, Keys, UsmUser, keys_of

WINDOW: Final = 150
"""Seconds by which a question's time may be off."""
_STATS: Final = "1.3.6.1.6.3.15.1.1"
UNSUPPORTED_LEVELS, NOT_IN_WINDOW, UNKNOWN_USERS, UNKNOWN_ENGINES, WRONG_DIGESTS, DECRYPTION_ERRORS = (
    f"{_STATS}.{number}.0" for number in range(1, 7)
)
UNKNOWN_CONTEXTS: Final = "1.3.6.1.6.3.12.1.5.0"
_MAC_FORMAT: Final = 3
_MOST_BOOTS: Final = 0x7FFFFFFE
_SALTS: Final = 1 << 8 * SALT_OCTETS

Answerer = Callable[[Message], Message | None]
"""What an agent answers to a question; None where it keeps silent."""


class _RefusedError(NocError):
    """A question that gets a report. counter: the identifier of what is counted; keys: of the user, where the
    question has proved to come from it."""

    def __init__(self, counter: str, keys: Keys | None = None) -> None:
        super().__init__(f"refused, counted by {counter}", "SNMP version 3", "see RFC 3414 ch. 3.2")
        self.counter = counter
        self.keys = keys


class Engine:
    """The engine of one device: a question in, the answer or a report out.

    identity: its engine id; started: unix second in which the device started; now: unix seconds. That second
    serves as the number of its starts: it grows with each (RFC 3414 ch. 2.2), and nobody has to remember it.
    """

    def __init__(
        self,
        identity: bytes,
        users: Iterable[UsmUser],
        started: Callable[[], int],
        now: Callable[[], float],
    ) -> None:
        self.identity = identity
        self._users = {user.name.encode(): user for user in users}
        self._started = started
        self._now = now
        self._keys: dict[bytes, Keys] = {}
        self._counted: Counter[str] = Counter()
        self._salts = itertools.count(secrets.randbits(63))

    def answer(self, data: bytes, told: Answerer) -> bytes | None:
        """The datagram that answers one of version 3. Raises BerError for what is none."""
        asked = snmp3.decode(data)
        if asked.model != USM or (asked.flags & ENCRYPTED and not asked.flags & AUTHENTICATED):
            return None
        try:
            keys = self._admitted(asked, data)
            question = self._opened(asked, keys)
        except _RefusedError as refused:
            return self._report(asked, refused) if asked.flags & REPORTABLE else None
        answer = told(question)
        return None if answer is None else self._sealed(asked, answer, keys)

    def _admitted(self, asked: Envelope, data: bytes) -> Keys:
        """The keys of the user who asks, once the question has proved itself (RFC 3414 ch. 3.2, 3 to 7)."""
        if asked.engine != self.identity:
            raise _RefusedError(UNKNOWN_ENGINES)
        if asked.user not in self._users:
            raise _RefusedError(UNKNOWN_USERS)
        if not asked.flags & AUTHENTICATED:
            raise _RefusedError(UNSUPPORTED_LEVELS)
        keys = self._keys_of(asked.user)
        if not hmac.compare_digest(asked.digest, keys.digest(_blanked(data, asked))):
            raise _RefusedError(WRONG_DIGESTS)
        boots, time = self._clock()
        if asked.boots != boots or abs(asked.time - time) > WINDOW:
            raise _RefusedError(NOT_IN_WINDOW, keys)
        return keys

    def _opened(self, asked: Envelope, keys: Keys) -> Message:
        """The question itself, deciphered and of this device's own context."""
        scoped = asked.scoped
        if asked.flags & ENCRYPTED and len(asked.salt) != SALT_OCTETS:
            raise _RefusedError(DECRYPTION_ERRORS, keys)
        if asked.flags & ENCRYPTED:
            scoped = keys.decrypted(scoped, asked.boots, asked.time, asked.salt)
        try:
            engine, context, question = snmp3.read_scoped_pdu(scoped)
        except BerError:
            if asked.flags & ENCRYPTED:
                raise _RefusedError(DECRYPTION_ERRORS, keys) from None
            raise
        if engine != self.identity or context:
            raise _RefusedError(UNKNOWN_CONTEXTS, keys)
        return question

    def _report(self, asked: Envelope, refused: _RefusedError) -> bytes:
        """What is counted, with its new count. It is only signed where the asker is known to hold the key."""
        self._counted[refused.counter] += 1
        count = Varbind(ber.oid(refused.counter), ber.COUNTER32, ber.integer(self._counted[refused.counter]))
        report = Message(ber.V3, b"", ber.REPORT, _number(asked), 0, 0, [count])
        return self._sealed(asked, report, refused.keys, report=True)

    def _sealed(self, asked: Envelope, answer: Message, keys: Keys | None, *, report: bool = False) -> bytes:
        """An answer of the level at which was asked; a report is never enciphered."""
        boots, time = self._clock()
        flags = (asked.flags & (AUTHENTICATED if report else AUTHENTICATED | ENCRYPTED)) if keys else 0
        scoped, salt = snmp3.scoped_pdu(self.identity, b"", answer), b""
        if keys is not None and flags & ENCRYPTED:
            salt = (next(self._salts) % _SALTS).to_bytes(SALT_OCTETS, "big")
            scoped = keys.encrypted(scoped, boots, time, salt)
        told = Envelope(
            number=asked.number, flags=flags, engine=self.identity, boots=boots, time=time, user=asked.user,
            digest=bytes(DIGEST_OCTETS) if keys else b"", salt=salt, scoped=scoped,
        )  # fmt: skip
        data = snmp3.encode(told)
        if keys is None:
            return data
        return snmp3.encode(msgspec.structs.replace(told, digest=keys.digest(data)))

    def _keys_of(self, user: bytes) -> Keys:
        if user not in self._keys:
            self._keys[user] = keys_of(self._users[user], self.identity)
        return self._keys[user]

    def _clock(self) -> tuple[int, int]:
        """Number of starts, seconds since the last."""
        started = self._started()
        return min(started, _MOST_BOOTS), max(0, int(self._now()) - started)


def engine_id(enterprise: str, serial: str) -> bytes:
    """The engine id made of a MAC (RFC 3411 ch. 5). enterprise: dotted; serial: the MAC with dashes."""
    number = int(enterprise.rpartition(".")[2]) | 1 << 31
    return number.to_bytes(4, "big") + bytes((_MAC_FORMAT,)) + bytes.fromhex(serial.replace("-", ""))


def _blanked(data: bytes, asked: Envelope) -> bytes:
    """The datagram with zeros where its digest is."""
    end = asked.digest_at + len(asked.digest)
    return data[: asked.digest_at] + bytes(len(asked.digest)) + data[end:]


def _number(asked: Envelope) -> int:
    """The request's own number where it stands in clear, else 0 (RFC 3412 ch. 7.1, step 3)."""
    if asked.flags & ENCRYPTED:
        return 0
    try:
        return snmp3.read_scoped_pdu(asked.scoped)[2].request
    except BerError:
        return 0
