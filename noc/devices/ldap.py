"""A directory looked at over LDAPS: bind and search by ldap3, on a connection that `Connection` has verified.

ldap3 blocks, so it works in a thread of its own; every byte it waits for ends at one deadline and every
search at a limit of bytes, whatever the server does. A password is sent only after the certificate or pin
was verified. RFC 4511; reference design, ch. Directory.
"""

from __future__ import annotations

import asyncio
import functools
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final, TypeVar

import msgspec

from noc.devices.codec import ber
from noc.devices.connection import READ_SIZE, Connection
from noc.devices.errors import DeviceError
from noc.devices.outside import ServiceError
from noc.devices.trust import Trust
from noc.hosting.secret import Secret

if TYPE_CHECKING:
    import ldap3

T = TypeVar("T")

DEADLINE: Final = 10.0
"""Seconds for connecting, binding and searching."""
MOST_BYTES: Final = 8 << 20
"""Of all answers of one look: some 20,000 contacts."""
THREADS: Final = 16
_SUCCESS, _SIZE_LIMIT, _NO_SUCH_OBJECT, _WRONG_LOGIN = 0, 4, 32, 49
_WANTS_LOGIN: Final = frozenset({1, 8, 48, 50, 53})
"""Result codes of servers that show nobody anything: operationsError, strongerAuthRequired,
inappropriateAuthentication, insufficientAccessRights, unwillingToPerform (RFC 4511 app. A)."""
_UNREADABLE: Final = (KeyError, IndexError, ValueError, TypeError, AttributeError, RecursionError)
"""What ldap3's quick decoder raises for bytes that are no LDAP."""

Row = dict[str, tuple[str, ...]]
"""Attribute in lower case -> its values."""


class Found(msgspec.Struct, frozen=True):
    """What a search brought. whole: the server held nothing back."""

    rows: tuple[Row, ...] = ()
    whole: bool = True


class Login(msgspec.Struct, frozen=True):
    """Whom a directory is to take noc for."""

    user: str
    password: Secret


class Session:
    """A directory within a thread. Every method raises DeviceError and ServiceError."""

    def __init__(self, connection: ldap3.Connection, where: str) -> None:
        self._ldap = connection
        self._where = where

    def bind(self, login: Login | None) -> bool:
        """Log in, or bind as nobody. False: it wants a login. ServiceError ``login``: it refuses this one."""
        from ldap3 import ANONYMOUS, SIMPLE

        if login is None:
            self._ldap.user = None
            self._done(self._ldap.rebind, authentication=ANONYMOUS, read_server_info=False)
        else:
            self._done(
                self._ldap.rebind, user=login.user, password=login.password.reveal(), authentication=SIMPLE,
                read_server_info=False,
            )  # fmt: skip
        code = int(self._ldap.result["result"])
        if login is None and code in (_WRONG_LOGIN, *_WANTS_LOGIN):
            return False
        if code == _WRONG_LOGIN:
            raise ServiceError("login", "it refuses the login", self._where)
        self._expect(code, "the login")
        return True

    def search(self, base: str, attributes: tuple[str, ...] = (), *, most: int = 0) -> Found | None:
        """What lies below `base` and at it, at most so many entries (0: all); None: it wants a login.

        ServiceError ``missing``: there is no such node.
        """
        from ldap3 import NO_ATTRIBUTES, SUBTREE

        self._done(
            self._ldap.search, base, "(objectClass=*)", search_scope=SUBTREE,
            attributes=attributes or NO_ATTRIBUTES, size_limit=most,
        )  # fmt: skip
        code = int(self._ldap.result["result"])
        if code in _WANTS_LOGIN:
            return None
        if code == _NO_SUCH_OBJECT:
            raise ServiceError("missing", f"it has no node {base or 'at its root'}", self._where)
        if code != _SIZE_LIMIT:
            self._expect(code, "the search")
        entries = (entry for entry in self._ldap.response or () if entry.get("type") == "searchResEntry")
        return Found(tuple(map(_row, entries)), code != _SIZE_LIMIT)

    def _done(self, work: Callable[..., object], *words: object, **more: object) -> None:
        from ldap3.core.exceptions import LDAPException

        try:
            work(*words, **more)
        except LDAPException as error:
            raise DeviceError("garbage", f"no LDAP: {error}", self._where) from None
        except _UNREADABLE:
            raise DeviceError("garbage", "what it answers is no LDAP", self._where) from None

    def _expect(self, code: int, what: str) -> None:
        if code != _SUCCESS:
            raise ServiceError("answer", f"it answers {what} with LDAP result {code}", self._where)


