"""The rows of the table whose evidence one request shows, and which of them leads (h323-nat, ch. 4).

The clock stands before everything else: the gatekeeper checks it first, so it masks the rest.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from noc.hosting.h323.evidence import (
    STANDARD_PORT,
    Answer,
    Endpoint,
    Knowledge,
    Request,
    TokenKind,
    Vendor,
)
from noc.hosting.h323.exchanges import Phone, judged
from noc.hosting.h323.restoration import Restorer
from noc.hosting.h323.search import SMALL_NETWORK, holds
from noc.hosting.h323.shape import Shape, inner_ips, shape_of
from noc.hosting.h323.table import Word, certainty

CONTRAST_WINDOW = 3600.0  # seconds between 1719 and the alternate port: "minutes apart", generously
_DENIED, _DUPLICATE, _ERROR = "securityDenial", "duplicateAlias", "securityError"
_HASH_ROWS = range(1, 8)  # rows that speak of one request alone

Rows = dict[int, Word]


class Case:
    """What the whole capture says beside the one request."""

    def __init__(
        self, knowledge: Knowledge, restorer: Restorer, phones: Sequence[Phone], answering: set[Endpoint]
    ) -> None:
        self.knowledge = knowledge
        self.restored = restorer.found
        self.far = restorer.far
        self.answering = answering
        self.calibrated: set[Vendor | None] = set()
        self.clean: set[tuple[bytes, int, bytes]] = set()  # source, port, subnet: hash right as received
        self.public: set[bytes] = set()  # sources where a message naming the source was right
        self._together: dict[bytes, dict[int, str]] = defaultdict(dict)  # source -> port -> alias
        for phone in phones:
            for request in judged(phone):
                self._learn(request)

    def _learn(self, request: Request) -> None:
        shape = shape_of(request, self.knowledge)
        if request.fits or id(request) in self.restored:
            self.calibrated.add(request.message.vendor)
        if request.fits and shape is Shape.UNTOUCHED:
            for ip in inner_ips(request):
                self.clean.add((request.source_ip, request.port, ip[:3]))
        if request.fits and shape is Shape.SOURCE:
            self.public.add(request.source_ip)
        if shape is Shape.SOURCE and _denied(request) and _signed(request) and not request.fits:
            self._together[request.source_ip].setdefault(request.seen.source[1], request.alias)

    def together(self, request: Request) -> bool:
        """Row 15: phones apart by alias and source port fail alike with the source's address inside."""
        aliases = set(self._together[request.source_ip].values())
        return len(aliases) > 1 and request.source_ip not in self.public and request.alias in aliases

    def is_calibrated(self, request: Request) -> bool:
        return self.knowledge.calibrated or request.message.vendor in self.calibrated

    def untouched(self, request: Request) -> bool:
        """Whether the inner addresses are known to be what the phone wrote: the inventory names them (a
        large network only where all of it was searched), or a neighbour's message of that subnet came
        through this path with its hash right."""
        lans = self.knowledge.lans.find(request.names) or ()
        whole = id(request) in self.far
        known = [net for net in lans if whole or net.num_addresses <= SMALL_NETWORK]
        return all(
            holds(known, ip) or (not lans and (request.source_ip, request.port, ip[:3]) in self.clean)
            for ip in inner_ips(request)
        )

    def clock_wrong(self, request: Request) -> bool:
        offset = request.clock_offset
        return offset is not None and abs(offset) > self.knowledge.grace


def _denied(request: Request) -> bool:
    return request.answer is Answer.REJECTED and request.reason == _DENIED


def _signed(request: Request) -> bool:
    return request.message.token(TokenKind.H2351) is not None


def rows_of(request: Request, phone: Phone, case: Case) -> tuple[int | None, Rows, bool]:
    """The leading row (None: registered, or a reason outside the table), all rows with their words, and
    whether the phone fails by it."""
    if request.answer is Answer.ACCEPTED:
        return _accepted(request, phone, case)
    if request.answer is Answer.REJECTED:
        return *_rejected(request, phone, case), True
    return *_unanswered(request, case), True


def _first(rows: Rows) -> int | None:
    return min(rows, key=lambda row: certainty(rows[row], row), default=None)


