"""Asking at the terminal itself: passphrases unseen, confirmations, and one secret on the alternate screen.

Nothing is read from standard input and no secret goes to standard output: both may be files.
"""

from __future__ import annotations

import getpass
import os
import termios
from collections.abc import Iterator
from contextlib import contextmanager

from noc.hosting.errors import UsageError
from noc.hosting.secret import Secret
from noc.hosting.text import safe_text

_TERMINAL = "/dev/tty"
_ENTER_ALTERNATE = b"\x1b[?1049h\x1b[2J\x1b[H"
_LEAVE_ALTERNATE = b"\x1b[2J\x1b[H\x1b[?1049l"


def ask_secret(prompt: str) -> Secret:
    """What is typed, unseen. Raises UsageError without a terminal or for an empty line."""
    with _terminal():
        secret = Secret(getpass.getpass(f"{prompt}: "))
    if not secret:
        raise UsageError("nothing was typed", prompt, "try again")
    return secret


def ask_new_secret(prompt: str) -> Secret:
    """The same typed twice. Raises UsageError where the two differ."""
    secret = ask_secret(prompt)
    if ask_secret(f"{prompt}, again") != secret:
        raise UsageError("the two differ", prompt, "try again")
    return secret


def confirm(question: str, word: str) -> None:
    """Let the operator type `word`; anything else raises UsageError."""
    with _terminal() as terminal:
        os.write(terminal, f"{question}\nType {word} to go on: ".encode())
        typed = _line(terminal)
    if typed != word:
        raise UsageError("not confirmed", remedy="nothing was changed")


def show_secret(title: str, secret: Secret) -> None:
    """One secret on the alternate screen until Enter is pressed; nothing of it stays in the scrollback."""
    with _terminal() as terminal, _unseen(terminal):
        try:
            os.write(terminal, _ENTER_ALTERNATE + f"{safe_text(title)}\r\n\r\n  ".encode())
            os.write(terminal, safe_text(secret.reveal()).encode() + b"\r\n\r\nEnter closes this.")
            _line(terminal)
        finally:
            os.write(terminal, _LEAVE_ALTERNATE)


def _line(terminal: int) -> str:
    data = bytearray()
    while not data.endswith(b"\n"):
        part = os.read(terminal, 1024)
        if not part:
            break
        data += part
    return data.decode(errors="replace").strip()


@contextmanager
def _terminal() -> Iterator[int]:
    try:
        terminal = os.open(_TERMINAL, os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC)
    except OSError:
        raise UsageError("there is no terminal to ask at", _TERMINAL, "run it in a terminal") from None
    try:
        yield terminal
    finally:
        os.close(terminal)


@contextmanager
def _unseen(terminal: int) -> Iterator[None]:
    """Without echo of what is typed."""
    before = termios.tcgetattr(terminal)
    quiet = [*before]
    quiet[3] &= ~termios.ECHO
    termios.tcsetattr(terminal, termios.TCSAFLUSH, quiet)
    try:
        yield
    finally:
        termios.tcsetattr(terminal, termios.TCSAFLUSH, before)
