"""A small certification authority for tests: a root and leaves with any fault that a test needs."""

from __future__ import annotations

import datetime
import ipaddress
import ssl
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
_NOW = datetime.datetime.now(datetime.UTC).replace(microsecond=0)


@dataclass(frozen=True)
class Leaf:
    """A certificate with its key in one PEM file, as servers want it."""

    certificate: x509.Certificate
    file: Path

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.DER)


@dataclass(frozen=True)
class Authority:
    """A root of its own; every leaf gets a file in `folder`."""

    folder: Path
    certificate: x509.Certificate
    key: Key

    @classmethod
    def make(cls, folder: Path, name: str = "Hoster Device Certification Authority") -> Authority:
        key = ec.generate_private_key(ec.SECP256R1())
        subject = _name(name)
        builder = _builder(subject, subject, key, -3650, 7300)
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        return cls(folder, builder.sign(key, hashes.SHA256()), key)

    @property
    def root_pem(self) -> str:
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    def leaf(
        self,
        name: str,
        *,
        addresses: tuple[str, ...] = (),
        names: tuple[str, ...] = (),
        starts: int = -30,
        ends: int = 3650,
        rsa_bits: int = 0,
        serial: int | None = None,
    ) -> Leaf:
        """A leaf; starts and ends are days from now."""
        key: Key = (
            rsa.generate_private_key(public_exponent=65537, key_size=rsa_bits)
            if rsa_bits
            else ec.generate_private_key(ec.SECP256R1())
        )
        builder = _builder(_name(name), self.certificate.subject, key, starts, ends, serial)
        sans: list[x509.GeneralName] = [x509.DNSName(item) for item in names]
        sans += [x509.IPAddress(ipaddress.ip_address(item)) for item in addresses]
        if sans:
            builder = builder.add_extension(x509.SubjectAlternativeName(sans), critical=False)
        certificate = builder.sign(self.key, hashes.SHA256())
        file = self.folder / f"{certificate.serial_number:x}.pem"
        file.write_bytes(
            certificate.public_bytes(serialization.Encoding.PEM)
            + key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        return Leaf(certificate, file)

    def context(self, leaf: Leaf) -> ssl.SSLContext:
        """A server's context that serves this leaf."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(leaf.file)
        return context


def _name(text: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "DE"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Hoster"),
            x509.NameAttribute(NameOID.COMMON_NAME, text),
        ]
    )


def _builder(
    subject: x509.Name, issuer: x509.Name, key: Key, starts: int, ends: int, serial: int | None = None
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(serial or x509.random_serial_number())
        .not_valid_before(_NOW + datetime.timedelta(days=starts))
        .not_valid_after(_NOW + datetime.timedelta(days=ends))
    )
