"""Reads a device by SNMP: single variables and walks, in version 1, 2c or 3. Nothing is ever set.

What real agents bend does not stop a walk: rows that do not fit, missing tables, identifiers that do not
increase. Only a walk that goes in circles is an error, as its answer is not complete. Sources:
device-interface, ch. 8; RFC 1157, 3416, 3826.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from types import TracebackType
from typing import Final, Literal, Protocol, Self

import msgspec

from noc.devices.codec import ber
from noc.devices.codec.ber import Message, Varbind
from noc.devices.errors import DeviceError
from noc.devices.snmp_udp import Endpoint
from noc.hosting.secret import Secret

Version = Literal["1", "2c", "3"]

DEADLINE: Final = 10.0
"""Seconds for one question with all its repetitions."""
ROWS_AT_ONCE: Final = 40
"""Rows asked for by one GETBULK: an answer of some 1,400 bytes, which no router has to cut."""
MOST_PAGES: Final = 100_000
"""Answers to one walk; more is an agent that makes rows up."""
_AT_ONCE: Final = 24
"""Names in one question."""
_WORDS: Final = {ber.TOO_BIG: "tooBig", ber.NO_SUCH_NAME: "noSuchName", ber.GEN_ERR: "genErr"}


class User(msgspec.Struct, frozen=True, kw_only=True):
    """A user of version 3, always with authentication (SHA-1) and privacy (AES-128)."""

    name: str
    authentication: Secret
    privacy: Secret


class Walk(msgspec.Struct, frozen=True):
    """Every variable below an identifier, as the agent told them."""

    rows: tuple[Varbind, ...]

    def unordered(self) -> tuple[str, ...]:
        """The identifiers that are no greater than the one before: a MIB should have none."""
        keys = [ber.whole(row.oid) for row in self.rows]
        return tuple(
            row.name for row, before, key in zip(self.rows[1:], keys, keys[1:], strict=False) if key <= before
        )


class Speaker(Protocol):
    """One way of asking: what `Endpoint` does for versions 1 and 2c, and `snmp_v3` for version 3."""

    async def ask(self, pdu: int, oids: Sequence[bytes], error: int = 0, index: int = 0) -> Message:
        """The answer to one question. Raises DeviceError."""

    def close(self) -> None:
        """Give the socket back."""


class SnmpClient:
    """Asks one agent; use it as ``async with``.

    login: the community (versions 1 and 2c) or the user (version 3). deadline: seconds for one question
    with its repetitions. device: its name, for messages.
    """

    def __init__(
        self,
        address: str,
        port: int,
        login: Secret | User,
        version: Version = "1",
        *,
        deadline: float = DEADLINE,
        device: str = "",
    ) -> None:
        self.version = version
        self._where = f"{device or address} SNMP"
        self._rows = 0 if version == "1" else ROWS_AT_ONCE
        self._width = _AT_ONCE
        self._speaker: Speaker = self._speak((address, port), login, deadline)

    def _speak(self, remote: tuple[str, int], login: Secret | User, deadline: float) -> Speaker:
        if isinstance(login, User):
            from noc.devices.snmp_v3 import UserEndpoint

            return UserEndpoint(remote, login, deadline, self._where)
        number = ber.V1 if self.version == "1" else ber.V2C
        return Endpoint(remote, number, login, deadline, self._where)

    def __repr__(self) -> str:
        return f"SnmpClient({self._where}, version={self.version})"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._speaker.close()

    async def get(self, oids: Sequence[str]) -> list[Varbind]:
        """The variables asked for, in that order; those that the agent lacks are `absent`.

        Raises DeviceError.
        """
        wanted = [ber.oid(one) for one in oids]
        found: list[Varbind] = []
        for start in range(0, len(wanted), _AT_ONCE):
            found += await self._get(wanted[start : start + _AT_ONCE])
        return found

    async def _get(self, wanted: list[bytes]) -> list[Varbind]:
        """Version 1 refuses the whole question for one name it lacks: that one is left out then."""
        if not wanted:
            return []
        answer = await self._speaker.ask(ber.GET, wanted)
        if answer.error == ber.NO_SUCH_NAME and 0 < answer.index <= len(wanted):
            place = answer.index - 1
            head, tail = await self._get(wanted[:place]), await self._get(wanted[place + 1 :])
            return [*head, Varbind(wanted[place]), *tail]
        if answer.error in (ber.TOO_BIG, ber.NO_SUCH_NAME) and len(wanted) > 1:
            half = len(wanted) // 2
            return [*await self._get(wanted[:half]), *await self._get(wanted[half:])]
        if answer.error == ber.NO_SUCH_NAME:
            return [Varbind(wanted[0])]
        self._no_error(answer, wanted[0])
        told = {item.oid: item for item in answer.varbinds}
        return [told.get(one, Varbind(one)) for one in wanted]

    async def walk(self, *oids: str) -> Walk:
        """Everything below each of `oids`, asked for side by side; nothing there is an empty walk.

        A row of another place within an answer is passed over; identifiers need not increase. Raises
        DeviceError.
        """
        at = {root: root for root in map(ber.oid, oids)}
        found: dict[bytes, list[Varbind]] = {root: [] for root in at}
        seen: set[bytes] = set()
        while at:
            roots = list(at)[: self._width]
            answer = await self._following([at[root] for root in roots])
            if self._smaller(answer, roots) or self._ended(answer, roots, at):
                continue
            self._no_error(answer, at[roots[0]])
            for place, root in enumerate(roots[: len(answer.varbinds) or 1]):  # an answer may be cut short
                page = answer.varbinds[place :: len(roots)]
                found[root] += [one for one in page if one.oid.startswith(root) and one.tag != ber.END_OF_MIB]
                if not page or page[-1].tag == ber.END_OF_MIB or not page[-1].oid.startswith(root):
                    del at[root]
                else:
                    at[root] = self._new(page[-1].oid, seen)
        return Walk(tuple(itertools.chain.from_iterable(found.values())))

    async def _following(self, at: list[bytes]) -> Message:
        """What follows each of these: one variable in version 1, several in the others."""
        if self._rows:
            return await self._speaker.ask(ber.GET_BULK, at, 0, max(1, self._rows // len(at)))
        return await self._speaker.ask(ber.GET_NEXT, at)

    def _smaller(self, answer: Message, roots: list[bytes]) -> bool:
        """Whether an answer would have been too long, so that less must be asked for at a time."""
        full = answer.error == ber.TOO_BIG or not (answer.error or answer.varbinds)
        if not full or (len(roots) == 1 and self._rows <= 1):
            return False
        if len(roots) > 1:
            self._width = len(roots) // 2
        else:
            self._rows //= 2
        return True

    def _ended(self, answer: Message, roots: list[bytes], at: dict[bytes, bytes]) -> bool:
        """Whether version 1 says that the MIB ends for one of these; the others are asked again."""
        if answer.error != ber.NO_SUCH_NAME:
            return False
        if 0 < answer.index <= len(roots):
            del at[roots[answer.index - 1]]
        elif len(roots) == 1:
            del at[roots[0]]
        else:
            self._width = 1
        return True

    def _new(self, oid: bytes, seen: set[bytes]) -> bytes:
        if oid in seen:
            raise DeviceError(
                "garbage", f"the walk goes in circles: {ber.dotted(oid)} came twice", self._where
            )
        if len(seen) > MOST_PAGES:
            raise DeviceError("too-big", f"more than {MOST_PAGES:,} answers to one walk", self._where)
        seen.add(oid)
        return oid

    def _no_error(self, answer: Message, at: bytes) -> None:
        if answer.error:
            word = _WORDS.get(answer.error, f"error {answer.error}")
            raise DeviceError("garbage", f"it answers {word} at {ber.dotted(at)}", self._where)
