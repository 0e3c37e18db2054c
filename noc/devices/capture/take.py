"""A device's answers under pseudonyms, written into a directory that only its owner may read.

Nothing of an answer is kept that was not looked at: headers are dropped, a page that cannot be taken apart is
left out and named. Reference: DESIGN.md, "Dialects".
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from pathlib import Path

from noc.devices.capture import configtext, logtext, markup
from noc.devices.capture.harmless import AllowList
from noc.devices.capture.pseudonyms import Pseudonyms
from noc.devices.codec.answers import (
    MANIFEST,
    OWN_DIALECT,
    VERSION,
    Captured,
    CaptureError,
    Manifest,
    encode,
)
from noc.devices.dialect import Dialect, load, names
from noc.devices.probe.pages import Asked
from noc.devices.probe.places import Places
from noc.hosting.records import Device

ROLES = frozenset({"kerberos", "rootca", "licence", "metadir", "reporting", "fax"})
_COUNTER = re.compile(r"\d{1,3}", re.ASCII)


class Taken:
    """A capture in memory: the manifest, and the bodies by file name."""

    def __init__(self, manifest: Manifest, bodies: dict[str, bytes]) -> None:
        self.manifest = manifest
        self.bodies = bodies

    def __repr__(self) -> str:
        return f"Taken({len(self.manifest.pages)} pages)"


def disguise(
    places: Places, answers: Iterable[Asked], device: Device, public: Callable[[str], bool], taken: int
) -> Taken:
    """All answers of a device under pseudonyms. public: whether an address is one; taken: unix seconds."""
    cover = _Cover(places, public)
    pages: list[Captured] = []
    bodies: dict[str, bytes] = {}
    missing: list[str] = []
    for asked in answers:
        body = cover.body(asked)
        if body is None:
            missing.append(asked.page)
            continue
        suffix = "xml" if asked.page not in _PLAIN else "txt"
        file = f"{len(pages):02d}-{asked.page}.{suffix}"
        pages.append(Captured(asked.page, cover.target(asked), file, xml=suffix == "xml"))
        bodies[file] = body
    manifest = cover.manifest(device, taken, tuple(pages), tuple(missing))
    if not manifest.dialect:
        bodies[OWN_DIALECT] = _words_only(places.dialect)
    return Taken(manifest, bodies)


def _equal(shipped: Dialect, used: Dialect) -> bool:
    return list(shipped) == list(used) and all(shipped[key] == used[key] for key in used)


def _words_only(dialect: Dialect) -> bytes:
    """A dialect of the provider's own without its notes and sources: words of the wire only."""
    import yaml

    facts = ((key, dialect.fact(key)) for key in dialect)
    words = {key: {"value": fact.value, "status": fact.status} for key, fact in facts}
    return yaml.safe_dump({"name": "captured", "facts": words}, sort_keys=False).encode()


_PLAIN = frozenset({"config", "console", "log", "unknown"})


class _Cover:
    """Puts pseudonyms on the answers of one device."""

    def __init__(self, places: Places, public: Callable[[str], bool]) -> None:
        self._dialect = places.dialect
        self._allowed = AllowList(places)
        masks = {self._dialect["pbx.masked-password"], self._dialect["log.masked"]}
        self._pseudonyms = Pseudonyms(public, masks)

    def body(self, asked: Asked) -> bytes | None:
        """What is kept of an answer; None where there is nothing to keep."""
        unknown = self._dialect["answer.unknown-module"].encode()
        if asked.refused is not None:
            return unknown if asked.refused.code == "unknown-module" else None
        if asked.page == "unknown":
            return self._pseudonyms.text(asked.body.decode("utf-8", "replace")).encode()
        if asked.page == "log":
            return logtext.disguised(asked.body, self._dialect, self._allowed, self._pseudonyms)
        if asked.page in _PLAIN:
            return configtext.disguised(asked.body, self._dialect, self._allowed, self._pseudonyms)
        try:
            return markup.disguised(asked.body, asked.page, self._allowed, self._pseudonyms)
        except CaptureError:
            return None

    def target(self, asked: Asked) -> str:
        """The request as it will be made again: what an earlier answer led to is under a pseudonym too."""
        if asked.page not in ("object", "counter"):
            return asked.target
        head, mark, last = asked.target.rpartition("=")
        return head + mark + (last if _COUNTER.fullmatch(last) else self._pseudonyms.text(last))

    def manifest(
        self, device: Device, taken: int, pages: tuple[Captured, ...], missing: tuple[str, ...]
    ) -> Manifest:
        """What the directory holds."""
        text = self._pseudonyms.text
        return Manifest(
            version=VERSION,
            dialect=next((name for name in names() if _equal(load(name), self._dialect)), ""),
            kind=device.kind,
            name=text(device.name),
            cluster=text(device.cluster),
            customer=text(device.customer),
            roles=tuple(role for role in device.roles if role in ROLES),
            taken=taken,
            pages=pages,
            missing=missing,
        )


def write(taken: Taken, directory: Path) -> None:
    """Write a capture into a new directory (0700), its files 0600. Raises CaptureError."""
    try:
        directory.mkdir(mode=0o700, parents=True)
        directory.chmod(0o700)
        for name, body in {**taken.bodies, MANIFEST: encode(taken.manifest)}.items():
            handle = os.open(directory / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as out:
                out.write(body)
    except FileExistsError:
        raise CaptureError("it is there already", str(directory), "name a directory that is not") from None
    except OSError as error:
        raise CaptureError(f"cannot write it: {error.strerror}", str(directory), "name another") from None
