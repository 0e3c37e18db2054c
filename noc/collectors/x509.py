"""Subject `x509`: what a device says of its own certificate, which it trusts, and which it refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from noc.collectors.fleet import Site
from noc.collectors.reading import Reading
from noc.devices.x509 import Refused, Store, Told, certificate_store
from noc.hosting.records import CertificateStore, Draft, Rejected, Trusted, draft

_MICROS: Final = 1_000_000


async def read(site: Site) -> Reading:
    """One record of the own certificate, one a trusted one, one a refused chain. Raises DeviceError."""
    store = await certificate_store(site.client, site.dialect)
    if store is None:
        return Reading()
    seen: Counter[str] = Counter()
    told = [*_trusted(site, store.trusted), *_rejected(site, store.rejected)]
    drafts = [draft(_distinct(subject, seen), body) for subject, body in told]
    return Reading(drafts=(_own(site, store), *drafts))


def _own(site: Site, store: Store) -> Draft:
    leaf = store.own[0] if store.own else Told("", "")
    body = CertificateStore(
        device=site.name,
        cluster=site.cluster,
        chain=tuple(one.subject_cn for one in store.own),
        not_before=leaf.not_before * _MICROS,
        not_after=leaf.not_after * _MICROS,
        request=store.request,
        busy=store.busy,
        failed=store.failed,
    )
    return draft(site.name, body)


def _trusted(site: Site, listed: tuple[Told, ...]) -> Iterator[tuple[str, Trusted]]:
    for one in listed:
        yield (
            f"{site.name}/{one.fingerprint or one.subject_cn}",
            Trusted(
                device=site.name,
                cluster=site.cluster,
                subject_cn=one.subject_cn,
                issuer_cn=one.issuer_cn,
                not_before=one.not_before * _MICROS,
                not_after=one.not_after * _MICROS,
                fingerprint=one.fingerprint,
            ),
        )


def _rejected(site: Site, listed: tuple[Refused, ...]) -> Iterator[tuple[str, Rejected]]:
    for one in listed:
        yield (
            f"{site.name}/{one.id}",
            Rejected(
                device=site.name,
                cluster=site.cluster,
                subject_cn=one.chain[0].subject_cn if one.chain else "",
                reason=one.reason,
                remote=one.remote,
                seen=one.seen * _MICROS,
            ),
        )


def _distinct(subject: str, seen: Counter[str]) -> str:
    seen[subject] += 1
    return subject if seen[subject] == 1 else f"{subject}#{seen[subject]}"
