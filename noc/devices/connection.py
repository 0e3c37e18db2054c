"""One TLS connection to a device: a non-blocking socket on the running loop, with a deadline.

asyncio's own TLS costs more CPU (bench/http.py) and leaves no place between the handshake and the
first byte sent, where a pin must be compared. Every wait ends at the deadline that the caller set, so
a device that hangs or trickles costs one request and nothing else.
"""

from __future__ import annotations

import asyncio
import errno
import socket
import ssl

from noc.devices.errors import DeviceError
from noc.devices.trust import Trust

READ_SIZE = 1 << 16
_UNREACHABLE = frozenset(
    {errno.EHOSTUNREACH, errno.ENETUNREACH, errno.ENETDOWN, errno.EHOSTDOWN, errno.EACCES}
)
_LOCAL = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM, errno.EADDRNOTAVAIL})
_CLOCK = 9  # X509_V_ERR_CERT_NOT_YET_VALID


class Connection:
    """A verified TLS connection. `deadline` (loop time) holds for every following wait.

    spoiled: while it rested, bytes came or the device closed it. Raises DeviceError with the codes
    timeout, refused, unreachable, tls, certificate, clock.
    """

    __slots__ = (
        "_descriptor",
        "_listening",
        "_loop",
        "_sock",
        "_timer",
        "_tls",
        "_waiter",
        "deadline",
        "spoiled",
        "where",
    )

    def __init__(self, sock: socket.socket, where: str, deadline: float) -> None:
        self._loop = asyncio.get_running_loop()
        self._sock = sock
        self._descriptor = sock.fileno()
        self._tls: ssl.SSLSocket | None = None
        self._waiter: asyncio.Future[bool] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._listening = False
        self.spoiled = False
        self.where = where
        self.deadline = deadline

    @classmethod
    async def open(
        cls, address: str, port: int, context: ssl.SSLContext, name: str, deadline: float
    ) -> Connection:
        """Connect and shake hands. name: what the context must find in the certificate."""
        where = f"{address}:{port}"
        if not _is_address(address):
            raise DeviceError(
                "unreachable", "this is no IP address", where, "write an IP address, not a name"
            )
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        try:
            sock = socket.socket(family, socket.SOCK_STREAM)
        except OSError as error:
            raise os_error(error, where) from None
        connection = cls(sock, where, deadline)
        try:
            sock.setblocking(False)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            await connection._connect((address, port))
            await connection._handshake(context, name)
        except BaseException:
            connection.close()
            raise
        return connection

    @property
    def tls(self) -> ssl.SSLSocket:
        """The TLS socket, for what the handshake showed (leaf, chain, version)."""
        if self._tls is None:
            raise RuntimeError("no handshake has been made")
        return self._tls

    def leaf(self) -> bytes:
        """The DER certificate that the device showed in the handshake."""
        return self.tls.getpeercert(binary_form=True) or b""

    def check(self, trust: Trust) -> None:
        """Compare a pinned leaf, before anything is sent."""
        if not trust.accepts(self.leaf()):
            raise DeviceError(
                "certificate",
                "it serves another certificate than the pinned one",
                self.where,
                "if the device was really rekeyed, record the new pin; else somebody answers in its place",
            )

    async def send(self, data: bytes) -> None:
        """Write all of it. Raises ConnectionError if the device has closed."""
        view = memoryview(data)
        while view:
            try:
                view = view[self.tls.send(view) :]
            except ssl.SSLWantWriteError:
                await self._wait_writable("while sending")
            except ssl.SSLWantReadError:
                await self._wait_readable("while sending")
            except ssl.SSLError as error:
                raise ConnectionResetError(str(error)) from None

    async def receive(self, phase: str = "waiting for the answer", *, patient: bool = False) -> bytes:
        """The next bytes, b"" at the end. `phase` names the wait in a timeout's message.

        patient: nothing can be there yet, so it waits before it looks.
        """
        if patient and not self.tls.pending():
            await self._wait_readable(phase)
        while True:
            try:
                return self.tls.recv(READ_SIZE)
            except ssl.SSLWantReadError:
                await self._wait_readable(phase)
            except ssl.SSLWantWriteError:
                await self._wait_writable(phase)
            except (ssl.SSLEOFError, ssl.SSLZeroReturnError):
                return b""
            except ssl.SSLError as error:
                raise ConnectionResetError(str(error)) from None

    def check_deadline(self, phase: str) -> None:
        """Raise DeviceError timeout if the deadline is over, for who has not waited in a long while."""
        if self._loop.time() >= self.deadline:
            raise DeviceError("timeout", f"no answer in time ({phase})", self.where)

    def rest(self) -> None:
        """No answer is expected until the next request: notice what comes nevertheless."""
        self.spoiled = False
        self._waiter = None
        self._listen()

    def release(self) -> ssl.SSLSocket:
        """The TLS socket for whom the loop does not serve, a library in a thread; this is spent then."""
        self._silence()
        return self.tls

    def close(self) -> None:
        """Close without waiting for the other side."""
        self._silence()
        (self._tls or self._sock).close()

    def _silence(self) -> None:
        """The loop calls no more."""
        self._deafen()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    async def _connect(self, address: tuple[str, int]) -> None:
        code = self._sock.connect_ex(address)
        if code in (errno.EINPROGRESS, errno.EALREADY):
            await self._wait_writable("connecting")
            code = self._sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if code:
            raise os_error(OSError(code, os_text(code)), self.where)

    async def _handshake(self, context: ssl.SSLContext, name: str) -> None:
        try:
            tls = context.wrap_socket(self._sock, server_hostname=name, do_handshake_on_connect=False)
            self._tls = tls
            while True:
                try:
                    tls.do_handshake()
                    return
                except ssl.SSLWantReadError:
                    await self._wait_readable("in the TLS handshake")
                except ssl.SSLWantWriteError:
                    await self._wait_writable("in the TLS handshake")
        except ssl.SSLCertVerificationError as error:
            raise certificate_error(error, self.where) from None
        except ssl.SSLError as error:
            raise DeviceError("tls", f"no TLS: {error.reason or error}", self.where) from None
        except OSError as error:
            raise DeviceError("tls", f"closed in the TLS handshake: {error}", self.where) from None

    async def _wait_readable(self, phase: str) -> None:
        """The loop goes on listening after this, since the next wait is of the same kind."""
        self._listen()
        await self._wait(phase)

    async def _wait_writable(self, phase: str) -> None:
        """Deaf meanwhile: bytes that come before ours are sent must not wake this wait again and again."""
        self._deafen()
        self._loop.add_writer(self._descriptor, self._ready)
        try:
            await self._wait(phase)
        finally:
            self._loop.remove_writer(self._descriptor)

    async def _wait(self, phase: str) -> None:
        """Until the socket is ready; DeviceError timeout at the deadline, even if it is always ready."""
        self.check_deadline(phase)
        self._watch()
        self._waiter = waiter = self._loop.create_future()
        if not await waiter:
            raise DeviceError("timeout", f"no answer in time ({phase})", self.where)

    def _watch(self) -> None:
        """See to it that waiting ends at the deadline; a timer that rings too early is set anew."""
        timer = self._timer
        if timer is not None and timer.when() > self.deadline:
            timer.cancel()
            timer = None
        if timer is None:
            self._timer = self._loop.call_at(self.deadline, self._late)

    def _late(self) -> None:
        self._timer = None
        waiter = self._waiter
        if waiter is None or waiter.done():
            return
        if self._loop.time() < self.deadline:
            self._watch()
        else:
            waiter.set_result(False)

    def _ready(self) -> None:
        """Called by the loop. Bytes that nobody waits for stop the listening, else it would spin.

        The loop may call once more for bytes that were read just before: hence the second look.
        """
        waiter = self._waiter
        if waiter is not None and not waiter.done():
            waiter.set_result(True)
        elif self._pending():
            self.spoiled = True
            self._deafen()

    def _pending(self) -> bool:
        """Whether the kernel holds bytes, an end or an error for this socket."""
        try:
            socket.socket.recv(self._tls or self._sock, 1, socket.MSG_PEEK)
        except BlockingIOError:
            return False
        except OSError:
            return True
        return True

    def _listen(self) -> None:
        if not self._listening:
            self._loop.add_reader(self._descriptor, self._ready)
            self._listening = True

    def _deafen(self) -> None:
        if self._listening:
            self._listening = False
            self._loop.remove_reader(self._descriptor)


