"""Frontends forward: TCP and UDP arriving at a mapped port of the outside address goes to its target.

Reference design, ch. Frontend (inbound NAT). Ports are those of the lab's block on both sides.
"""

from __future__ import annotations

import asyncio
import functools
import ipaddress
import socket
from collections.abc import Callable
from typing import cast

from noc.lab.listener import CannotListenError, Listener
from noc.lab.model import Device
from noc.lab.pieces import NatMap
from noc.lab.ports import PortBlock

_CONNECT_SECONDS = 5.0
_UDP_CLIENTS = 256  # remembered for each UDP map; then the oldest is forgotten

Address = tuple[str, int]
TargetOf = Callable[[], Address | None]


class Forwarder:
    """Keeps the ports of one Frontend open that its maps in force ask for."""

    def __init__(self, frontend: Device, ports: PortBlock) -> None:
        self._frontend = frontend
        self._ports = ports
        self._tcp: dict[int, Listener] = {}
        self._udp: dict[int, _UdpMap] = {}
        self._targets: dict[tuple[str, int], Address] = {}

    async def sync(self) -> None:
        """Open and close ports until they fit the settings. A stopped Frontend forwards nothing."""
        settings = self._frontend.settings
        self._targets.clear()
        for item in settings.nat if self._frontend.up and settings.nat_enabled else ():
            self._learn(item)
        self._sync_tcp({port for protocol, port in self._targets if protocol == "TCP"})
        await self._sync_udp({port for protocol, port in self._targets if protocol == "UDP"})

    def close(self) -> None:
        """Close all ports and drop what is being forwarded."""
        for listener in self._tcp.values():
            listener.close()
        for item in self._udp.values():
            item.close()
        self._tcp.clear()
        self._udp.clear()

    def _learn(self, item: NatMap) -> None:
        """The first map of a port is the one that works. Nothing is ever sent beyond loopback."""
        port, target = self._ports.real(item.port), self._ports.real(item.int_port)
        if port is not None and target is not None and _is_loopback(item.address):
            self._targets.setdefault((item.protocol, port), (item.address, target))

    def _target(self, protocol: str, port: int) -> Address | None:
        return self._targets.get((protocol, port))

    def _sync_tcp(self, wanted: set[int]) -> None:
        for port in self._tcp.keys() - wanted:
            self._tcp.pop(port).close()
        for port in sorted(wanted - self._tcp.keys()):
            target = functools.partial(self._target, "TCP", port)
            listener = Listener(self._frontend.outside, port, functools.partial(_splice, target))
            listener.open()
            self._tcp[port] = listener

    async def _sync_udp(self, wanted: set[int]) -> None:
        loop = asyncio.get_running_loop()
        for port in self._udp.keys() - wanted:
            self._udp.pop(port).close()
        for port in sorted(wanted - self._udp.keys()):
            item = _UdpMap(functools.partial(self._target, "UDP", port))
            place = (self._frontend.outside, port)
            try:
                await loop.create_datagram_endpoint(functools.partial(_same, item), local_addr=place)
            except OSError as error:
                raise CannotListenError(error, *place, "ss -lun") from None
            self._udp[port] = item


def _same(item: _UdpMap) -> _UdpMap:
    return item


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.IPv4Address(address).is_loopback
    except ValueError:
        return False


async def _splice(target_of: TargetOf, connection: socket.socket) -> asyncio.BaseTransport | None:
    """Join an accepted connection with one to the target; a target that refuses ends it."""
    target = target_of()
    if target is None:
        connection.close()
        return None
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(_CONNECT_SECONDS):
        _, inner = await loop.create_connection(_Pipe, *target)
    outer = _Pipe()
    outer.peer, inner.peer = inner, outer
    transport, _ = await loop.connect_accepted_socket(lambda: outer, connection)
    inner.flush()
    return transport


class _Pipe(asyncio.Protocol):
    """One end of a spliced connection: what it receives its peer writes, as fast as that can."""

    def __init__(self) -> None:
        self.peer: _Pipe | None = None
        self.transport: asyncio.Transport | None = None
        self._early = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        if self.peer is not None and self.peer.transport is not None:
            self.peer.transport.write(data)
        else:
            self._early += data

    def flush(self) -> None:
        """Hand over what came before the peer was there."""
        if self._early and self.peer is not None and self.peer.transport is not None:
            self.peer.transport.write(bytes(self._early))
            self._early.clear()

    def eof_received(self) -> bool:
        if self.peer is not None and self.peer.transport is not None and self.peer.transport.can_write_eof():
            self.peer.transport.write_eof()
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        if self.peer is not None and self.peer.transport is not None:
            self.peer.transport.close()

    def pause_writing(self) -> None:
        if self.peer is not None and self.peer.transport is not None:
            self.peer.transport.pause_reading()

    def resume_writing(self) -> None:
        if self.peer is not None and self.peer.transport is not None and not self.peer.transport.is_closing():
            self.peer.transport.resume_reading()


class _UdpMap(asyncio.DatagramProtocol):
    """A UDP map: each client gets a socket of its own towards the target, answers find back by it."""

    def __init__(self, target_of: TargetOf) -> None:
        self._target_of = target_of
        self._transport: asyncio.DatagramTransport | None = None
        self._clients: dict[Address, socket.socket] = {}

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: Address) -> None:
        target = self._target_of()
        if target is None:
            return
        try:
            self._upstream(addr).sendto(data, target)
        except OSError:  # nobody there: a datagram is lost
            return

    def close(self) -> None:
        """Close the port and forget all clients."""
        for client in list(self._clients):
            self._forget(client)
        if self._transport is not None:
            self._transport.close()

    def _upstream(self, client: Address) -> socket.socket:
        if client not in self._clients:
            if len(self._clients) >= _UDP_CLIENTS:
                self._forget(next(iter(self._clients)))
            upstream = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            upstream.setblocking(False)
            asyncio.get_running_loop().add_reader(upstream, self._back, client, upstream)
            self._clients[client] = upstream
        return self._clients[client]

    def _back(self, client: Address, upstream: socket.socket) -> None:
        try:
            data = upstream.recv(65535)
        except OSError:  # an ICMP refusal, or nothing to read after all
            return
        if self._transport is not None:
            self._transport.sendto(data, client)

    def _forget(self, client: Address) -> None:
        upstream = self._clients.pop(client)
        asyncio.get_running_loop().remove_reader(upstream)
        upstream.close()
