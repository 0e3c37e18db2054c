"""What certificate a device serves, learned by handshake; nothing is ever sent, no password least of all.

Each probe has a context of its own, since a resumed session shows no chain. A certificate that is
refused is looked at a second time: does at least its chain end at the root, and what does it say?
Reference: safe-changes, ch. 6; reference design, ch. Certificates.
"""

from __future__ import annotations

import asyncio
import ssl
from typing import TYPE_CHECKING

import msgspec

from noc.devices.connection import Connection
from noc.devices.errors import DeviceError
from noc.devices.trust import Trust, fingerprint, fresh_context

if TYPE_CHECKING:
    from cryptography import x509

DEADLINE = 10.0
"""Seconds for all handshakes of one probe."""
_REFUSED = ("certificate", "clock")


class Served(msgspec.Struct, frozen=True):
    """The facts of `records.Certificate` as a device serves them. Times are unix seconds.

    serial: upper-case hex as openssl prints it; sha256: of the DER, lower-case hex; key: ``RSA 4096``,
    ``EC secp256r1``; sans: ``DNS:…`` and ``IP:…``; anchored: the chain ends at the root; problem: why
    TLS would refuse it ("" if it would not); protocol: ``TLSv1.3``.
    """

    subject_cn: str
    issuer_cn: str
    serial: str
    sha256: str
    not_before: int
    not_after: int
    key: str
    sans: tuple[str, ...] = ()
    anchored: bool = False
    problem: str = ""
    protocol: str = ""


async def served(address: str, port: int, trust: Trust, *, deadline: float = DEADLINE) -> Served:
    """Shake hands and describe the leaf. Raises DeviceError only if no certificate can be seen at all.

    A pin decides alone whether there is a problem; the root decides whether the chain is anchored.
    """
    end = asyncio.get_running_loop().time() + deadline
    name = trust.name or address
    problem = ""
    for strict in (True, False):
        context = fresh_context(trust.root, trust.profile, names=strict, times=strict)
        try:
            leaf, protocol = await _leaf(address, port, context, name, end)
        except DeviceError as error:
            if error.code not in _REFUSED:
                raise
            problem = problem or error.what
        else:
            return describe(leaf, trust, anchored=bool(trust.root), problem=problem, protocol=protocol)
    blind = fresh_context("", trust.profile)
    leaf, protocol = await _leaf(address, port, blind, name, end)
    return describe(leaf, trust, anchored=False, problem=problem, protocol=protocol)


def describe(leaf: bytes, trust: Trust, *, anchored: bool, problem: str, protocol: str = "") -> Served:
    """The facts of a DER certificate. Raises DeviceError ``certificate`` if it is damaged."""
    from cryptography import x509

    if trust.pin:
        problem = "" if trust.accepts(leaf) else "it is not the pinned certificate"
    try:
        certificate = x509.load_der_x509_certificate(leaf)
        return Served(
            subject_cn=_common_name(certificate.subject),
            issuer_cn=_common_name(certificate.issuer),
            serial=_hex(certificate.serial_number),
            sha256=fingerprint(leaf),
            not_before=int(certificate.not_valid_before_utc.timestamp()),
            not_after=int(certificate.not_valid_after_utc.timestamp()),
            key=_key(certificate.public_key()),
            sans=_sans(certificate),
            anchored=anchored,
            problem=problem,
            protocol=protocol,
        )
    except (ValueError, x509.UnsupportedGeneralNameType, x509.DuplicateExtension) as error:
        raise DeviceError("certificate", f"its certificate cannot be read: {error}") from None


async def _leaf(address: str, port: int, context: ssl.SSLContext, name: str, end: float) -> tuple[bytes, str]:
    """One handshake: the DER leaf and the protocol's name."""
    connection = await Connection.open(address, port, context, name, end)
    try:
        return connection.leaf(), connection.tls.version() or ""
    finally:
        connection.close()


def _common_name(name: x509.Name) -> str:
    from cryptography.x509.oid import NameOID

    found = name.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(found[0].value) if found else ""


def _hex(number: int) -> str:
    digits = f"{number:X}"
    return digits.zfill(len(digits) + len(digits) % 2)


def _key(key: object) -> str:
    from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa

    if isinstance(key, rsa.RSAPublicKey):
        return f"RSA {key.key_size}"
    if isinstance(key, ec.EllipticCurvePublicKey):
        return f"EC {key.curve.name}"
    names = {ed25519.Ed25519PublicKey: "Ed25519", ed448.Ed448PublicKey: "Ed448"}
    return next((text for kind, text in names.items() if isinstance(key, kind)), "unknown")


def _sans(certificate: x509.Certificate) -> tuple[str, ...]:
    from cryptography import x509

    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    kinds: tuple[tuple[type[x509.GeneralName], str], ...] = ((x509.DNSName, "DNS"), (x509.IPAddress, "IP"))
    return tuple(f"{word}:{name.value}" for name in names for kind, word in kinds if isinstance(name, kind))
