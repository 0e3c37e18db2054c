"""From requests to verdicts: one a request, then one a phone, then one a site (h323-nat, ch. 4 and 5).

Every row whose evidence is present is collected; the most certain word wins, then the lower row, and
the others are shown beside it. The clock stands before everything else, for the gatekeeper checks it
first. A phone's and a site's verdict come from what failed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import msgspec

from noc.hosting.h323.evidence import Answer, Knowledge, Request
from noc.hosting.h323.exchanges import Phone, Registrations, judged
from noc.hosting.h323.restoration import Restorer
from noc.hosting.h323.rows import Case, rows_of
from noc.hosting.h323.search import Restored, Search
from noc.hosting.h323.table import ROWS, Verdict, Word, certainty


class Finding(msgspec.Struct, frozen=True, eq=False):
    """What is concluded of one request, or of a phone from which nothing came (request None).

    row: None for what is registered with nothing to explain and for reasons outside the table."""

    row: int | None
    word: Word | None
    verdict: Verdict
    failing: bool
    also: frozenset[int] = frozenset()
    request: Request | None = None
    restored: Restored | None = None
    far_searched: bool = False


class PhoneVerdict(msgspec.Struct, frozen=True, eq=False):
    """source: address the gatekeeper saw, None where nothing came; findings: one a request."""

    alias: str
    source: bytes | None
    best: Finding
    also: tuple[int, ...]
    findings: tuple[Finding, ...]


class SiteVerdict(msgspec.Struct, frozen=True, eq=False):
    """One source address with its phones; best: the finding that decided."""

    source: bytes
    best: Finding
    also: tuple[int, ...]
    phones: tuple[PhoneVerdict, ...]


class Judgement(msgspec.Struct, frozen=True, eq=False):
    phones: tuple[PhoneVerdict, ...]
    sites: tuple[SiteVerdict, ...]

    @property
    def failing(self) -> bool:
        """Whether a phone fails, or will with its next full registration."""
        return any(phone.best.failing for phone in self.phones)


def judge(registrations: Registrations, knowledge: Knowledge, search: Search | None = None) -> Judgement:
    """Judge all that was collected. May take as long as the search's budget allows (seconds)."""
    phones = registrations.finish()
    by_site: dict[bytes, list[Phone]] = defaultdict(list)
    for phone in phones:
        by_site[phone.source].append(phone)
    restorer = Restorer(search or Search(knowledge))
    restorer.run(by_site.values())
    case = Case(knowledge, restorer, phones, set(registrations.answering))
    sites = tuple(_site(source, members, case) for source, members in by_site.items())
    missing = _missing(phones, registrations, knowledge)
    return Judgement(tuple(phone for site in sites for phone in site.phones) + missing, sites)


def _site(source: bytes, members: Iterable[Phone], case: Case) -> SiteVerdict:
    phones = tuple(_phone(phone, case) for phone in members)
    best = _best([phone.best for phone in phones])
    deciding = [phone for phone in phones if phone.best.failing == best.failing]
    rows = {row for phone in deciding for row in (phone.best.row, *phone.also) if row}
    return SiteVerdict(source, best, tuple(sorted(rows - {best.row})), phones)


def _phone(phone: Phone, case: Case) -> PhoneVerdict:
    findings = [_request(request, phone, case) for request in judged(phone)]
    counted = [finding for finding in findings if not _only_lost(finding, phone)]
    best = _best(counted)
    same = [finding for finding in counted if finding.failing == best.failing]
    rows = {row for finding in same for row in (finding.row, *finding.also) if row}
    return PhoneVerdict(phone.alias, phone.source, best, tuple(sorted(rows - {best.row})), tuple(findings))


def _only_lost(finding: Finding, phone: Phone) -> bool:
    """An unanswered copy beside an answered request to the same port says nothing (ch. 4)."""
    request = finding.request
    if request is None or request.answer is not Answer.NONE or finding.restored is not None:
        return False
    return any(
        other.seen.target == request.seen.target and other.answer in (Answer.ACCEPTED, Answer.REJECTED)
        for other in judged(phone)
    )


def _best(findings: Sequence[Finding]) -> Finding:
    """Failing before the others, most certain word first, then the lower row."""
    return min(findings, key=lambda finding: (not finding.failing, *certainty(finding.word, finding.row)))


def _request(request: Request, phone: Phone, case: Case) -> Finding:
    row, rows, failing = rows_of(request, phone, case)
    other = Verdict.OTHER_REJECT_REASON if failing else Verdict.REGISTERED
    return Finding(
        row=row,
        word=None if row is None else rows[row],
        verdict=other if row is None else ROWS[row].verdict,
        failing=failing,
        also=frozenset(rows) - {row},
        request=request,
        restored=case.restored.get(id(request)),
        far_searched=id(request) in case.far,
    )


def _missing(
    phones: Iterable[Phone], registrations: Registrations, knowledge: Knowledge
) -> tuple[PhoneVerdict, ...]:
    """Phones that the judge was told of and that the capture does not hold: row 12. Less certain where
    messages of an address that is otherwise silent could not be read: they may be the phone's."""
    phones = tuple(phones)
    word = Word.OPEN if registrations.unread - {phone.source for phone in phones} else Word.LIKELY
    seen = {name.casefold() for phone in phones for name in phone.names}
    gone = {name.casefold() for name in registrations.unregistered}
    verdicts = []
    for alias in dict.fromkeys((*knowledge.lans, *knowledge.keys)):
        if alias.casefold() in seen:
            continue
        if alias.casefold() in gone:
            finding = Finding(None, None, Verdict.NOISE, failing=False)
        else:
            finding = Finding(12, word, Verdict.BLOCKED, failing=True)
        verdicts.append(PhoneVerdict(alias, None, finding, (), (finding,)))
    return tuple(verdicts)
