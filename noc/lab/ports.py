"""The block of real ports of one lab: unprivileged, below the ephemeral range, held while it runs.

Every well-known port and every port of the plan has its place in the block, so that labs with the
same loopback addresses run side by side.
"""

from __future__ import annotations

import socket
from pathlib import Path

from noc.hosting.errors import NocError

WELL_KNOWN = (443, 636, 714, 88, 464, 161, 1719, 162, 53, 123, 25, 514, 5060)
RANGES = (range(8000, 9000), range(9000, 10000), range(7000, 8000))
_LOCK, _FIRST_PORT = 0, 1
_SIZE = 3020
_LOWEST = 1100
_EPHEMERAL = Path("/proc/sys/net/ipv4/ip_local_port_range")


class NoPortsError(NocError):
    """No block of ports is free."""


class PortBlock:
    """A block of ports starting at `base`; `real` gives the port that stands for one of the platform.

    The block is held by a bound socket until `close`.
    """

    def __init__(self, base: int, lock: socket.socket) -> None:
        self.base = base
        self._lock = lock
        self._places = {port: base + _FIRST_PORT + place for place, port in enumerate(WELL_KNOWN)}
        self._starts = {
            span: base + _FIRST_PORT + len(WELL_KNOWN) + 1000 * place for place, span in enumerate(RANGES)
        }

    def real(self, port: int) -> int | None:
        """The real port for a port of the platform, None if the lab has none for it."""
        if port in self._places:
            return self._places[port]
        for span, start in self._starts.items():
            if port in span:
                return start + port - span.start
        return None

    def table(self) -> dict[str, str]:
        """As provider.yaml `ports:` writes it: port or range of the platform -> real one."""
        table = {str(port): str(real) for port, real in self._places.items()}
        for span, start in self._starts.items():
            table[f"{span.start}-{span.stop - 1}"] = f"{start}-{start + len(span) - 1}"
        return table

    def close(self) -> None:
        """Give the block back."""
        self._lock.close()


def hold_block() -> PortBlock:
    """The first free block, now held by this process. Raises NoPortsError if none is free."""
    for base in range(_LOWEST, _ceiling() - _SIZE, _SIZE):
        lock = _held(base)
        if lock is None:
            continue
        if all(_free(port) for port in range(base + _FIRST_PORT, base + _SIZE)):
            return PortBlock(base, lock)
        lock.close()
    raise NoPortsError(
        f"no block of {_SIZE} free ports between {_LOWEST} and {_ceiling()}",
        "the lab",
        "stop another lab: ten fit side by side",
    )


def _ceiling() -> int:
    """Where the ephemeral range begins: outgoing connections must not take the lab's ports."""
    try:
        first = int(_EPHEMERAL.read_text().split()[0])
    except OSError:
        return 32768
    return first if first > _LOWEST + _SIZE else 32768


def _held(base: int) -> socket.socket | None:
    lock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        lock.bind(("127.0.0.1", base + _LOCK))
        lock.listen(1)
    except OSError:
        lock.close()
        return None
    return lock


def _free(port: int) -> bool:
    """Whether nobody listens on the port of any address (a wildcard bind finds them all)."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("0.0.0.0", port))  # noqa: S104 - never listened on
        except OSError:
            return False
    return True
