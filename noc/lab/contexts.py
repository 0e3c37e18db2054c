"""TLS contexts of the lab's devices: one a certificate, renewed when it is, for old firmware an old one."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from pathlib import Path

from noc.lab.model import Device
from noc.lab.pieces import Certificate
from noc.lab.tls import OLD_TLS, allow_only_old


class TlsContexts:
    """TLS contexts by device, made when first needed and again after a certificate has changed.

    folder: where certificates are written for the TLS library; keys: PEM files of the key pool.
    """

    def __init__(self, folder: Path, keys: list[Path], pem: Callable[[Certificate], bytes]) -> None:
        self._folder = folder
        self._keys = keys
        self._pem = pem
        self._contexts: dict[str, tuple[Certificate, bool, ssl.SSLContext]] = {}

    def of(self, device: Device) -> ssl.SSLContext:
        """The context that serves the device's certificate."""
        certificate = device.certificate
        if certificate is None:
            raise FileNotFoundError(f"{device.name} has no certificate")
        known, old = self._contexts.get(device.name), device.manner == OLD_TLS
        if known is not None and known[0] is certificate and known[1] == old:
            return known[2]
        path = self._folder / f"{device.name}.pem"
        path.write_bytes(self._pem(certificate))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        if old:
            allow_only_old(context)
        else:
            context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(path, self._keys[certificate.key])
        self._contexts[device.name] = (certificate, old, context)
        return context
