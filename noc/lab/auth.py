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
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

_PARAMETER = re.compile(r'(\w+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))')
NONCE_SECONDS = 300


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
    """Checks the Authorization header of requests and makes the challenges. now: unix seconds."""

    def __init__(self, accounts: list[Account], realm: str, now: Callable[[], float]) -> None:
        self._now = now
        self._accounts = {account.user: account for account in accounts}
        self._realm = realm
        self._secret = secrets.token_bytes(16)

    def challenges(self, header: str = "") -> list[tuple[str, str]]:
        """The WWW-Authenticate headers of a 401.

        header: the Authorization that was refused; a nonce of ours that has grown too old is called
        stale, so that the client tries again by itself.
        """
        digest = f'Digest realm="{self._realm}", qop="auth", algorithm=MD5, nonce="{self._nonce()}"'
        if self._is_ours(nonce := _fields(header).get("nonce", "")) and not self._is_fresh(nonce):
            digest += ", stale=true"
        return [("WWW-Authenticate", digest), ("WWW-Authenticate", f'Basic realm="{self._realm}"')]

    def account(self, header: str, method: str, target: str) -> Account | None:
        """The account that proves itself in this header; None if none does.

        target: the request target as sent. A Digest for another target is refused.
        """
        scheme, _, rest = header.partition(" ")
        if scheme.lower() == "basic":
            return self._basic(rest)
        if scheme.lower() == "digest":
            fields = _fields(rest)
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
        nonce = fields.get("nonce", "")
        if account is None or not self._is_ours(nonce) or not self._is_fresh(nonce):
            return None
        first = _md5(f"{account.user}:{self._realm}:{account.password}")
        second = _md5(f"{method}:{fields['uri']}")
        middle = [nonce]
        if fields.get("qop") == "auth":
            middle += [fields.get("nc", ""), fields.get("cnonce", ""), "auth"]
        expected = _md5(":".join([first, *middle, second]))
        return account if _same(expected, fields.get("response", "")) else None

    def _nonce(self) -> str:
        stamp = f"{int(self._now()):x}"
        return stamp + self._mark(stamp)

    def _is_ours(self, nonce: str) -> bool:
        stamp = nonce[:-32]
        return bool(stamp) and _same(nonce[-32:], self._mark(stamp))

    def _is_fresh(self, nonce: str) -> bool:
        return self._now() - int(nonce[:-32], 16) < NONCE_SECONDS

    def _mark(self, stamp: str) -> str:
        return hmac.new(self._secret, stamp.encode(), hashlib.sha256).hexdigest()[:32]


def _fields(parameters: str) -> dict[str, str]:
    return {name.lower(): quoted or bare for name, quoted, bare in _PARAMETER.findall(parameters)}


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


def _md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()  # noqa: S324 - what the protocol prescribes
