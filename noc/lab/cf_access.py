"""*Public compact flash access*: which paths of a drive are open without login, read and write separately.

The device's own configuration says so (reference design, ch. Update Server; rule SEC-02). Reading is GET and
HEAD, writing a plain PUT: whatever else WebDAV can do needs a login, so ordinary clients fail there.
"""

from __future__ import annotations

import functools
from typing import Final

from noc.devices.codec.cfgtext import Arg, groups
from noc.devices.dialect import Dialect
from noc.lab.config import Pairs, Place
from noc.lab.pieces import Settings

READ: Final = frozenset({"GET", "HEAD"})
WRITE: Final = frozenset({"PUT"})


def is_public(settings: Settings, words: Dialect, path: str, method: str) -> bool:
    """Whether a path (relative to the drive) is open to a method for everybody; the longest entry decides."""
    drive, modes = words["drive.url"], words.tokens("http.public.")
    asked = drive + path
    entries = public_entries(settings, words)
    fitting = [entry for entry in entries if entry[0].startswith(drive) and asked.startswith(entry[0])]
    _, told = max(fitting, key=lambda entry: len(entry[0]), default=("", ""))
    opened = modes.get(told, "")
    return (method in READ and opened in ("read", "both")) or (
        method in WRITE and opened in ("write", "both")
    )


def public_entries(settings: Settings, words: Dialect) -> tuple[tuple[str, str], ...]:
    """(path, mode in the device's word) of every entry of the configuration, in its order."""
    place = (words["http.config-module"], "")
    return _entries(next((pairs for known, pairs in settings.other if known == place), ()), words)


def public_paths(words: Dialect, *, read: str = "", write: str = "") -> tuple[Place, Pairs]:
    """The configuration that opens these two paths (relative to the drive, "" = none)."""
    pairs: list[tuple[str, str | None]] = []
    for mode, path in (("read", read), ("write", write)):
        if not path:
            continue
        pairs.append((words["http.public"], words["drive.url"] + path))
        pairs.append((words["http.public-mode"], words[f"http.public.{mode}"]))
    return (words["http.config-module"], ""), tuple(pairs)


@functools.lru_cache(maxsize=256)
def _entries(pairs: Pairs, words: Dialect) -> tuple[tuple[str, str], ...]:
    key, mode = words["http.public"], words["http.public-mode"]
    found = groups((Arg(name, value) for name, value in pairs), (key, mode))
    return tuple((one[key], one.get(mode, "")) for one in found if key in one)
