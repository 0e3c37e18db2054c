"""The decision table of h323-nat, chapter 4, as data: row, evidence, verdict, word, fix.

`word` is the most that a row may say; a judge may say less, never more. `proven` stands in row 1 alone.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Word(StrEnum):
    """How certain a verdict is, most certain first."""

    PROVEN = "proven"
    STRONG = "strong"
    LIKELY = "likely"
    OPEN = "open"


class Verdict(StrEnum):
    """Short names that other programs rely on."""

    REWRITING = "rewriting"
    WRONG_PASSWORD = "wrong_password"  # noqa: S105 - a verdict, no secret
    CLOCK = "clock"
    USER_OR_POLICY = "user_or_policy"
    OPEN = "open"
    PASSWORD_USER_OR_TOKEN = "password_user_or_token"  # noqa: S105 - a verdict, no secret
    REGISTERED = "registered"
    OLD_REGISTRATION = "old_registration"
    ALTERNATE_PORT_MISSING = "alternate_port_missing"
    BLOCKED = "blocked"
    LEARNED_PORT = "learned_port"
    DOUBLE_NAT = "double_nat"
    OTHER_REJECT_REASON = "other_reject_reason"
    NOISE = "noise"


class Row(msgspec.Struct, frozen=True):
    number: int
    evidence: str
    verdict: Verdict
    word: Word
    fix: str


_ROUTER = "switch H.323-NAT/ALG off at the router; else a static alternate RAS port; else H.323/TLS 1300"

ROWS = {
    row.number: row
    for row in (
        Row(
            1,
            "hash wrong as received, right with a LAN address put back",
            Verdict.REWRITING,
            Word.PROVEN,
            _ROUTER,
        ),
        Row(
            2,
            "inner addresses are the source's; password not available",
            Verdict.REWRITING,
            Word.LIKELY,
            "have the hash checked with the password, or retest on a static alternate RAS port",
        ),
        Row(3, "one inner address is the source's, another private", Verdict.REWRITING, Word.STRONG, _ROUTER),
        Row(
            4,
            "inner addresses untouched, hash wrong, no restoration fits",
            Verdict.WRONG_PASSWORD,
            Word.STRONG,
            "correct the registration password",
        ),
        Row(
            5,
            "the token's clock is off by more than the grace",
            Verdict.CLOCK,
            Word.STRONG,
            "fix NTP at the phone, then retest",
        ),
        Row(
            6,
            "hash right as received, still securityDenial",
            Verdict.USER_OR_POLICY,
            Word.STRONG,
            "look up user and SessionBorder object at the Frontend",
        ),
        Row(
            7,
            "rewriting and wrong password, public phone with wrong password, or not searched",
            Verdict.OPEN,
            Word.OPEN,
            "give password and LAN address, or retest on a static alternate RAS port",
        ),
        Row(
            8,
            "securityDenial without a token that covers the message",
            Verdict.PASSWORD_USER_OR_TOKEN,
            Word.STRONG,
            "check password, user and token settings",
        ),
        Row(
            9,
            "accepted with the source's address inside: no NAT, or rewriting that hides it",
            Verdict.REGISTERED,
            Word.OPEN,
            "test calls both ways",
        ),
        Row(
            10,
            "duplicateAlias: the old registration is alive under another address",
            Verdict.OLD_REGISTRATION,
            Word.LIKELY,
            "unregister it or wait for its time to live",
        ),
        Row(
            11,
            "the request arrives and its port is refused",
            Verdict.ALTERNATE_PORT_MISSING,
            Word.STRONG,
            "set this RAS port at the Frontend (/ras-port-alt)",
        ),
        Row(
            12,
            "no registration seen",
            Verdict.BLOCKED,
            Word.LIKELY,
            "check the firewall; compare 1719, alternate port and TLS",
        ),
        Row(
            13,
            "refused on 1719, accepted on a static alternate port",
            Verdict.REWRITING,
            Word.STRONG,
            "keep the alternate port, or switch H.323-NAT off",
        ),
        Row(
            14,
            "refused on a port learned by GRQ/GCF on 1719",
            Verdict.LEARNED_PORT,
            Word.STRONG,
            "no discovery on 1719, or switch H.323-NAT off",
        ),
        Row(15, "several phones behind one address fail alike", Verdict.REWRITING, Word.STRONG, _ROUTER),
        Row(
            16,
            "an inner address is public and not the source's: double NAT, CGNAT or a WAN pool",
            Verdict.DOUBLE_NAT,
            Word.OPEN,
            "have the hash checked with password and LAN address",
        ),
    )
}

_CERTAINTY = {word: rank for rank, word in enumerate(Word)}


def certainty(word: Word | None, row: int | None) -> tuple[int, int]:
    """Sort key: most certain word first, then the lower row; what the table does not hold comes last."""
    return (len(_CERTAINTY) if word is None else _CERTAINTY[word], row or len(ROWS) + 1)
