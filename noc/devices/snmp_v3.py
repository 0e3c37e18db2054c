"""Questions of SNMP 3 with authentication and privacy (USM: SHA-1, AES-128), spoken by pysnmp.

pysnmp is slow for wide walks, but complete; it is loaded only where a login of version 3 is used.
Sources: RFC 3414, RFC 3826.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from noc.devices.codec import ber
from noc.devices.codec.ber import Message, Varbind
from noc.devices.errors import DeviceError
from noc.hosting.errors import NocError

if TYPE_CHECKING:
    from noc.devices.snmp import User

_SILENT = "is SNMP version 3 switched on there, and this host an allowed network?"
_LOGIN = ("unknownUserName", "wrongDigest", "decryptionError", "unsupportedSecurityLevel")
_SHORTEST = 8
_TRIES = 3


class UserEndpoint:
    """Asks one agent as a user of version 3. remote: address and port; deadline: seconds a question;
    where: for messages."""

    def __init__(self, remote: tuple[str, int], user: User, deadline: float, where: str) -> None:
        for word, secret in (("authentication", user.authentication), ("privacy", user.privacy)):
            if len(secret.reveal()) < _SHORTEST:
                raise NocError(
                    f"the {word} password has less than {_SHORTEST} characters", where, "RFC 3414 asks for 8"
                )
        self._remote = remote
        self._deadline = deadline
        self._where = where
        self._user = user
        self._api = _loaded("pysnmp.hlapi.v3arch.asyncio", where)
        self._engine = self._api.SnmpEngine()

    def __repr__(self) -> str:
        return f"UserEndpoint({self._where})"

    async def ask(self, pdu: int, oids: Sequence[bytes], error: int = 0, index: int = 0) -> Message:
        """The answer to one question. Raises DeviceError."""
        api = self._api
        target = await api.UdpTransportTarget.create(
            self._remote, timeout=self._deadline / _TRIES, retries=_TRIES - 1
        )
        asked = [api.ObjectType(api.ObjectIdentity(ber.whole(oid))) for oid in oids]
        common = (self._engine, self._login(), target, api.ContextData())
        if pdu == ber.GET_BULK:
            told = await api.bulk_cmd(*common, error, index, *asked, lookupMib=False)
        else:
            command = api.get_cmd if pdu == ber.GET else api.next_cmd
            told = await command(*common, *asked, lookupMib=False)
        return self._message(*told)

    def close(self) -> None:
        """Give the socket back."""
        self._engine.close_dispatcher()

    def _login(self) -> Any:
        return self._api.UsmUserData(
            self._user.name,
            self._user.authentication.reveal(),
            self._user.privacy.reveal(),
            authProtocol=self._api.usmHMACSHAAuthProtocol,
            privProtocol=self._api.usmAesCfb128Protocol,
        )

    def _message(self, failed: Any, error: Any, index: Any, varbinds: Any) -> Message:
        if failed is not None:
            raise self._refused(type(failed).__name__, str(failed))
        encoder = _loaded("pyasn1.codec.ber.encoder", self._where)
        found = [_varbind(name, encoder.encode(value)) for name, value in varbinds]
        return Message(3, b"", ber.RESPONSE, 0, int(error), int(index), found)

    def _refused(self, kind: str, text: str) -> DeviceError:
        if kind == "RequestTimedOut":
            return DeviceError("timeout", f"no answer within {self._deadline:g} s", self._where, _SILENT)
        if kind[:1].lower() + kind[1:] in _LOGIN:
            return DeviceError("login", text, self._where, "check the user and its two passwords")
        return DeviceError("garbage", text, self._where)


def _varbind(name: Any, encoded: bytes) -> Varbind:
    start, stop = ber.part(encoded, 0, len(encoded), encoded[0])
    return Varbind(ber.oid(str(name)), encoded[0], encoded[start:stop])


def _loaded(module: str, where: str) -> Any:
    try:
        return importlib.import_module(module)
    except ImportError:
        raise NocError("SNMP version 3 needs pysnmp", where, "install noc[snmp3], or use version 1") from None
