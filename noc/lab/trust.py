"""Which certificates the devices of the lab trust: the provider's root, Frontends also those of the factory.

Phones push events with their factory certificates before they are staged, so a Frontend must know who made
them. Device interface, ch. 1 and 5; reference design, ch. Certificates.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes

from noc.lab.catalogue import REQUEST_STATES
from noc.lab.holdings import CertificateStore, RefusedChain, TrustedCertificate
from noc.lab.model import Device

FACTORY: Final = (
    "innovaphone Device Certification Authority",
    "innovaphone Device Certification Authority 2",
)
_FACTORY_BEGINS, _FACTORY_ENDS = 1_230_768_000, 2_019_686_400
UNKNOWN: Final = "unknown"
_DAY: Final = 86400
_STRANGER: Final = "Stranger Root"
_MOST_REFUSED: Final = 10


def fill(devices: Iterable[Device], root: x509.Certificate) -> None:
    """Every device trusts the root. Stores that are alike are shared."""
    first = _trusted_root(root)
    inside = CertificateStore(trusted=(first,))
    frontend = CertificateStore(trusted=(first, *map(_factory, FACTORY)))
    for device in devices:
        device.store = frontend if device.kind == "frontend" else inside


def refuse(device: Device, remote: str, now: int) -> None:
    """Somebody calls with a certificate of a root that nobody knows. now: by the device's own clock."""
    store = device.store
    number = max((chain.number for chain in store.rejected), default=0) + 1
    certificate = TrustedCertificate(f"stranger-{number}", _STRANGER, now - _DAY, now + _DAY, "")
    chain = RefusedChain(number, UNKNOWN, now, remote, certificate)
    device.store = replace(store, rejected=(*store.rejected, chain)[-_MOST_REFUSED:])


def forget(device: Device) -> None:
    """The list of refused chains is cleared."""
    device.store = replace(device.store, rejected=())


def request(device: Device, state: str) -> None:
    """The device is about to get a new certificate. state: of `catalogue.REQUEST_STATES`, "" for none."""
    waiting, busy, failed = (state == name for name in REQUEST_STATES)
    device.store = replace(device.store, request=waiting, busy=busy, failed=failed)


def _trusted_root(root: x509.Certificate) -> TrustedCertificate:
    name = root.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)[0].value
    return TrustedCertificate(
        subject=str(name),
        issuer=str(name),
        not_before=int(root.not_valid_before_utc.timestamp()),
        not_after=int(root.not_valid_after_utc.timestamp()),
        fingerprint=root.fingerprint(hashes.SHA256()).hex(),
    )


def _factory(name: str) -> TrustedCertificate:
    """A stand-in for a certificate that the lab does not have: nothing of it is real but the name."""
    fingerprint = hashlib.sha256(name.encode()).hexdigest()
    return TrustedCertificate(name, name, _FACTORY_BEGINS, _FACTORY_ENDS, fingerprint)
