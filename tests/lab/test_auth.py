"""Logins beside what curl shows: nonces that grow old, headers that are no logins."""

from __future__ import annotations

import hashlib
import re

import pytest

from noc.lab.auth import NONCE_SECONDS, Account, Login

VIEWER = Account("noc-read", "viewer", "sesäme")


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


def md5(text: str) -> str:
    """As the protocol wants it."""
    return hashlib.md5(text.encode()).hexdigest()


def digest(challenge: str, target: str, password: str = VIEWER.password) -> str:
    """The Authorization header that answers a challenge (RFC 7616, ch. 3.4)."""
    nonce, realm = (re.search(rf'{name}="([^"]*)"', challenge)[1] for name in ("nonce", "realm"))  # type: ignore[index]
    middle = f"{nonce}:00000001:0a4f113b:auth"
    response = md5(f"{md5(f'{VIEWER.user}:{realm}:{password}')}:{middle}:{md5(f'GET:{target}')}")
    return (
        f'Digest username="{VIEWER.user}", realm="{realm}", nonce="{nonce}", uri="{target}", '
        f'qop=auth, nc=00000001, cnonce="0a4f113b", response="{response}"'
    )


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def login(clock: Clock) -> Login:
    return Login([VIEWER], "hoster.example", clock)


def test_a_right_digest(login: Login) -> None:
    header = digest(login.challenges()[0][1], "/cfg.txt?x=1")
    assert login.account(header, "GET", "/cfg.txt?x=1") is VIEWER
    assert login.account(header, "POST", "/cfg.txt?x=1") is None
    assert login.account(header, "GET", "/other") is None


def test_a_wrong_password(login: Login) -> None:
    header = digest(login.challenges()[0][1], "/", password="open")
    assert login.account(header, "GET", "/") is None
    assert "stale" not in login.challenges(header)[0][1]


def test_an_old_nonce_is_stale(login: Login, clock: Clock) -> None:
    header = digest(login.challenges()[0][1], "/")
    clock.now += NONCE_SECONDS - 1
    assert login.account(header, "GET", "/") is VIEWER
    clock.now += 2
    assert login.account(header, "GET", "/") is None
    again = login.challenges(header)[0][1]
    assert again.endswith("stale=true")
    assert login.account(digest(again, "/"), "GET", "/") is VIEWER


def test_a_nonce_of_somebody_else_is_not_stale(login: Login, clock: Clock) -> None:
    header = digest(Login([VIEWER], "hoster.example", clock).challenges()[0][1], "/")
    clock.now += NONCE_SECONDS * 2
    assert login.account(header, "GET", "/") is None
    assert "stale" not in login.challenges(header)[0][1]


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Basic",
        "Basic !!",
        "Basic " + "/w==",
        "Digest",
        'Digest uri="/"',
        "Bearer x",
        'Digest uri="/", nonce="zz"',
    ],
)
def test_what_is_no_login(login: Login, header: str) -> None:
    assert login.account(header, "GET", "/") is None
    assert len(login.challenges(header)) == 2


def test_a_password_is_never_shown() -> None:
    assert VIEWER.password not in repr(VIEWER)
