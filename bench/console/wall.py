"""Bytes of a busy Wall over a real SSH login on loopback, beside a table that repaints itself whole.

The login goes through a relay that counts what comes from the server: whole packets, as a slow link has
to carry them. Over SSH the console takes its slow pace by itself; it is measured at its fast one too.
"""

from __future__ import annotations

import shlex
import socket
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench.console import peers
from bench.console.child import Child
from bench.console.ground import collecting, console, environment
from bench.console.live import growing
from tests.screens.sshd import SERVER, Server, serving

COLUMNS, LINES = 120, 36


class Relay:
    """Passes one connection after the other on to a port, and counts. back: bytes from there."""

    def __init__(self, port: int) -> None:
        self.back = 0
        self._to = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:  # closed: the measurement is over
                return
            far = socket.create_connection(("127.0.0.1", self._to))
            for source, sink, back in ((near, far, False), (far, near, True)):
                threading.Thread(target=self._pass, args=(source, sink, back), daemon=True).start()

    def _pass(self, source: socket.socket, sink: socket.socket, back: bool) -> None:
        try:
            while data := source.recv(65_536):
                self.back += len(data) if back else 0
                sink.sendall(data)
        except OSError:  # the login ended
            pass
        finally:
            sink.close()

    def close(self) -> None:
        """Take no more connections."""
        self._listener.close()


def measure(config: Path, phones: int, seconds: float, rate: int) -> None:
    """Print kB a minute of the Wall and of its peer, plain and compressed."""
    if SERVER is None:
        print(
            "busy Wall: openssh-server is not installed, so nothing is measured (apt install openssh-server)"
        )
        return
    database = str(config.parent / "log" / "log.db")
    print(f"busy Wall over SSH, {COLUMNS}x{LINES}, kB a minute on the wire ({seconds:.0f} s each)")
    programs = {
        "noc, its pace over SSH": (console(config), {}),
        "noc, the fast pace": (console(config), {"SSH_CONNECTION": ""}),
        "DataTable, whole, 1/s": (peers.words("wall", database, "1"), {}),
        "DataTable, whole, 4/s": (peers.words("wall", database, "0.25"), {}),
    }
    with collecting(config), growing(config, phones, rate) as grown, _login() as (server, relay):
        for name, (words, more) in programs.items():
            plain, packed = (
                _kilobytes(server, relay, config, words, more, seconds, squeeze=one) for one in (False, True)
            )
            print(f"  {name:24} {plain:9,.0f} plain {packed:9,.1f} with ssh -C")
        print(f"  while the log grew by {grown():,.0f} changes a second")


@contextmanager
def _login() -> Iterator[tuple[Server, Relay]]:
    with tempfile.TemporaryDirectory() as name, serving(Path(name)) as server:
        relay = Relay(server.port)
        try:
            yield Server(relay.port, server.folder), relay
        finally:
            relay.close()


def _kilobytes(
    server: Server,
    relay: Relay,
    config: Path,
    words: Sequence[str],
    more: dict[str, str],
    seconds: float,
    *,
    squeeze: bool,
) -> float:
    """kB a minute after everything has been painted once."""
    around = environment(config.parent, **more)
    sets = [f"{name}={value}" for name, value in around.items()]
    login = server.login(shlex.join(["exec", "env", *sets, *words]))
    login[1:1] = ["-o", f"Compression={'yes' if squeeze else 'no'}"]
    with Child(login, around, COLUMNS, LINES) as child:
        child.until(rb"sb1")
        _drain(child, 5.0)
        before, began = relay.back, time.monotonic()
        _drain(child, seconds)
        return (relay.back - before) / 1000 * 60 / (time.monotonic() - began)


def _drain(child: Child, seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        child.read(end - time.monotonic())