def certificate_error(error: ssl.SSLCertVerificationError, where: str) -> DeviceError:
    """The DeviceError for a refused certificate, in OpenSSL's words."""
    code = error.verify_code
    if code == _CLOCK:
        return DeviceError("clock", "its certificate is not yet valid by this host's clock", where)
    return DeviceError("certificate", f"certificate refused: {error.verify_message}", where)


def os_error(error: OSError, where: str) -> DeviceError:
    """The DeviceError for what the operating system said of a connection."""
    number = error.errno
    if number == errno.ECONNREFUSED:
        return DeviceError("refused", "connection refused", where)
    if number == errno.ETIMEDOUT:
        return DeviceError("timeout", "no answer in time (connecting)", where)
    if number in _LOCAL:
        remedy = "raise the limit of open files of the collector (ulimit -n, LimitNOFILE)"
        return DeviceError("unreachable", f"this host: {os_text(number)}", where, remedy)
    if number in _UNREACHABLE:
        return DeviceError("unreachable", os_text(number).lower(), where)
    return DeviceError("unreachable", str(error.strerror or error).lower(), where)


def os_text(number: int | None) -> str:
    """The operating system's words for an error number."""
    import os

    return os.strerror(number) if number else "unknown error"


def _is_address(text: str) -> bool:
    """A name would be looked up by the socket, which stops the whole loop meanwhile."""
    family = socket.AF_INET6 if ":" in text else socket.AF_INET
    try:
        socket.inet_pton(family, text.partition("%")[0])
    except OSError:
        return False
    return True
