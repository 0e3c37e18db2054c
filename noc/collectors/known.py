"""What the log already holds, as short digests, so that only changes are appended.

Of a key that is read from a source it keeps eight bytes of digest and the packed name, some 35 bytes in
all: a platform has three such keys a phone. The values themselves stay in the log.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from noc.hosting.records import KINDS, Body, Cls, Draft, decode, encode, gone, source_of, telling

MOST_DROPPED: Final = 0.2
"""An answer that drops more than this part of its objects needs a second poll (records.md)."""

Key = tuple[str, str]
"""Kind and subject."""

_ENCODE: Final = msgspec.msgpack.Encoder().encode
_DECODE: Final = msgspec.msgpack.Decoder(list[Key]).decode
_LIST: Final = b"\xdd"
"""MessagePack's mark of a list whose length follows in four bytes, and then its items."""


def digest(body: Body | None) -> int:
    """64 bits that differ when what the body tells does; of use only within this process."""
    return hash(encode(telling(body)) or b"")


class Held:
    """The keys of one source in the order of its list, with their digests."""

    __slots__ = ("digests", "names")

    def __init__(self, keys: Iterable[Key] = (), digests: Iterable[int] = ()) -> None:
        self.names = b"".join(map(_ENCODE, keys))
        self.digests = array("q", digests)

    def table(self) -> dict[Key, int]:
        """Key -> digest."""
        keys = _DECODE(_LIST + len(self.digests).to_bytes(4, "big") + self.names)
        return dict(zip(keys, self.digests, strict=True))


class Known:
    """Digest of every current key, by the source it is read from; keys of no source stand by themselves."""

    def __init__(self) -> None:
        self._held: dict[str, Held] = {}
        self._single: dict[Key, int] = {}

    def load(self, bodies: Iterable[tuple[str, str, bytes]]) -> None:
        """Learn the state of every key: kind, subject and canonical bytes (`Log.newest_bodies`)."""
        names: dict[str, bytearray] = {}
        for kind, subject, data in bodies:
            body = decode(kind, KINDS[kind].v, data)
            source = source_of(body) if body is not None else ""
            if not source:
                self._single[(kind, subject)] = digest(body)
                continue
            names.setdefault(source, bytearray()).extend(_ENCODE((kind, subject)))
            self._held.setdefault(source, Held()).digests.append(digest(body))
        for source, packed in names.items():
            self._held[source].names = bytes(packed)

    def compare(self, source: str, drafts: Sequence[Draft]) -> list[Draft]:
        """What of a complete answer of `source` is new, changed or gone."""
        listed = Held(map(_key, drafts), (digest(item.body) for item in drafts))
        held = self._held.get(source) or Held()
        if held.names == listed.names:
            pairs = zip(drafts, held.digests, listed.digests, strict=True)
            return [item for item, before, now in pairs if before != now]
        known = held.table()
        told = zip(drafts, listed.digests, strict=True)
        changed = [item for item, now in told if known.get(_key(item)) != now]
        vanished = known.keys() - set(map(_key, drafts))
        if not changed and not vanished:
            self._held[source] = listed  # the same in another order, in which it will come again
        return [*changed, *(gone(kind, subject) for kind, subject in sorted(vanished))]

    def drops_many(self, source: str, drafts: Sequence[Draft]) -> bool:
        """Whether an answer drops so much of what was known that it must be asked for again.

        Alarms come and go by nature and do not count.
        """
        held = self._held.get(source)
        if held is None or held.names == b"".join(map(_ENCODE, map(_key, drafts))):
            return False
        vanished = held.table().keys() - set(map(_key, drafts))
        return sum(kind != "alarm" for kind, _ in vanished) > MOST_DROPPED * len(held.digests)

    def fresh(self, item: Draft) -> bool:
        """Whether a single draft says something the log does not hold yet; what happened always does."""
        if KINDS[item.kind].cls is not Cls.STATE:
            return True
        return self._table(source_of(item.body) if item.body else "").get(_key(item)) != digest(item.body)

    def settle(self, drafts: Iterable[Draft], source: str = "") -> None:
        """Remember what was appended. source: from which those were read that say that a key is gone."""
        by_source: dict[str, list[Draft]] = {}
        for item in drafts:
            if KINDS[item.kind].cls is Cls.STATE:
                named = source_of(item.body) if item.body is not None else source
                by_source.setdefault(named, []).append(item)
        for named, items in by_source.items():
            known = self._table(named)
            for item in items:
                if item.body is None:
                    known.pop(_key(item), None)
                else:
                    known[_key(item)] = digest(item.body)
            if named:
                self._held[named] = Held(known, known.values())

    def _table(self, source: str) -> dict[Key, int]:
        """The digests of a source, unpacked; of what has no source, the very dict."""
        if not source:
            return self._single
        held = self._held.get(source)
        return held.table() if held else {}


def _key(item: Draft) -> Key:
    return item.kind, item.subject
