"""Requests and their answers: RAS messages as they were captured become requests ready to be judged.

Paired by phone address, phone port and sequence number (reference: h323-nat, ch. 2). Copies of a
request share its answer. Memory is bounded: of requests that look and end alike, the first and the
last are kept, the others counted.
"""

from __future__ import annotations

from collections import Counter
from typing import TypeVar

import msgspec

from noc.hosting.h323.evidence import (
    STANDARD_PORT,
    Answer,
    Endpoint,
    Knowledge,
    RasMessage,
    Request,
    Seen,
    TokenKind,
    show_endpoint,
)

COPY_WINDOW = 60.0  # seconds within which an unanswered request of the same number is a copy
KEPT_ALIKE = 4  # requests of one kind and outcome that are kept in full
KEPT_OF_A_PHONE = 128  # requests kept of one phone
KEPT_FRAMES = 16  # frame numbers kept of a request and its copies
MAX_REMEMBERED = 65536  # endpoints and endpointIdentifiers whose phone is remembered
MAX_PENDING = 8192  # exchanges that wait for an answer or for late copies
_ANSWERS = {"RCF": "RRQ", "RRJ": "RRQ", "GCF": "GRQ", "GRJ": "GRQ"}

K = TypeVar("K")
_Key = tuple[Endpoint, int, str]  # phone's endpoint, sequence number, RRQ or GRQ


class Phone(msgspec.Struct, eq=False):
    """One phone behind one source address. requests: its RRQs; discoveries: its GRQs."""

    source: bytes
    alias: str
    names: set[str] = msgspec.field(default_factory=set)
    requests: list[Request] = msgspec.field(default_factory=list)
    discoveries: list[Request] = msgspec.field(default_factory=list)

    @property
    def learned(self) -> set[int]:
        """RAS ports that a GCF on 1719 named to this phone."""
        return {port for request in self.discoveries for port in request.learned}


class Registrations:
    """Collects what a capture shows; `finish` gives the phones. Not thread-safe.

    ports: RAS ports of the gatekeeper; with none given, any. A request to another port only counts
    where the gatekeeper's host refuses it: that is what a missing alternate port looks like.
    """

    def __init__(self, knowledge: Knowledge, ports: frozenset[int] = frozenset()) -> None:
        self._knowledge = knowledge
        self._ports = ports
        self._phones: dict[tuple[bytes, str], Phone] = {}
        self._pending: dict[_Key, list[Request]] = {}
        self._named: dict[_Key, _Key] = {}  # the RAS address inside a request -> the request
        self._nameless: list[Request] = []
        self._alike: dict[tuple[object, ...], list[Request]] = {}
        self._endpoints: dict[str, str] = {}  # endpointIdentifier -> alias
        self._sender: dict[Endpoint, str] = {}  # source endpoint -> last alias
        self._refused: dict[tuple[Endpoint, Endpoint], tuple[int, int]] = {}  # -> frame, code
        self.answering: Counter[Endpoint] = Counter()  # gatekeeper endpoints that gave RAS answers
        self.unregistered: set[str] = set()  # names seen in a URQ
        self.unread: set[bytes] = set()  # sources of RAS messages that could not be read

    def message(self, seen: Seen, message: RasMessage) -> None:
        """Take one RAS message, in the order of the capture."""
        if message.kind in ("RRQ", "GRQ"):
            self._request(seen, message)
        elif message.kind in _ANSWERS:
            self._answer(seen, message)
        else:
            self.unregistered.update(message.names)
            self.unregistered.add(self._endpoints.get(message.endpoint, ""))

    def refusal(self, frame: int, source: Endpoint, target: Endpoint, code: int) -> None:
        """An ICMP error says that a datagram from `source` to `target` was not taken."""
        if source in self._sender:
            self._refused[source, target] = (frame, code)

    def finish(self) -> list[Phone]:
        """Close what is still open and return the phones in the order in which they were first seen."""
        for key in list(self._pending):
            self._close(key)
        for request in self._nameless:
            self._keep(request, self._sender.get(request.seen.source) or self._only_phone(request))
        self._nameless.clear()
        return list(self._phones.values())

    def _request(self, seen: Seen, message: RasMessage) -> None:
        key = (seen.source, message.seq, message.kind)
        earlier = self._pending.get(key, [])
        for request in earlier:
            if request.message.raw == message.raw and request.seen.target == seen.target:
                if len(request.frames) < KEPT_FRAMES:
                    request.frames.append(seen.frame)
                return
        request = Request(seen, message, self._alias(message), [seen.frame])
        if earlier and not _is_copy(earlier[-1], request):
            self._close(key)
            earlier = []
        self._pending[key] = [*earlier, request]
        _remember(self._sender, seen.source, request.alias or self._sender.get(seen.source, ""))
        for inner in message.ras:
            if inner.ip == seen.source[0] and inner.port != seen.source[1]:
                self._named[(inner.ip, inner.port), message.seq, message.kind] = key
        if len(self._pending) > MAX_PENDING:
            self._close(next(iter(self._pending)))

    def _close(self, key: _Key) -> None:
        for request in self._pending.pop(key):
            pair = (request.seen.source, request.seen.target)
            if request.answer is Answer.NONE and pair in self._refused:
                # a host sends few ICMP errors a second: one for this pair speaks for all
                frame, code = self._refused[pair]
                _end(request, Answer.REFUSED, f"ICMP unreachable, code {code}", "", frame)
            for inner in request.message.ras:
                self._named.pop(((inner.ip, inner.port), request.message.seq, request.message.kind), None)
            if request.alias or len(self._nameless) >= MAX_PENDING:
                self._keep(request, request.alias)
            else:
                self._nameless.append(request)

    def _alias(self, message: RasMessage) -> str:
        """The phone's name: an h323-ID, one the judge knows before others; "" where there is none."""
        known = self._knowledge
        for name in message.ids:
            if name in known.keys or name in known.lans:
                return name
        named = (*message.ids, self._endpoints.get(message.endpoint, ""), *message.others)
        return next((name for name in named if name), "")

    def _only_phone(self, request: Request) -> str:
        aliases = [alias for source, alias in self._phones if source == request.source_ip]
        return aliases[0] if len(aliases) == 1 else ""

    def _answer(self, seen: Seen, message: RasMessage) -> None:
        key = (seen.target, message.seq, _ANSWERS[message.kind])
        requests = self._pending.get(key) or self._pending.get(self._named.get(key, key), [])
        answer = Answer.ACCEPTED if message.kind in ("RCF", "GCF") else Answer.REJECTED
        self.answering[seen.source] += 1
        for request in requests:
            if request.answer is Answer.NONE:
                _end(request, answer, message.kind, message.reason, seen.frame)
                _learn(request, message)
                if message.kind == "RCF" and message.endpoint and request.alias:
                    _remember(self._endpoints, message.endpoint, request.alias)

    def _keep(self, request: Request, alias: str) -> None:
        """Put a closed request to its phone, or count it where enough of its like are kept."""
        if self._ports and request.port not in self._ports and request.answer is not Answer.REFUSED:
            return
        request.alias = alias or show_endpoint(request.seen.source)
        request.fits = _hash_fits(request, self._knowledge)
        phone = self._phones.setdefault(
            (request.source_ip, request.alias), Phone(request.source_ip, request.alias)
        )
        phone.names.update(request.names)
        kept = phone.discoveries if request.message.kind == "GRQ" else phone.requests
        likeness = (phone.source, phone.alias, *_likeness(request, self._knowledge))
        alike = self._alike.get(likeness, [])
        if len(alike) >= KEPT_ALIKE or (alike and len(kept) >= KEPT_OF_A_PHONE):
            dropped = alike.pop()
            kept.remove(dropped)
            request.repeats = dropped.repeats + 1
        if len(kept) < KEPT_OF_A_PHONE:
            self._alike[likeness] = [*alike, request]
            kept.append(request)


