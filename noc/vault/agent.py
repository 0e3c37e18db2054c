"""The agent: holds one operator's opened vault for minutes, so that nobody types a passphrase all day.

It serves its own account only, closes when nobody asked for a while, and never signs: an approval asks
for the passphrase (safe changes, ch. 4.3). Asking how it is does not keep it open.
"""

from __future__ import annotations

import os
import select
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from noc.hosting.secret import Secret
from noc.vault import wire
from noc.vault.errors import AgentError, VaultError
from noc.vault.store import Vault
from noc.vault.wire import Call, Reply, Status

IDLE_SECONDS: Final = 900.0
_TICK: Final = 1.0


def awake_and_asleep() -> float:
    """Seconds that also pass while the machine is suspended."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


class Agent:
    """Serves one opened vault at one socket until `stop`, or until nobody asked for `idle` seconds."""

    def __init__(
        self,
        vault: Vault,
        place: Path,
        *,
        idle: float = IDLE_SECONDS,
        clock: Callable[[], float] = awake_and_asleep,
        memory_lock: Callable[[], str] = lambda: "no",
    ) -> None:
        self._vault = vault
        self._place = place
        self._idle = idle
        self._clock = clock
        self._memory_lock = memory_lock
        self._memory = "no"
        self._used = clock()
        self._running = True
        self._socket = _listening(place)

    def serve(self) -> None:
        """Answer until the time is over; then the keys are overwritten and the socket is gone.

        memory_lock is called here, since a lock on memory does not pass to a child process.
        """
        self._memory = self._memory_lock()
        try:
            while self._running and self._left() > 0:
                ready, _, _ = select.select([self._socket], [], [], min(_TICK, self._left()))
                if ready and self._left() > 0:
                    self._meet()
        finally:
            self._vault.close()
            self._socket.close()
            self._place.unlink(missing_ok=True)

    def stop(self) -> None:
        """End after the call at hand."""
        self._running = False

    def _left(self) -> float:
        return self._idle - (self._clock() - self._used)

    def _meet(self) -> None:
        connection, _ = self._socket.accept()
        with connection:
            connection.settimeout(wire.SECONDS)
            if wire.peer_uid(connection) != os.getuid():
                return
            try:
                call = wire.receive(connection, Call)
                connection.sendall(wire.encode(self._answered(call)))
            except (AgentError, OSError):
                return  # the client went away or sent nonsense: nothing to tell it

    def _answered(self, call: Call) -> Reply:
        try:
            if call.do == "status":
                return Reply(status=self._status())
            self._used = self._clock()
            if call.do == "close":
                self.stop()
                return Reply()
            self._vault.refresh()
            return self._done(call)
        except VaultError as error:
            return Reply(trouble=wire.trouble(error))

    def _done(self, call: Call) -> Reply:
        vault, name, number = self._vault, call.name, call.which if isinstance(call.which, int) else 0
        given = call.secret or Secret("")
        answers: dict[str, Callable[[], Reply]] = {
            "names": lambda: Reply(names=vault.names()),
            "versions": lambda: Reply(versions=tuple(vault.versions(name))),
            "reveal": lambda: Reply(secret=vault.reveal(name, call.which)),
            "fingerprint": lambda: Reply(text=vault.fingerprint(name, call.which)),
            "stage": lambda: Reply(number=vault.stage(name, given)),
            "add": lambda: Reply(number=vault.add(name, given)),
            "journal_key": lambda: Reply(secret=Secret(vault.journal_key(number).hex())),
        }
        moves: dict[str, Callable[[], None]] = {
            "promote": lambda: vault.promote(name),
            "abandon": lambda: vault.abandon(name),
            "retire": lambda: vault.retire(name, number),
        }
        if call.do in answers:
            return answers[call.do]()
        if call.do not in moves:
            raise VaultError(f"this agent does not know {call.do!r}", remedy="end it and start it anew")
        moves[call.do]()
        return Reply()

    def _status(self) -> Status:
        return Status(
            operator=self._vault.operator,
            vault=self._vault.id,
            generation=self._vault.generation,
            pid=os.getpid(),
            left=self._left(),
            memory=self._memory,
        )


def _listening(place: Path) -> socket.socket:
    """A socket of mode 0600. Raises AgentError where an agent answers there already."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        if probe.connect_ex(str(place)) == 0:
            listener.close()
            raise AgentError("an agent holds this vault already", str(place), "`noc vault agent --stop`")
    place.unlink(missing_ok=True)
    before = os.umask(0o177)
    try:
        listener.bind(str(place))
    except OSError as error:
        listener.close()
        raise AgentError(f"the agent cannot listen: {error}", str(place), "set XDG_RUNTIME_DIR") from None
    finally:
        os.umask(before)
    listener.listen(16)
    return listener
