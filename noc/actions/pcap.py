"""A capture file in, verdicts out: what `noc cpe pcap` and a guided diagnosis ask of packets.

Captures and password files are secrets: a password becomes a key as it is read, and nothing of either
leaves this room but verdicts and address pairs.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec

from noc.devices.codec.capture import Tally, read_frames
from noc.devices.codec.datagrams import Datagram, Refusal, read_datagrams
from noc.devices.codec.ras import RasError, looks_like_ras, names_protocol
from noc.devices.codec.ras_repeat import RasReader
from noc.hosting.errors import UsageError
from noc.hosting.h323.evidence import Knowledge, RasMessage, Seen, show_ip
from noc.hosting.h323.exchanges import Registrations
from noc.hosting.h323.judge import Finding, Judgement, PhoneVerdict, SiteVerdict, judge
from noc.hosting.h323.table import Verdict, Word
from noc.hosting.h323.wording import conclusion, evidence, inside
from noc.hosting.present import rfc3339
from noc.hosting.text import safe_text

_BUFFER = 1 << 20  # bytes read at a time


class PcapError(UsageError):
    """The capture cannot be read. Exit code 2."""


class PcapRow(msgspec.Struct, frozen=True):
    """One phone (kind "phone") or one source address (kind "site").

    source, lan: IP addresses; inner_call, inner_ras: ip:port inside the deciding request; row: of the
    table in h323-nat chapter 4, None for what is registered with nothing to explain and for reasons
    outside the table; lan: what the phone wrote, where the hash shows it."""

    kind: str
    alias: str | None
    source: str | None
    inner_call: str | None
    inner_ras: str | None
    verdict: Verdict
    word: Word | None
    row: int | None
    also: tuple[int, ...]
    lan: str | None
    evidence: tuple[str, ...]


class Examination(msgspec.Struct, frozen=True):
    """as_of: time of the last packet (RFC 3339, UTC), None where the capture has no times; rows: a site
    before its phones; failing: a phone fails; remarks: what could not be used."""

    as_of: str | None
    rows: tuple[PcapRow, ...]
    failing: bool
    remarks: tuple[str, ...]


class _Reading(msgspec.Struct):
    """What was counted while the file was read."""

    tally: Tally
    registrations: Registrations
    ras: RasReader
    last: float | None = None
    damaged: int = 0  # looked like RAS and could not be decoded
    cut: int = 0  # RAS of which the capture holds only the beginning


def examine(
    file: Path, knowledge: Knowledge, *, gatekeeper: bytes | None = None, ports: Sequence[int] = ()
) -> Examination:
    """Judge the registrations in a capture taken at the gatekeeper's side.

    gatekeeper: its address (4 or 16 bytes), only its messages count; ports: its RAS ports, with none
    any port. Raises PcapError or CaptureError where the file cannot be read."""
    reading = _Reading(Tally(), Registrations(knowledge, frozenset(ports)), RasReader())
    try:
        with file.open("rb", buffering=_BUFFER) as stream:
            frames = read_frames(stream, str(file), reading.tally)
            for item in read_datagrams(frames, reading.tally):
                _take(item, reading, gatekeeper)
    except OSError as error:
        what = f"the capture cannot be read: {error.strerror or type(error).__name__}"
        raise PcapError(what, str(file), "check the path and its permissions") from error
    judgement = judge(reading.registrations, knowledge)
    return Examination(
        as_of=rfc3339(None if reading.last is None else int(reading.last * 1_000_000)),
        rows=tuple(_rows(judgement, knowledge)),
        failing=judgement.failing,
        remarks=tuple(_remarks(reading, judgement)),
    )


def _take(item: Datagram | Refusal, reading: _Reading, gatekeeper: bytes | None) -> None:
    reading.last = item.time if item.time is not None else reading.last
    if isinstance(item, Refusal):
        if gatekeeper in (None, item.target[0]):
            reading.registrations.refusal(item.frame, item.source, item.target, item.code)
        return
    if not looks_like_ras(item.payload):
        return
    message = _read(item, reading)
    if message is None:
        return
    request = message.kind in ("GRQ", "RRQ", "URQ")
    if gatekeeper in (None, item.target[0] if request else item.source[0]):
        reading.registrations.message(Seen(item.frame, item.time, item.source, item.target), message)


def _read(item: Datagram, reading: _Reading) -> RasMessage | None:
    """The message in a datagram, or None where it is cut or damaged, which is counted."""
    if not item.cut:
        try:
            return reading.ras.decode(item.payload, item.source, item.target)
        except RasError:
            reading.damaged += names_protocol(item.payload)
    else:
        reading.cut += names_protocol(item.payload)
    if names_protocol(item.payload):
        reading.registrations.unread.add(item.source[0])
    return None


def _rows(judgement: Judgement, knowledge: Knowledge) -> list[PcapRow]:
    rows = []
    shown = set()
    for site in judgement.sites:
        rows.append(_row("site", None, site.source, site, knowledge))
        for phone in site.phones:
            rows.append(_row("phone", phone.alias, phone.source, phone, knowledge))
            shown.add(id(phone))
    for phone in judgement.phones:
        if id(phone) not in shown:
            rows.append(_row("phone", phone.alias, None, phone, knowledge))
    return rows


def _row(
    kind: str,
    alias: str | None,
    source: bytes | None,
    judged: PhoneVerdict | SiteVerdict,
    knowledge: Knowledge,
) -> PcapRow:
    best = judged.best
    message = best.request.message if best.request else None
    return PcapRow(
        kind=kind,
        alias=alias,
        source=None if source is None else show_ip(source),
        inner_call=(inside(message.call) or None) if message else None,
        inner_ras=(inside(message.ras) or None) if message else None,
        verdict=best.verdict,
        word=best.word,
        row=best.row,
        also=judged.also,
        lan=_lan(best),
        evidence=(conclusion(best, knowledge), *evidence(best, knowledge), *_listed(judged)),
    )


def _lan(finding: Finding) -> str | None:
    if finding.restored is not None:
        return show_ip(finding.restored.lan)
    if finding.request is not None and finding.request.fits and finding.request.message.inner:
        return show_ip(finding.request.message.inner[0].ip)
    return None


def _listed(judged: PhoneVerdict | SiteVerdict) -> list[str]:
    """A site names its phones, a phone its other requests' rows."""
    if isinstance(judged, PhoneVerdict):
        return []
    return [f"phone {safe_text(phone.alias)}: {phone.best.verdict}" for phone in judged.phones]


def _remarks(reading: _Reading, judgement: Judgement) -> list[str]:
    tally = reading.tally
    counted = (
        (reading.cut, "RAS messages were cut short by the capture and not judged"),
        (reading.damaged, "messages looked like RAS and could not be decoded"),
        (tally.cut, "packets were cut short by the capture"),
        (tally.fragments_lost, "IP fragments never became a whole datagram"),
        (tally.foreign, "packets were not UDP over IP"),
    )
    remarks = [f"{number} {what}" for number, what in counted if number]
    if tally.file_cut:
        remarks.append(f"the file ends or is damaged after packet {tally.frames}")
    if not judgement.sites:
        remarks.append("no registration was found in the capture")
    return remarks
