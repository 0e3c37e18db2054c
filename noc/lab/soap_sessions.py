"""SOAP sessions of the devices: who has seen which objects, and polls that wait for something to happen.

A waiting poll is a future and a timer, nothing runs for it. A session ends with its HTTP connection; a poll
that nothing happens to is answered empty after `World.poll_wait` seconds. Device interface, ch. 3.
"""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from noc.lab.model import Device
from noc.lab.soap_info import Infos, Seen

_STEP: Final = 7919


class Told(NamedTuple):
    """What a poll is answered. end: the list of all objects ends with it."""

    shown: list[Seen]
    gone: list[Seen]
    end: bool


@dataclass(slots=True, eq=False)
class Session:
    """A session. shown: the objects as it was told of them, None before its first poll."""

    handle: int
    key: int
    device: Device
    line: object
    shown: dict[int, Seen] | None = None
    waiting: asyncio.Future[Told] | None = None
    timer: asyncio.TimerHandle | None = None
    users: set[int] = field(default_factory=set)


class Sessions:
    """All sessions of a platform."""

    def __init__(self, infos: Infos) -> None:
        self._infos = infos
        self._sessions: dict[int, Session] = {}
        self._numbers = itertools.count(1)

    def __len__(self) -> int:
        return len(self._sessions)

    def open(self, device: Device, line: object) -> Session:
        """A new session on a connection."""
        handle = next(self._numbers)
        session = Session(handle, handle * _STEP, device, line)
        self._sessions[handle] = session
        return session

    def find(self, handle: str, device: Device) -> Session | None:
        """The session of that number at a device."""
        found = self._sessions.get(int(handle)) if handle.isascii() and handle.isdecimal() else None
        return found if found is not None and found.device is device else None

    def close(self, session: Session) -> None:
        """End a session; a poll that waits in it is never answered."""
        self._sessions.pop(session.handle, None)
        if session.waiting is not None:
            session.waiting.cancel()
        _stop(session)

    def left(self, line: object) -> None:
        """A connection has gone, and its sessions with it."""
        for session in [item for item in self._sessions.values() if item.line is line]:
            self.close(session)

    def of(self, line: object, device: Device) -> list[Session]:
        """The sessions of a connection."""
        return [item for item in self._sessions.values() if item.line is line and item.device is device]

    def poll(self, session: Session, idle: float) -> Told | asyncio.Future[Told]:
        """All objects at first, then what has changed; if nothing has, a future that waits for it.

        idle: seconds that it waits at most.
        """
        if session.waiting is not None:  # a client that asks twice gets its first poll back
            self._answer(session, Told([], [], False))
        if told := self._news(session):
            return told
        loop = asyncio.get_running_loop()
        session.waiting = loop.create_future()
        session.timer = loop.call_later(idle, self._answer, session, Told([], [], False))
        return session.waiting

    def waiting(self) -> int:
        """How many polls wait."""
        return sum(session.waiting is not None for session in self._sessions.values())

    def moved(self) -> None:
        """The world has changed: answer the polls that waited for this."""
        for session in list(self._sessions.values()):
            if session.waiting is not None and (told := self._news(session)):
                self._answer(session, told)

    def _news(self, session: Session) -> Told | None:
        """What the session has not been told yet, None if there is nothing."""
        before, now = session.shown, self._infos.all(session.device)
        session.shown = now
        if before is None:
            return Told(list(now.values()), [], True)
        shown = [item for guid, item in now.items() if before.get(guid) != item]
        gone = [item for guid, item in before.items() if guid not in now]
        return Told(shown, gone, False) if shown or gone else None

    @staticmethod
    def _answer(session: Session, told: Told) -> None:
        waiting, session.waiting = session.waiting, None
        _stop(session)
        if waiting is not None and not waiting.done():
            waiting.set_result(told)


def _stop(session: Session) -> None:
    if session.timer is not None:
        session.timer.cancel()
        session.timer = None
