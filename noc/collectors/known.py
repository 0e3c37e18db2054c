"""What the log already holds, as short digests, so that only changes are appended.

Holds 8 bytes of digest a key; the values themselves stay in the log.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from noc.hosting.records import KINDS, Body, Cls, Draft, Record, encode, gone, source_of, telling

MOST_DROPPED = 0.2
"""An answer that drops more than this part of its objects needs a second poll (records.md)."""

Key = tuple[str, str]


def digest(body: Body | None) -> bytes:
    """Eight bytes that differ when what the body tells does."""
    return hashlib.blake2b(encode(telling(body)) or b"", digest_size=8).digest()


class Known:
    """Digest of every current key, and which source each came from."""

    def __init__(self) -> None:
        self._digests: dict[Key, bytes] = {}
        self._by_source: dict[str, set[Key]] = {}

    def load(self, records: Iterable[Record]) -> None:
        """Learn the newest record of every key (`Log.newest`)."""
        for record in records:
            self._remember((record.kind, record.subject), record.body)

    def compare(self, source: str, drafts: Iterable[Draft]) -> list[Draft]:
        """What of a complete answer of `source` is new, changed or gone."""
        listed = list(drafts)
        changed = [item for item in listed if self.fresh(item)]
        changed.extend(gone(kind, subject) for kind, subject in self._vanished(source, listed))
        return changed

    def drops_many(self, source: str, drafts: Iterable[Draft]) -> bool:
        """Whether an answer drops so much of what was known that it must be asked for again.

        Alarms come and go by nature and do not count.
        """
        vanished = [key for key in self._vanished(source, drafts) if key[0] != "alarm"]
        return len(vanished) > MOST_DROPPED * len(self._by_source.get(source, ()))

    def _vanished(self, source: str, drafts: Iterable[Draft]) -> list[Key]:
        seen = {(item.kind, item.subject) for item in drafts}
        return sorted(self._by_source.get(source, set()) - seen)

    def fresh(self, item: Draft) -> bool:
        """Whether a single draft says something the log does not hold yet; what happened always does."""
        if KINDS[item.kind].cls is not Cls.STATE:
            return True
        return self._digests.get((item.kind, item.subject)) != digest(item.body)

    def settle(self, drafts: Iterable[Draft]) -> None:
        """Remember what was appended."""
        for item in drafts:
            if KINDS[item.kind].cls is Cls.STATE:
                self._remember((item.kind, item.subject), item.body)

    def _remember(self, key: Key, body: Body | None) -> None:
        if body is None:
            self._digests.pop(key, None)
            for keys in self._by_source.values():
                keys.discard(key)
            return
        self._digests[key] = digest(body)
        source = source_of(body)
        if source:
            self._by_source.setdefault(source, set()).add(key)
