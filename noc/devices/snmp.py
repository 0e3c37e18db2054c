"""Reads a device by SNMP: single variables and walks, in version 1, 2c or 3. Nothing is ever set.

What real agents bend does not stop a walk: rows that do not fit, missing tables, identifiers that do not
increase. Only a walk that goes in circles is an error, as its answer is not complete. Sources:
device-interface, ch. 8; RFC 1157, 3416, 3826.
"""

from __future__ import annotations

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

DEADLINE: Final = 6.0
"""Seconds for one question with all its repetitions."""
ROWS_AT_ONCE: Final = 40
"""Rows asked for by one GETBULK: an answer of some 1,400 bytes, which no router has to cut."""
MOST_ROWS: Final = 1_000_000
_AT_ONCE: Final = 24
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
        self._bulk = 0 if version == "1" else ROWS_AT_ONCE
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
        if answer.error == ber.TOO_BIG and len(wanted) > 1:
            half = len(wanted) // 2
            return [*await self._get(wanted[:half]), *await self._get(wanted[half:])]
        self._no_error(answer, wanted[0])
        told = {item.oid: item for item in answer.varbinds}
        return [told.get(one, Varbind(one)) for one in wanted]

    async def walk(self, oid: str) -> Walk:
        """Everything below `oid`; nothing there is an empty walk. Raises DeviceError.

        A row of another place within an answer is passed over; identifiers need not increase.
        """
        root = at = ber.oid(oid)
        rows: list[Varbind] = []
        asked: set[bytes] = set()
        while at not in asked:
            asked.add(at)
            page = await self._page(at)
            rows += [item for item in page if item.oid.startswith(root) and item.tag != ber.END_OF_MIB]
            if not page or page[-1].tag == ber.END_OF_MIB or not page[-1].oid.startswith(root):
                return Walk(tuple(rows))
            if len(rows) > MOST_ROWS:
                raise DeviceError("too-big", f"more than {MOST_ROWS:,} variables below {oid}", self._where)
            at = page[-1].oid
        raise DeviceError(
            "garbage", f"the walk below {oid} goes in circles: {ber.dotted(at)} came twice", self._where
        )

    async def _page(self, at: bytes) -> list[Varbind]:
        """What follows `at`: one variable in version 1, several in the others; none at the MIB's end."""
        while self._bulk:
            answer = await self._speaker.ask(ber.GET_BULK, [at], 0, self._bulk)
            if self._bulk > 1 and (answer.error == ber.TOO_BIG or not answer.varbinds):
                self._bulk //= 2
                continue
            self._no_error(answer, at)
            return answer.varbinds
        answer = await self._speaker.ask(ber.GET_NEXT, [at])
        if answer.error == ber.NO_SUCH_NAME:
            return []
        self._no_error(answer, at)
        return answer.varbinds

    def _no_error(self, answer: Message, at: bytes) -> None:
        if answer.error:
            word = _WORDS.get(answer.error, f"error {answer.error}")
            raise DeviceError("garbage", f"it answers {word} at {ber.dotted(at)}", self._where)
