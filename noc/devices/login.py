"""Logging in at one device: what a challenge taught is used for the following requests.

The first request of a device goes without credentials; its challenge decides the scheme (Digest
before Basic). All of this happens on verified TLS only: there is no plain connection in this room.
"""

from __future__ import annotations

import os

from noc.devices.codec import digest
from noc.hosting.secret import Secret


class Login:
    """An account at one device, with the nonce in use and its count."""

    __slots__ = ("_answering", "_challenge", "_count", "_password", "user")

    def __init__(self, user: str, password: Secret) -> None:
        self.user = user
        self._password = password
        self._challenge: digest.Challenge | None = None
        self._answering: digest.Answering | None = None
        self._count = 0

    def header(self, method: str, uri: str) -> str | None:
        """The Authorization value of the next request, None while nothing has been asked for."""
        challenge = self._challenge
        if challenge is None:
            return None
        if challenge.scheme == "basic":
            return digest.basic(self.user, self._password)
        if self._answering is None:
            self._answering = digest.Answering(challenge, self.user, self._password)
        self._count += 1
        return self._answering.header(method, uri, self._count, os.urandom(8).hex())

    def learn(self, headers: list[str], refusals: int) -> str:
        """Take the challenge of a 401. Returns "" if asking again makes sense, else why it does not.

        refusals: 401s within this request, this one included. The first may be a nonce that has
        run out; a second is final, unless the device itself says that the nonce was stale.
        """
        offered = digest.challenges(headers)
        if not offered:
            return "it offers no HTTP login (form login only?)"
        if not self.user:
            return "it wants a login, and no account is written for it"
        chosen = digest.choose(offered)
        if chosen is None:
            return f"it offers only {', '.join(sorted({item.scheme for item in offered}))}"
        stale = chosen.get("stale").lower() == "true"
        if refusals > 2 or (refusals == 2 and not stale):
            self._challenge = None
            return f"it refuses the login of {self.user}"
        self._challenge, self._answering, self._count = chosen, None, 0
        return ""