async def in_directory(
    address: str, port: int, trust: Trust, work: Callable[[Session], T], *, deadline: float = DEADLINE
) -> T:
    """Do some work in a directory. work: runs in a thread. Raises DeviceError; what `work` raises."""
    loop = asyncio.get_running_loop()
    where = f"{address}:{port}"
    end = time.monotonic() + deadline
    connection = await Connection.open(
        address, port, trust.context(), trust.name or address, loop.time() + deadline
    )
    try:
        connection.check(trust)
        line = _Line(connection.release(), end, where)
    except BaseException:
        connection.close()
        raise
    try:
        return await loop.run_in_executor(_threads(), _work, line, work, where)
    except asyncio.CancelledError:
        line.cut()
        raise


async def look(address: str, port: int, trust: Trust, login: Login | None, base: str) -> str:
    """Bind and search for one entry; what it let us, in a few words. Raises DeviceError, ServiceError.

    Where no base is known, that the search is answered at all is enough.
    """

    def work(session: Session) -> str:
        if not session.bind(login):
            return "asks for a login"
        try:
            found = session.search(base, most=1)
        except ServiceError as error:
            if base or error.code != "missing":
                raise
            found = Found()
        if found is None:
            return "asks for a login"
        return f"takes the login of {login.user}" if login else "answers without a login"

    return await in_directory(address, port, trust, work)


class _Line:
    """The socket as ldap3 uses it: each wait ends at the deadline, and all that comes is counted."""

    def __init__(self, sock: ssl.SSLSocket, end: float, where: str) -> None:
        self._sock = sock
        self._end = end
        self._where = where
        self._received = 0

    def recv(self, size: int) -> bytes:
        """The next bytes. Raises DeviceError."""
        with self._waiting():
            data = self._sock.recv(max(size, READ_SIZE))
        if not data:
            raise DeviceError("garbage", "it hangs up before it has answered", self._where)
        if not self._received and data[0] != ber.SEQUENCE:
            raise DeviceError("garbage", "what it answers is no LDAP", self._where)
        self._received += len(data)
        if self._received > MOST_BYTES:
            raise DeviceError("too-big", f"its answers are longer than {MOST_BYTES >> 20} MB", self._where)
        return data

    def sendall(self, data: bytes) -> None:
        """Send all of it. Raises DeviceError."""
        with self._waiting():
            self._sock.sendall(data)

    def shutdown(self, how: int) -> None:
        """End the connection in that direction. Raises OSError, for which ldap3 is ready."""
        self._sock.shutdown(how)

    def cut(self) -> None:
        """End every wait in the thread at once, so that a collector that stops is not held up."""
        with suppress(OSError):
            socket.socket.shutdown(self._sock, socket.SHUT_RDWR)

    def close(self) -> None:
        """Give the socket back."""
        self._sock.close()

    @contextmanager
    def _waiting(self) -> Iterator[None]:
        left = self._end - time.monotonic()
        try:
            if left <= 0:
                raise TimeoutError
            self._sock.settimeout(left)
            yield
        except TimeoutError:
            raise DeviceError("timeout", "no answer in time", self._where) from None
        except OSError as error:
            raise DeviceError("garbage", f"it ends the connection: {error}", self._where) from None


def _work(line: _Line, work: Callable[[Session], T], where: str) -> T:
    """The work on an open line; in a thread."""
    import ldap3

    connection = ldap3.Connection(
        ldap3.Server("127.0.0.1", get_info=ldap3.NONE), auto_referrals=False, raise_exceptions=False
    )
    connection.strategy._outstanding = {}  # as its own `open` would leave it, without a socket of its own
    connection.socket, connection.closed, connection.listening = line, False, True
    try:
        return work(Session(connection, where))
    finally:
        line.close()


def _row(entry: dict[str, dict[str, list[bytes]]]) -> Row:
    return {
        name.lower(): tuple(value.decode("utf-8", "replace") for value in values)
        for name, values in entry["raw_attributes"].items()
    }


@functools.cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(THREADS, thread_name_prefix="ldap")