def _accepted(request: Request, phone: Phone, case: Case) -> tuple[int | None, Rows, bool]:
    """Registered; but a keep-alive is not checked, so a wrong hash tells of the next full registration."""
    if request.message.kind == "GRQ":
        return 12, {12: Word.LIKELY}, True
    shape = shape_of(request, case.knowledge)
    if request.fits:
        return None, {}, False
    hidden: Rows = {}
    if shape in (Shape.SOURCE, Shape.PARTIAL):
        hidden[9] = Word.OPEN
    if shape is Shape.PARTIAL:
        hidden[3] = Word.OPEN
    if shape is Shape.FOREIGN:
        hidden[16] = Word.OPEN
    if request.fits is False and (request.message.keep_alive or id(request) in case.restored):
        rows = {row: word for row, word in _hash(request, phone, case).items() if row in _HASH_ROWS}
        if rows:
            return _first(rows), hidden | rows, True
    if 9 in hidden:
        return 9, hidden, False
    return _first(hidden), hidden, False


def _rejected(request: Request, phone: Phone, case: Case) -> tuple[int | None, Rows]:
    proven: Rows = {1: Word.PROVEN} if id(request) in case.restored else {}
    if request.reason == _DUPLICATE and request.message.kind == "RRQ":
        return 10, {10: Word.LIKELY} | proven
    if request.reason == _ERROR and proven:
        return 1, proven
    if request.reason != _DENIED:
        return None, proven
    rows = _hash(request, phone, case)
    if case.clock_wrong(request):
        shown = {row: word for row, word in rows.items() if row not in (2, 6, 7, 8)}
        return 5, {5: Word.STRONG} | shown
    return _first(rows), rows


def _unanswered(request: Request, case: Case) -> tuple[int | None, Rows]:
    proven: Rows = {1: Word.PROVEN} if id(request) in case.restored else {}
    if request.answer is Answer.REFUSED:
        return 11, {11: Word.STRONG} | proven
    silent = request.port != STANDARD_PORT and request.seen.target not in case.answering
    rows = {11: Word.LIKELY} if silent else {12: Word.OPEN}
    return _first(proven or rows), rows | proven


def _hash(request: Request, phone: Phone, case: Case) -> Rows:
    """The rows that hash and inner addresses of one request speak for (1 to 4, 6 to 8, 13 to 16)."""
    if not _signed(request):
        covered = request.message.token(TokenKind.OTHER) is not None
        return {7: Word.OPEN} if covered else {8: Word.STRONG}
    if request.fits:
        return {6: Word.STRONG}
    shape = shape_of(request, case.knowledge)
    rows = _path(request, phone, case, shape)
    if id(request) in case.restored:
        return {row: word for row, word in rows.items() if row != 7} | {1: Word.PROVEN}
    if not rows:
        rows = _address(request, case, shape)
    return rows


def _path(request: Request, phone: Phone, case: Case, shape: Shape) -> Rows:
    """What the addresses inside, and other requests of the site, say of the path."""
    rows: Rows = {}
    if shape is Shape.PARTIAL:
        rows[3] = Word.STRONG
    if shape is Shape.FOREIGN:
        rows[16] = Word.OPEN
    if any(_contrast(request, other, phone) for other in phone.requests):
        rows[13] = Word.STRONG
    if request.port in phone.learned and shape in (Shape.SOURCE, Shape.PARTIAL):
        rows[14] = Word.STRONG
    if shape is Shape.SOURCE and case.together(request):
        rows[15] = Word.STRONG
    if rows and shape is Shape.SOURCE and request.fits is False:
        rows[7] = Word.OPEN
    return rows


def _contrast(denied: Request, accepted: Request, phone: Phone) -> bool:
    """Row 13: refused on 1719, accepted on a static alternate port, and the inner addresses differ."""
    first, second = denied.seen.time, accepted.seen.time
    near = first is None or second is None or abs(second - first) <= CONTRAST_WINDOW
    return (
        near
        and _denied(denied)
        and denied.port == STANDARD_PORT
        and accepted.answer is Answer.ACCEPTED
        and not accepted.message.keep_alive
        and accepted.port != STANDARD_PORT
        and accepted.port not in phone.learned
        and inner_ips(denied) != inner_ips(accepted)
    )


def _address(request: Request, case: Case, shape: Shape) -> Rows:
    """Rows 2, 4 and 7: what is left where nothing was restored and the path says nothing."""
    wrong = request.fits is False
    if shape is Shape.UNTOUCHED and wrong and case.untouched(request):
        return {4: Word.STRONG if case.is_calibrated(request) else Word.OPEN}
    lans = case.knowledge.lans.find(request.names) or ()
    public = not case.knowledge.is_private(request.source_ip) and not holds(lans, request.source_ip)
    if shape is Shape.SOURCE and not wrong and public:
        return {2: Word.LIKELY}
    return {7: Word.OPEN}
