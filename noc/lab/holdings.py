"""What a device of the lab holds beside its settings and objects: licences, and the certificates it knows.

Frozen values, so that devices that hold the same share them. Times are unix seconds.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Licences:
    """Licences of a device. kinds: name, count and used of each; ends: of the rented ones (0: none are)."""

    kinds: tuple[tuple[str, int, int], ...]
    ends: int


@dataclass(frozen=True, slots=True)
class TrustedCertificate:
    """A certificate in the store of a device. fingerprint: SHA-256 in hex digits, "" where none is shown."""

    subject: str
    issuer: str
    not_before: int
    not_after: int
    fingerprint: str


@dataclass(frozen=True, slots=True)
class RefusedChain:
    """A chain that a device refused. reason: unknown | untrusted; time: by its own clock."""

    number: int
    reason: str
    time: int
    remote: str
    certificate: TrustedCertificate


@dataclass(frozen=True, slots=True)
class CertificateStore:
    """What a device trusts and refused, and how it stands with its own certificate (device-interface, ch. 5).

    request: a signing request waits; busy: a key is being made; failed: the last upload was refused.
    """

    trusted: tuple[TrustedCertificate, ...] = ()
    rejected: tuple[RefusedChain, ...] = ()
    request: bool = False
    busy: bool = False
    failed: bool = False


NOTHING_TRUSTED = CertificateStore()
