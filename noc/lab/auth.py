"""Logins at the devices' admin interface: accounts, Digest (RFC 7616, MD5) and Basic (RFC 7617).

The accounts are those of the realm, so they are good at every device. A viewer may only read.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

_PARAMETER = re.compile(r'(\w+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))')
_NONCE_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Account:
    """An account of the realm. right: admin | viewer."""

    user: str
    right: str
    password: str = field(repr=False)

    @property
    def may_write(self) -> bool:
        """Whether it may change anything."""
        return self.right == "admin"


class Login:
    """Checks the Authorization header of requests and makes the challenges."""

    def __init__(self, accounts: list[Account], realm: str) -> None:
        self._accounts = {account.user: account for account in accounts}
        self._realm = realm
        self._secret = secrets.token_bytes(16)

    def challenges(self) -> list[tuple[str, str]]:
        """The WWW-Authenticate headers of a 401."""
        digest = f'Digest realm="{self._realm}", qop="auth", algorithm=MD5, nonce="{self._nonce()}"'
        return [("WWW-Authenticate", digest), ("WWW-Authenticate", f'Basic realm="{self._realm}"')]

    def account(self, header: str, method: str, target: str) -> Account | None:
        """The account that proves itself in this header; None if none does.

        target: the request target as sent. A Digest for another target is refused.
        """
        scheme, _, rest = header.partition(" ")
        if scheme.lower() == "basic":
            return self._basic(rest)
        if scheme.lower() == "digest":
            fields = {name.lower(): quoted or bare for name, quoted, bare in _PARAMETER.findall(rest)}
            return self._digest(fields, method) if fields.get("uri") == target else None
        return None

    def _basic(self, token: str) -> Account | None:
        try:
            user, _, password = base64.b64decode(token.strip(), validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return None
        account = self._accounts.get(user)
        return account if account and _same(account.password, password) else None

    def _digest(self, fields: Mapping[str, str], method: str) -> Account | None:
        account = self._accounts.get(fields.get("username", ""))
        if account is None or not self._known(fields.get("nonce", "")):
            return None
        first = _md5(f"{account.user}:{self._realm}:{account.password}")
        second = _md5(f"{method}:{fields['uri']}")
        middle = [fields.get("nonce", "")]
        if fields.get("qop") == "auth":
            middle += [fields.get("nc", ""), fields.get("cnonce", ""), "auth"]
        expected = _md5(":".join([first, *middle, second]))
        return account if _same(expected, fields.get("response", "")) else None

    def _nonce(self) -> str:
        stamp = f"{int(time.time()):x}"
        return stamp + self._mark(stamp)

    def _known(self, nonce: str) -> bool:
        """Whether the nonce is ours and not too old."""
        stamp = nonce[:-32]
        if not stamp or not _same(nonce[-32:], self._mark(stamp)):
            return False
        return time.time() - int(stamp, 16) < _NONCE_SECONDS

    def _mark(self, stamp: str) -> str:
        return hmac.new(self._secret, stamp.encode(), hashlib.sha256).hexdigest()[:32]


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


def _md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()  # noqa: S324 - what the protocol prescribes
