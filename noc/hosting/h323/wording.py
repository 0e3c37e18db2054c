"""Verdicts and evidence in words, after h323-nat, chapter 10. The evidence pair is always said.

Aliases and vendor names are foreign text: everything passes safe_text here.
"""

from __future__ import annotations

from collections.abc import Iterable

from noc.hosting.h323.evidence import (
    STANDARD_PORT,
    Answer,
    InnerAddress,
    Knowledge,
    Request,
    TokenKind,
    show_endpoint,
    show_ip,
)
from noc.hosting.h323.judge import Finding
from noc.hosting.h323.table import ROWS, Verdict, Word
from noc.hosting.text import safe_text

_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def conclusion(finding: Finding, knowledge: Knowledge) -> str:
    """One or two sentences for the operator: what it is and what to do."""
    say = _SENTENCES.get(finding.verdict)
    if say is not None:
        return say(finding, knowledge)
    row = ROWS.get(finding.row or 0)
    return f"{row.evidence[0].upper()}{row.evidence[1:]}. Next: {row.fix}." if row else ""


def evidence(finding: Finding, knowledge: Knowledge) -> tuple[str, ...]:
    """The evidence pair, the exchange, hash, restoration and clock, one sentence each."""
    request = finding.request
    if request is None:
        return ("The capture holds no registration of this phone.",)
    return (
        pair(finding),
        _exchange(request),
        *_hash(finding, knowledge),
        *_clock(request, knowledge),
        *(_beside(row) for row in sorted(finding.also)),
    )


def pair(finding: Finding) -> str:
    """What the phone wrote, as far as that is known, and what the gatekeeper received."""
    request = finding.request
    if request is None:
        return "nothing received"
    got = inside(request.message.inner) or "no address inside"
    source = f"from {show_endpoint(request.seen.source)}"
    if finding.restored is not None:
        sent = inside((*finding.restored.call, *finding.restored.ras))
        return f"phone wrote {sent}, gatekeeper received {got} {source}"
    if request.fits:
        return f"phone wrote {got}, gatekeeper received the same {source}"
    return f"phone wrote: not known, gatekeeper received {got} {source}"


def inside(addresses: Iterable[InnerAddress]) -> str:
    return ", ".join(dict.fromkeys(str(each) for each in addresses))


def duration(seconds: float) -> str:
    """`40 s`, `12 min`, `3 h`, `20000 d`."""
    size = abs(seconds)
    for unit, name in ((_DAY, "d"), (_HOUR, "h"), (_MINUTE, "min")):
        if size >= 2 * unit or (unit != _DAY and size >= unit):
            return f"{size / unit:.0f} {name}"
    return f"{size:.0f} s"


def _rewriting(finding: Finding, knowledge: Knowledge) -> str:
    request = finding.request
    row = ROWS.get(finding.row or 0)
    if request is None or row is None:
        return ""
    if finding.restored is not None and finding.word is Word.PROVEN:
        fields = ", ".join(finding.restored.fields)
        received = _other_ip(request, finding.restored.lan)
        end = "" if _refused(request) else " The next full registration will be refused."
        return (
            f"Router at {show_ip(request.source_ip)} rewrites H.323 ({fields}): phone wrote "
            f"{show_ip(finding.restored.lan)}, gatekeeper received {received}. With the original address "
            f"the password check succeeds, so the password is correct.{end} Switch off H.323-NAT/ALG there."
        )
    return f"H.323-NAT probably active: {row.evidence}. Not proven. Next: {row.fix}."


def _other_ip(request: Request, lan: bytes) -> str:
    inner = [each.ip for each in request.message.inner if each.ip != lan]
    return show_ip(inner[0]) if inner else show_ip(lan)


def _refused(request: Request) -> bool:
    return request.answer is not Answer.ACCEPTED


def _password(finding: Finding, knowledge: Knowledge) -> str:
    request = finding.request
    got = inside(request.message.inner) if request else ""
    if finding.word is Word.STRONG:
        return f"Wrong password; the message arrived unchanged ({got})."
    return (
        f"The message arrived unchanged ({got}) and the password given does not fit: probably a wrong "
        "password. Missing: an accepted registration of this vendor and firmware, checked with a known "
        "password (--calibrated)."
    )


def _clock_wrong(finding: Finding, knowledge: Knowledge) -> str:
    offset = finding.request.clock_offset if finding.request else None
    return f"Phone clock off by {duration(offset or 0)}: fix NTP first."


def _open(finding: Finding, knowledge: Knowledge) -> str:
    request = finding.request
    missing = _missing(finding, request, knowledge) if request else []
    return f"Cannot tell rewriting from wrong password yet. Missing: {', '.join(missing)}."


