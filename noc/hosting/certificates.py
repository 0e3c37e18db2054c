"""Is a certificate, as served, what the reference design wants (ch. Certificates, rules CERT-*)?

What a reason says depends only on the certificate and on the date, so that two observers of the
same certificate say the same words.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from noc.hosting import records, rows
from noc.hosting.rows import Health, Reason
from noc.hosting.states import State, worst

DAY: Final = 86_400
EXPIRES_SOON: Final = 30 * DAY
"""Seconds before its end from which on a certificate wants a successor."""
LEAST_RSA_BITS: Final = 2048
"""Below this a key is refused by today's TLS; the reference design asks for 4096 (CERT-02)."""

Judged = tuple[State, Reason]


def certificate_health(
    cert: records.Certificate, *, now: int, stale: bool, names: Sequence[str] = ()
) -> Health:
    """Judge a served certificate. now: unix seconds; names: ``DNS:…``, ``IP:…`` that it has to carry.

    expired or not yet valid = down; ends within 30 days, not anchored at the provider's root, a name
    missing, refused by TLS, short key = degraded; stale wins over all of them.
    """
    judged = [*_dates(cert, now), *_chain(cert), *_names(cert, names), *_key(cert)]
    if cert.problem and not judged:
        judged.append(_degraded("refused-by-tls", "a TLS client refuses it"))
    reasons = tuple(reason for _state, reason in judged)
    if stale:
        silent = Reason(code="stale", text=f"no current answer from {cert.device} port {cert.port}")
        return Health(state=State.STALE, reasons=(silent, *reasons))
    return Health(state=worst([State.OK, *(state for state, _reason in judged)]), reasons=reasons)


def certificate_row(
    cert: records.Certificate,
    *,
    now: int,
    stale: bool,
    names: Sequence[str] = (),
    last_seen: int | None = None,
) -> rows.CertificateRow:
    """The row of a certificate. now: unix seconds; last_seen: UTC microseconds."""
    health = certificate_health(cert, now=now, stale=stale, names=names)
    return rows.CertificateRow(
        device=cert.device,
        cluster=cert.cluster,
        port=cert.port,
        subject_cn=cert.subject_cn,
        issuer_cn=cert.issuer_cn,
        serial=cert.serial,
        sha256=cert.sha256,
        not_before=cert.not_before * 1_000_000,
        not_after=cert.not_after * 1_000_000,
        key=cert.key,
        sans=cert.sans,
        state=health.state,
        reasons=health.reasons,
        last_seen=last_seen,
    )


def expected_names(inside: str, outside: str) -> tuple[str, ...]:
    """The addresses that a device's certificate has to carry (CERT-02).

    outside: where customers meet it; for a device with an inside address only, its Frontend's.
    """
    return tuple(f"IP:{address}" for address in (outside, inside) if address)


def day_of(seconds: int) -> str:
    """The UTC date of unix seconds, ``2026-12-06``; "never" beyond the calendar."""
    try:
        return datetime.fromtimestamp(seconds, UTC).date().isoformat()
    except (ValueError, OverflowError, OSError):
        return "never"


def _dates(cert: records.Certificate, now: int) -> list[Judged]:
    if now < cert.not_before:
        return [_down("not-yet-valid", f"valid from {day_of(cert.not_before)}")]
    if now >= cert.not_after:
        return [_down("expired", f"ended {day_of(cert.not_after)}")]
    if cert.not_after - now < EXPIRES_SOON:
        return [_degraded("expires-soon", f"ends {day_of(cert.not_after)}")]
    return []


def _chain(cert: records.Certificate) -> list[Judged]:
    if cert.anchored:
        return []
    if cert.issuer_cn == cert.subject_cn:
        return [_degraded("self-signed", "signs itself instead of chaining to the provider's root")]
    return [_degraded("not-anchored", "does not chain to the provider's root")]


def _names(cert: records.Certificate, names: Sequence[str]) -> list[Judged]:
    if not cert.sans:
        return [_degraded("name-missing", "carries no alternative names")]
    missing = [name for name in names if name not in cert.sans]
    return [_degraded("name-missing", f"does not carry {name}") for name in missing]


def _key(cert: records.Certificate) -> list[Judged]:
    kind, _space, bits = cert.key.partition(" ")
    if kind == "RSA" and bits.isdigit() and int(bits) < LEAST_RSA_BITS:
        return [_degraded("short-key", f"has a key of {bits} bits only")]
    return []


def _down(code: str, text: str) -> Judged:
    return State.DOWN, Reason(code=code, text=text)


def _degraded(code: str, text: str) -> Judged:
    return State.DEGRADED, Reason(code=code, text=text)
