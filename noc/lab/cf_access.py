"""*Public compact flash access*: which paths of a drive are open without login, read and write separately.

The device's own configuration says so (reference design, ch. Update Server; rule SEC-02). Reading is GET and
HEAD, writing a plain PUT: whatever else WebDAV can do needs a login, so ordinary clients fail there.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from noc.devices.dialect import Dialect
from noc.lab.config import Pairs, Place
from noc.lab.model import Settings

READ: Final = frozenset({"GET", "HEAD"})
WRITE: Final = frozenset({"PUT"})


def is_public(settings: Settings, words: Dialect, path: str, method: str) -> bool:
    """Whether a path (relative to the drive) is open to a method for everybody; the longest entry decides."""
    modes = words.tokens("http.public.")
    fitting = [entry for entry in _entries(settings, words) if path.startswith(entry[0])]
    _, mode = max(fitting, key=lambda entry: len(entry[0]), default=("", ""))
    opened = modes.get(mode, "")
    return (method in READ and opened in ("read", "both")) or (
        method in WRITE and opened in ("write", "both")
    )


def public_paths(words: Dialect, *, read: str = "", write: str = "") -> tuple[Place, Pairs]:
    """The configuration that opens these two paths (relative to the drive, "" = none)."""
    pairs: list[tuple[str, str | None]] = []
    for mode, path in (("read", read), ("write", write)):
        if not path:
            continue
        pairs.append((words["http.public"], words["drive.url"] + path))
        pairs.append((words["http.public-mode"], words[f"http.public.{mode}"]))
    return (words["http.config-module"], ""), tuple(pairs)


def _entries(settings: Settings, words: Dialect) -> list[tuple[str, str]]:
    """(path relative to the drive, mode) of every entry."""
    key, drive = words["http.public"], words["drive.url"]
    pairs = dict(settings.other).get((words["http.config-module"], ""), ())
    return [
        (path.removeprefix(drive), mode or "")
        for (name, path), (_, mode) in pairwise(pairs)
        if name == key and path and path.startswith(drive)
    ]
