"""What makes a device's TLS trusted: the provider's root, or a pin recorded for that device.

Contexts are shared by all devices of the same root and profile. The profiles are chosen per device
and shown as a finding; nothing ever falls back by itself (reference: safe-changes, ch. 6).
"""

from __future__ import annotations

import functools
import ssl
from typing import Literal

import msgspec

from noc.hosting.errors import NocError

Profile = Literal["modern", "compat", "legacy-insecure"]
PROFILES: tuple[Profile, ...] = ("modern", "compat", "legacy-insecure")

_CIPHERS = {"compat": "DEFAULT:@SECLEVEL=1", "legacy-insecure": "ALL:@SECLEVEL=0"}
_NO_CHECK_TIME = 0x200000  # X509_V_FLAG_NO_CHECK_TIME, for which the ssl module has no name
_LEGACY_SERVER = 0x4  # SSL_OP_LEGACY_SERVER_CONNECT, which the ssl module names from 3.12 on


class TrustError(NocError):
    """The root, the pin or the profile itself is unusable."""


class Trust(msgspec.Struct, frozen=True):
    """How a device is recognised.

    root: PEM of one or more roots (two during a rollover); pin: ``sha256:<hex>`` of the leaf, which
    then alone decides; profile: of `PROFILES`; name: what the certificate must carry if that is not
    the address (a cluster or wildcard certificate is verified by its FQDN).
    """

    root: str = ""
    pin: str = ""
    profile: Profile = "modern"
    name: str = ""

    def __post_init__(self) -> None:
        if not self.root and not self.pin:
            raise TrustError(
                "neither root nor pin", "provider.yaml", "write `root:`, or a pin for this device"
            )
        if self.profile not in PROFILES:
            raise TrustError(
                f"no TLS profile {self.profile}", "provider.yaml", f"one of {', '.join(PROFILES)}"
            )
        if self.pin and pin_digest(self.pin) is None:
            raise TrustError("this is no pin", "provider.yaml", "a pin is sha256: and 64 hexadecimal digits")

    def context(self) -> ssl.SSLContext:
        """The shared context for requests. With a pin it verifies nothing: the caller compares the leaf."""
        return _shared("" if self.pin else self.root, self.profile)

    def accepts(self, leaf: bytes) -> bool:
        """Whether the DER leaf is the pinned one (True where the context has verified instead)."""
        return not self.pin or fingerprint(leaf) == pin_digest(self.pin)


def pin_digest(pin: str) -> str | None:
    """The 64 lower-case hex digits of a pin, with or without colons; None if it is none."""
    digits = pin.removeprefix("sha256:").replace(":", "").lower()
    return digits if len(digits) == 64 and all(digit in "0123456789abcdef" for digit in digits) else None


def fingerprint(certificate: bytes) -> str:
    """SHA-256 of a DER certificate, lower-case hex."""
    import hashlib

    return hashlib.sha256(certificate).hexdigest()


def fresh_context(root: str, profile: Profile, *, names: bool = True, times: bool = True) -> ssl.SSLContext:
    """A context of its own, so that no session is resumed; without root it verifies nothing.

    names, times False: the chain alone must end at the root, whatever it is called and whenever it
    is valid. Raises TrustError if the root is no PEM.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = names and bool(root)
    context.verify_mode = ssl.CERT_REQUIRED if root else ssl.CERT_NONE
    if root:
        try:
            context.load_verify_locations(cadata=root)
        except (ssl.SSLError, ValueError) as error:
            raise TrustError("the root certificate is no PEM", "provider.yaml root", str(error)) from None
    if not times:
        context.verify_flags |= _NO_CHECK_TIME
    if profile in _CIPHERS:
        context.set_ciphers(_CIPHERS[profile])
    if profile == "legacy-insecure":
        context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED  # SSLv3 stays off by its option
        context.options |= _LEGACY_SERVER
    return context


@functools.cache
def _shared(root: str, profile: Profile) -> ssl.SSLContext:
    return fresh_context(root, profile)
