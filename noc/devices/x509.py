"""The certificates of a device as it tells of them itself: its own, those it trusts, those it refused.

What it really serves is learned by handshake (`tls.py`). Reference: device-interface, ch. 5.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

import msgspec

from noc.devices.codec.xmlrows import Row
from noc.devices.dialect import Dialect
from noc.devices.http import AdminClient
from noc.devices.reading import page_or_none


class Told(msgspec.Struct, frozen=True):
    """A certificate. not_before, not_after: unix seconds, 0 = not told; fingerprint: "" = not told."""

    subject_cn: str
    issuer_cn: str
    not_before: int = 0
    not_after: int = 0
    fingerprint: str = ""


class Refused(msgspec.Struct, frozen=True):
    """A chain that the device refused. reason: in its words; seen: unix seconds, 0 = not told."""

    id: str
    reason: str
    remote: str
    seen: int
    chain: tuple[Told, ...] = ()


class Store(msgspec.Struct, frozen=True):
    """All of it. own: the chain from the own certificate up; request: a signing request waits for its
    answer; busy: a key is being made; failed: the last upload was refused."""

    own: tuple[Told, ...] = ()
    request: bool = False
    busy: bool = False
    failed: bool = False
    trusted: tuple[Told, ...] = ()
    rejected: tuple[Refused, ...] = ()


async def certificate_store(client: AdminClient, dialect: Dialect) -> Store | None:
    """The page; None for a device without the module. Raises DeviceError."""
    page = await page_or_none(client, dialect, dialect["x509.url"])
    return None if page is None else parse(page[1], dialect)


def parse(rows: Iterable[Row], dialect: Dialect) -> Store:
    """The page from its rows. What is not there is not the case."""
    parts: dict[str, Row] = {}
    for row in rows:
        parts.setdefault(row.element, row)
    requests = parts.get(dialect["x509.requests"])
    return Store(
        own=_certificates(parts.get(dialect["x509.own"]), dialect),
        request=requests is not None and requests.child(dialect["x509.request"]) is not None,
        busy=dialect["x509.busy"] in parts,
        failed=dialect["x509.request-error"] in parts,
        trusted=_certificates(parts.get(dialect["x509.trust"]), dialect),
        rejected=_rejected(parts.get(dialect["x509.rejected"]), dialect),
    )


def moment(text: str) -> int:
    """Unix seconds of ``2026-11-24T16:00:00`` (UTC where no zone is told), 0 for what is no time."""
    try:
        told = datetime.fromisoformat(text.strip())
    except ValueError:
        return 0
    return max(0, int(told.replace(tzinfo=told.tzinfo or UTC).timestamp()))


def _certificates(row: Row | None, dialect: Dialect) -> tuple[Told, ...]:
    element = dialect["x509.certificate"]
    return tuple(
        Told(
            subject_cn=one.get(dialect["x509.subject"]),
            issuer_cn=one.get(dialect["x509.issuer"]),
            not_before=moment(one.get(dialect["x509.not-before"])),
            not_after=moment(one.get(dialect["x509.not-after"])),
            fingerprint=one.get(dialect["x509.fingerprint"]),
        )
        for one in (row.children if row else ())
        if one.element == element
    )


def _rejected(row: Row | None, dialect: Dialect) -> tuple[Refused, ...]:
    element = dialect["x509.chain"]
    return tuple(
        Refused(
            id=one.get(dialect["x509.chain-id"]),
            reason=one.get(dialect["x509.chain-reason"]),
            remote=one.get(dialect["x509.chain-remote"]),
            seen=moment(one.get(dialect["x509.chain-time"])),
            chain=_certificates(one, dialect),
        )
        for one in (row.children if row else ())
        if one.element == element
    )