def _missing(finding: Finding, request: Request, knowledge: Knowledge) -> list[str]:
    missing = []
    if request.fits is None:
        missing.append("the registration password" if _signed(request) else "a token that can be checked")
    if knowledge.lans.find(request.names) is None:
        missing.append("the phone's LAN address")
    elif request.fits is False:
        missing.append("a password that is known to match")
    if request.fits is False and not finding.far_searched:
        missing.append("a full search of 192.168.0.0/16")
    return [*missing, "or the same phone on a static alternate RAS port"]


def _signed(request: Request) -> bool:
    return request.message.token(TokenKind.H2351) is not None


def _user(finding: Finding, knowledge: Knowledge) -> str:
    return (
        "The hash is right as received and still refused: unknown user or policy, neither password nor "
        f"router. Next: {ROWS[6].fix}."
    )


def _registered(finding: Finding, knowledge: Knowledge) -> str:
    if finding.row is None:
        return "Registered, nothing to explain."
    return f"Registered, {ROWS[finding.row].evidence}. Next: {ROWS[finding.row].fix}."


def _refused_port(finding: Finding, knowledge: Knowledge) -> str:
    port = finding.request.port if finding.request else STANDARD_PORT
    if finding.word is not Word.STRONG:
        return f"Nothing answers on RAS port {port}. Next: set it at the Frontend (/ras-port-alt {port})."
    return f"The Frontend does not listen on RAS port {port}. Next: set it there (/ras-port-alt {port})."


def _blocked(finding: Finding, knowledge: Knowledge) -> str:
    if finding.request is None:
        return f"No registration arrived: path blocked or wrong address. Next: {ROWS[12].fix}."
    if finding.request.message.kind == "GRQ":
        return f"Discovery arrived, no registration followed. Next: {ROWS[12].fix}."
    return "The registration arrived and nobody answered. Next: check the gatekeeper and the way back."


def _reason(finding: Finding, knowledge: Knowledge) -> str:
    reason = safe_text(finding.request.reason) if finding.request else ""
    return f"Refused for another reason: {reason or 'none given'}."


def _noise(finding: Finding, knowledge: Knowledge) -> str:
    return "Only an unregistration of this phone was seen."


_SENTENCES = {
    Verdict.REWRITING: _rewriting,
    Verdict.WRONG_PASSWORD: _password,
    Verdict.CLOCK: _clock_wrong,
    Verdict.USER_OR_POLICY: _user,
    Verdict.OPEN: _open,
    Verdict.REGISTERED: _registered,
    Verdict.ALTERNATE_PORT_MISSING: _refused_port,
    Verdict.BLOCKED: _blocked,
    Verdict.OTHER_REJECT_REASON: _reason,
    Verdict.NOISE: _noise,
}


def _exchange(request: Request) -> str:
    frames = ", ".join(str(frame) for frame in request.frames[:5])
    more = f" and {request.repeats} more like it" if request.repeats else ""
    kind = f"{'keep-alive ' if request.message.keep_alive else ''}{request.message.kind}"
    text = f"{kind} {request.message.seq} to port {request.port} in frame {frames}{more}: "
    if request.answer is Answer.NONE:
        return text + "no answer"
    reason = f" {safe_text(request.reason)}" if request.reason else ""
    return f"{text}{request.answer_kind}{reason} in frame {request.answer_frame}"


def _hash(finding: Finding, knowledge: Knowledge) -> list[str]:
    request = finding.request
    if request is None:
        return []
    if not _signed(request):
        kinds = ", ".join(token.kind for token in request.message.tokens) or "none"
        return [f"no H.235.1 hash (tokens: {kinds})"]
    if request.fits is None:
        known = knowledge.keys.find(request.names) is not None
        return ["H.235.1 hash not readable" if known else "H.235.1 hash not checked: no password given"]
    if request.fits:
        return ["H.235.1 hash right as received"]
    if finding.restored is not None:
        return ["H.235.1 hash wrong as received, right with the addresses the phone wrote"]
    searched = "192.168.0.0/16 and what is known of the site" if finding.far_searched else "what is near"
    return [f"H.235.1 hash wrong as received, no restoration fits (searched: {searched})"]


def _clock(request: Request, knowledge: Knowledge) -> list[str]:
    offset = request.clock_offset
    if offset is None:
        return ["clock not checked: no time in token or capture"] if request.message.tokens else []
    if abs(offset) <= knowledge.grace:
        return [f"clock within the grace ({offset:+d} s)"]
    return [f"clock {duration(offset)} {'ahead' if offset > 0 else 'behind'}"]


def _beside(row: int) -> str:
    return f"also row {row}: {ROWS[row].evidence}"
