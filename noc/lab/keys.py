"""Keys and certificates of the lab: the provider's root and a leaf for each device.

Profiles: reference design, ch. Certificates; rules CERT-01 and CERT-02. Making a 4096-bit key takes a
second, so the root's key and a pool of four leaf keys are made once and kept in the user's cache;
certificates are issued for each lab.
"""

from __future__ import annotations

import datetime
import fcntl
import ipaddress
import os
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from noc.lab.model import Device, World
from noc.lab.pieces import Certificate

POOL = 4
KEY_BITS = 4096
ROOT_YEARS = 20
LEAF_DAYS = 1095
_DAY = 86400


def key_cache() -> Path:
    """The directory of the lab's keys: $XDG_CACHE_HOME/noc/lab-keys."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "noc" / "lab-keys"


def key_files(cache: Path | None = None) -> list[Path]:
    """PEM files of the root's key (first) and the leaf keys; those that lack are made, once per user.

    Several labs that start together wait for each other. Files are 0600.
    """
    folder = cache or key_cache()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    paths = [folder / "root.key", *(folder / f"leaf{place}.key" for place in range(POOL))]
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        missing = [path for path in paths if not path.exists()]
        if missing:
            with ThreadPoolExecutor(2) as pool:
                list(pool.map(_make_key, missing))
    return paths


def _make_key(path: Path) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    handle, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as out:
        out.write(pem)
    Path(name).replace(path)


class Authority:
    """The RootCA of one lab: signs the leaves of its devices.

    paths: from `key_files`. start: unix seconds before which nothing it issues is valid.
    """

    def __init__(self, world: World, paths: list[Path], start: int) -> None:
        keys = [_load(path) for path in paths]
        self._root, self._leaves = keys[0], keys[1:]
        self._world = world
        self._start = start
        self._issued = 0
        self.root = self._self_signed()

    def root_pem(self) -> bytes:
        """The root certificate as PEM."""
        return self.root.public_bytes(serialization.Encoding.PEM)

    def issue(self, device: Device, *, not_after: int | None = None) -> Certificate:
        """A new leaf for a device (CERT-02). not_after: unix seconds, None: the usual three years."""
        key = self._issued % len(self._leaves)
        self._issued += 1
        end = not_after if not_after is not None else self._start + LEAF_DAYS * _DAY
        start = min(self._start, end - _DAY)
        sans = subject_names(self._world, device)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(_name(device.hardware_id, self._world))
            .issuer_name(self.root.subject)
            .public_key(self._leaves[key].public_key())
            .serial_number((self._world.seed << 40) + 0x1000 + self._issued)
            .not_valid_before(_utc(start))
            .not_valid_after(_utc(end))
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(root=False), critical=True)
            .add_extension(
                x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]),
                critical=False,
            )
            .add_extension(x509.SubjectAlternativeName(sans), critical=False)
            .add_extension(
                x509.SubjectKeyIdentifier.from_public_key(self._leaves[key].public_key()), critical=False
            )
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self._root.public_key()), critical=False
            )
            .sign(self._root, hashes.SHA256())
        )
        return Certificate(
            der=certificate.public_bytes(serialization.Encoding.DER),
            key=key,
            subject=device.hardware_id,
            issuer=root_name(self._world),
            serial=certificate.serial_number,
            not_before=start,
            not_after=end,
            sans=tuple(f"{'IP' if isinstance(san, x509.IPAddress) else 'DNS'}:{san.value}" for san in sans),
        )

    def _self_signed(self) -> x509.Certificate:
        """The root: CERT-01, with what `openssl verify -x509_strict` asks for."""
        name = _name(root_name(self._world), self._world)
        public = self._root.public_key()
        return (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(public)
            .serial_number((self._world.seed << 40) + 1)
            .not_valid_before(_utc(self._start))
            .not_valid_after(_utc(self._start + ROOT_YEARS * 365 * _DAY))
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .add_extension(_usage(root=True), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(public), critical=False)
            .sign(self._root, hashes.SHA256())
        )


def root_name(world: World) -> str:
    """The root's common name (CERT-01)."""
    return f"{world.provider} Device Certification Authority"


def subject_names(world: World, device: Device) -> list[x509.GeneralName]:
    """DNS 1 and IP 1 the outside address, DNS 2 and IP 2 the inside one, DNS 3 the name (CERT-02).

    A device with an inside address only takes its Frontend's outside address.
    """
    cluster = world.cluster_of(device)
    external = device.outside or (cluster.frontend.outside if cluster else "")
    names: list[x509.GeneralName] = []
    for address in (external, device.inside):
        if address:
            names += [x509.DNSName(address), x509.IPAddress(ipaddress.ip_address(address))]
    return [*names, x509.DNSName(f"{device.name.lower()}.{world.provider}")]


def _load(path: Path) -> rsa.RSAPrivateKey:
    key = serialization.load_pem_private_key(path.read_bytes(), None, unsafe_skip_rsa_key_validation=True)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError(f"{path} holds no RSA key")
    return key


def _name(common: str, world: World) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, world.country),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, world.provider),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def _usage(*, root: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not root,
        content_commitment=False,
        key_encipherment=not root,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=root,
        crl_sign=root,
        encipher_only=False,
        decipher_only=False,
    )


def _utc(seconds: int) -> datetime.datetime:
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC)
