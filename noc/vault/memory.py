"""What this account has seen of a vault: an older one, or another one, put in its place is refused.

The MAC of a file shows that somebody with the vault key wrote it; it cannot show that it is the newest.
So each account remembers id, generation, MAC and roster of the last vault it saw at a path
(safe changes, ch. 4.2). Whoever keeps a backup for good reason says so with `noc vault trust`.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Final

import msgspec

from noc.vault.errors import RollbackError, VaultError
from noc.vault.files import sync_directory
from noc.vault.format import VaultFile
from noc.vault.roster import head

_REMEDY: Final = "find out who did it; `noc vault trust` accepts what lies there now"


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """The last file seen.

    links, head: length of its roster and hash of the last link; boxes: public keys of the slots that this
    account opened.
    """

    id: str
    gen: int
    hdr: bytes
    links: int
    head: bytes
    boxes: tuple[bytes, ...] = ()


class Memory:
    """What was seen, one small file a vault, in a directory of this account."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    @classmethod
    def of_account(cls) -> Memory:
        """The memory of this account: under XDG_STATE_HOME."""
        state = os.environ.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
        return cls(Path(state) / "noc" / "vaults")

    def known(self, path: Path) -> Known | None:
        """The last file seen at a path, None at the first meeting."""
        try:
            return msgspec.json.decode(self._file(path).read_bytes(), type=Known)
        except FileNotFoundError:
            return None
        except (OSError, msgspec.DecodeError) as error:
            raise VaultError(
                f"what was known of the vault cannot be read: {error}", str(self._file(path)), _REMEDY
            ) from None

    def check(self, path: Path, file: VaultFile) -> None:
        """Refuse a file that does not follow from the last one seen. Raises RollbackError."""
        known = self.known(path)
        if known is None:
            return
        if file.id != known.id:
            raise RollbackError("another vault lies there", str(path), _REMEDY)
        if file.gen < known.gen:
            raise RollbackError(
                f"generation {file.gen} lies there, {known.gen} was seen before", str(path), _REMEDY
            )
        if file.gen == known.gen and file.hdr != known.hdr:
            raise RollbackError(f"there are two vaults of generation {file.gen}", str(path), _REMEDY)
        if head(file.roster[: known.links]) != known.head or len(file.roster) < known.links:
            raise RollbackError("the approvers' roster is not the one seen before", str(path), _REMEDY)

    def used(self, path: Path, box: bytes) -> bool:
        """Whether this account opened the slot of that public key before."""
        known = self.known(path)
        return known is not None and box in known.boxes

    def note(self, path: Path, file: VaultFile, box: bytes) -> None:
        """Remember a file that was checked, and the slot that opened it."""
        known = self.known(path)
        boxes = known.boxes if known else ()
        if known is not None and known.gen >= file.gen and box in boxes:
            return
        self._write(
            path,
            Known(
                id=file.id,
                gen=file.gen,
                hdr=file.hdr,
                links=len(file.roster),
                head=head(file.roster),
                boxes=boxes if box in boxes else (*boxes, box),
            ),
        )

    def forget(self, path: Path) -> None:
        """Take whatever lies at the path next time for a first meeting."""
        self._file(path).unlink(missing_ok=True)

    def _write(self, path: Path, known: Known) -> None:
        target = self._file(path)
        self._directory.mkdir(parents=True, mode=0o700, exist_ok=True)
        new = target.with_name(f"{target.name}.{os.getpid()}")
        new.write_bytes(msgspec.json.encode(known))
        new.replace(target)
        sync_directory(self._directory)

    def _file(self, path: Path) -> Path:
        return self._directory / f"{hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:16]}.json"