def judged(phone: Phone) -> list[Request]:
    """A phone's registrations; where none was seen, its discoveries."""
    return phone.requests or phone.discoveries


def _remember(table: dict[K, str], key: K, value: str) -> None:
    """Keep the newest; a capture may name endpoints without end."""
    table.pop(key, None)
    table[key] = value
    if len(table) > MAX_REMEMBERED:
        del table[next(iter(table))]


def _end(request: Request, answer: Answer, kind: str, reason: str, frame: int) -> None:
    request.answer, request.answer_kind = answer, kind
    request.reason, request.answer_frame = reason, frame


def _learn(request: Request, answer: RasMessage) -> None:
    """A GCF on 1719 may name the port that the phone uses from then on (h323-nat, ch. 5)."""
    if answer.kind == "GCF" and request.port == STANDARD_PORT:
        request.learned = tuple(inner.port for inner in answer.ras if inner.port != STANDARD_PORT)


def _is_copy(earlier: Request, later: Request) -> bool:
    """Whether a request of the same number is a new attempt at an unanswered one."""
    first, second = earlier.seen.time, later.seen.time
    near = first is None or second is None or 0 <= second - first <= COPY_WINDOW
    return near and earlier.answer is Answer.NONE and earlier.seen.target == later.seen.target


def _hash_fits(request: Request, knowledge: Knowledge) -> bool | None:
    key = knowledge.keys.find(request.names)
    token = request.message.token(TokenKind.H2351)
    if key is None or token is None or token.offset is None:
        return None
    return key.fits(request.message.raw, token.tag, token.offset)


def _likeness(request: Request, knowledge: Knowledge) -> tuple[object, ...]:
    """What two requests must share to be the same evidence."""
    message, offset = request.message, request.clock_offset
    return (
        message.kind,
        request.seen.target,
        tuple(inner.ip for inner in message.inner),
        tuple(token.kind for token in message.tokens),
        message.keep_alive,
        request.answer,
        request.reason,
        request.fits,
        offset is not None and abs(offset) > knowledge.grace,
    )
