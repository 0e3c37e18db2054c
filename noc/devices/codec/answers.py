"""A captured device: which pages it answered, and in which file each answer lies.

Bytes to values and back; who writes and who serves them is decided elsewhere. Reference: DESIGN.md,
"Dialects".
"""

from __future__ import annotations

from urllib.parse import parse_qsl

import msgspec

from noc.hosting.errors import UsageError

MANIFEST = "capture.json"
OWN_DIALECT = "dialect.yaml"
VERSION = 1


class Captured(msgspec.Struct, frozen=True):
    """One answer. page: what it is for the dialect; target: path and query; file: its name there."""

    page: str
    target: str
    file: str
    xml: bool = True


class Manifest(msgspec.Struct, frozen=True):
    """What was captured. All names are pseudonyms; dialect: name of a shipped one, "" where one of the
    provider's own lies beside it (`OWN_DIALECT`); taken: unix seconds; missing: pages that gave nothing to
    keep."""

    version: int
    dialect: str
    kind: str
    name: str
    cluster: str
    customer: str
    roles: tuple[str, ...]
    taken: int
    pages: tuple[Captured, ...]
    missing: tuple[str, ...] = ()


class CaptureError(UsageError):
    """A capture cannot be written, or what is there is none."""


def encode(manifest: Manifest) -> bytes:
    """The manifest as indented JSON."""
    return msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n"


def decode(data: bytes, where: str) -> Manifest:
    """The manifest in `data`. Raises CaptureError naming `where`."""
    try:
        manifest = msgspec.json.decode(data, type=Manifest)
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise CaptureError(f"this is no capture: {error}", where, "make one: noc capture DEVICE") from None
    if manifest.version != VERSION:
        raise CaptureError(f"a capture of version {manifest.version}", where, f"this noc reads {VERSION}")
    for one in manifest.pages:
        if not one.file or "/" in one.file or one.file.startswith("."):
            raise CaptureError("it names a file outside of its directory", where, "capture the device again")
    return manifest


def same_target(target: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """What a request is for, whatever the order of its query."""
    path, _, query = target.partition("?")
    return path, tuple(sorted(parse_qsl(query, keep_blank_values=True)))
