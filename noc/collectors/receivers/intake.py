"""All pushes on their way into the log: a bounded queue, one writer, and the counts of each receiver.

What finds no room is dropped and counted. Whoever waits for an answer gets it after commit; what needs none
waits at most `PAUSE` seconds for company, so that a crash loses no more than 250 ms of syslog (records.md).
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import msgspec

from noc.collectors.receivers.making import Made, Maker
from noc.devices.pushes import Push
from noc.hosting.records import Receiver, draft
from noc.log.files import clock

if TYPE_CHECKING:
    from noc.collectors.engine import Engine

MOST_WAITING: Final = 20_000
MOST_BYTES: Final = 32 << 20
AT_ONCE: Final = 500
PAUSE: Final = 0.1
REPORT_SECONDS: Final = 10.0

Read = Callable[[bytes], Push | None]


@dataclass(slots=True)
class Item:
    """A push that waits. read: turns its bytes into what it tells; done: who waits for the commit."""

    receiver: str
    address: str
    data: bytes
    read: Read
    done: asyncio.Future[bool] | None = None


class Intake:
    """Where receivers put what they get."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._maker = Maker(engine.fleet)
        self._waiting: deque[Item] = deque()
        self._bytes = 0
        self._some = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()
        self._reported: dict[str, Receiver] = {}
        self.counts: dict[str, Receiver] = {}

    def opened(self, receiver: str, address: str, error: str = "") -> None:
        """A receiver listens at `address`, or cannot (error)."""
        self.counts[receiver] = Receiver(name=receiver, address=address, error=error)

    def count(self, receiver: str, **more: int) -> None:
        """Add to the counts of a receiver."""
        told = self.counts[receiver]
        added = {name: getattr(told, name) + number for name, number in more.items()}
        self.counts[receiver] = msgspec.structs.replace(told, **added)

    def put(self, receiver: str, address: str, data: bytes, read: Read) -> bool:
        """Take in a push that needs no answer; False (and counted as dropped) where there is no room."""
        return self._put(Item(receiver, address, data, read))

    async def stored(self, receiver: str, address: str, data: bytes, read: Read) -> bool:
        """Take in a push that is answered; whether it is in the log now."""
        done: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        return self._put(Item(receiver, address, data, read, done)) and await done

    async def room(self) -> None:
        """Wait until the queue is less than half full."""
        if len(self._waiting) > MOST_WAITING // 2 or self._bytes > MOST_BYTES // 2:
            self._room.clear()
        await self._room.wait()

    def _put(self, item: Item) -> bool:
        full = len(self._waiting) >= MOST_WAITING or self._bytes + len(item.data) > MOST_BYTES
        self.count(item.receiver, received=1, dropped=int(full))
        if full:
            return False
        self._waiting.append(item)
        self._bytes += len(item.data)
        self._some.set()
        return True

    async def forever(self) -> None:
        """Write what waits, and now and then how much came; ends by being cancelled, all written."""
        report = asyncio.create_task(self._report_now_and_then())
        try:
            while True:
                await self._some.wait()
                wait = self._engine.ledger.full or len(self._waiting) < AT_ONCE
                await asyncio.sleep(PAUSE if wait else 0)
                self.write()
        finally:
            report.cancel()
            while self._waiting and not self._engine.ledger.full:
                self.write()
            self.report()

    def write(self) -> None:
        """Write the first of what waits, many in one transaction; then answer who waits for it."""
        if self._engine.ledger.full:
            self._refuse()
            return
        taken = [self._waiting.popleft() for _ in range(min(AT_ONCE, len(self._waiting)))]
        if not self._waiting:
            self._some.clear()
        self._bytes -= sum(len(item.data) for item in taken)
        if len(self._waiting) <= MOST_WAITING // 2 and self._bytes <= MOST_BYTES // 2:
            self._room.set()
        now = clock()
        made = [self._maker.make(item.receiver, item.address, item.data, item.read, now) for item in taken]
        drafts = [one.draft for one in made if one.draft is not None]
        if drafts:
            self._engine.ledger.happened(drafts)
        safe = not self._engine.ledger.full
        for item, one in zip(taken, made, strict=True):
            self._settle(item, one, safe)

    def _refuse(self) -> None:
        """The disk is full: whoever waits for an answer is told; the rest waits for room."""
        for item in [one for one in self._waiting if one.done is not None]:
            self._waiting.remove(item)
            self._bytes -= len(item.data)
            self.count(item.receiver, dropped=1)
            if item.done is not None and not item.done.done():
                item.done.set_result(False)

    def _settle(self, item: Item, made: Made, safe: bool) -> None:
        self.count(item.receiver, late=int(made.late), **{made.outcome: 1})
        if made.device:
            self._engine.hint(made.device, clock=made.late)
        if item.done is not None and not item.done.done():
            item.done.set_result(safe)

    async def _report_now_and_then(self) -> None:
        while True:
            self.report()
            await asyncio.sleep(REPORT_SECONDS)

    def report(self) -> None:
        """Record the counts that changed."""
        changed = [told for name, told in self.counts.items() if self._reported.get(name) != told]
        if changed:
            self._engine.ledger.happened([draft(told.name, told) for told in changed])
            self._reported |= {told.name: told for told in changed}
