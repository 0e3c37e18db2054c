"""What a correct observer knows of a device's certificates from its own page."""

from __future__ import annotations

from collections.abc import Iterator

from noc.hosting import records
from noc.lab.memory import X509, as_read
from noc.lab.model import Device, World
from noc.lab.observed import cluster_name

_MICROS = 1_000_000
_REASONS = {"unknown": "Unknown CA", "untrusted": "Untrusted CA"}


def certificates(world: World, device: Device, _now: int) -> Iterator[tuple[str, records.Fact]]:
    """Its own certificate, those it trusts, those it refused."""
    known, cluster = as_read(device, X509), cluster_name(world, device.cluster)
    name, store, leaf = device.name, known.store, known.certificate
    yield (
        name,
        records.CertificateStore(
            device=name,
            cluster=cluster,
            chain=(leaf.subject,) if leaf else (),
            not_before=leaf.not_before * _MICROS if leaf else 0,
            not_after=leaf.not_after * _MICROS if leaf else 0,
            request=store.request,
            busy=store.busy,
            failed=store.failed,
        ),
    )
    for item in store.trusted:
        yield (
            f"{name}/{item.fingerprint or item.subject}",
            records.Trusted(
                device=name,
                cluster=cluster,
                subject_cn=item.subject,
                issuer_cn=item.issuer,
                not_before=item.not_before * _MICROS,
                not_after=item.not_after * _MICROS,
                fingerprint=item.fingerprint,
            ),
        )
    for chain in store.rejected:
        yield (
            f"{name}/{chain.number}",
            records.Rejected(
                device=name,
                cluster=cluster,
                subject_cn=chain.certificate.subject,
                reason=_REASONS[chain.reason],
                remote=chain.remote,
                seen=chain.time * _MICROS,
            ),
        )
