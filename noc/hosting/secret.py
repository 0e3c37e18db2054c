"""A secret in use: shown nowhere, revealed only where it goes onto the wire.

Neither ``repr``, ``str``, formatting, pickling nor an error message shows what it holds, and it
cannot be serialised by accident.
"""

from __future__ import annotations

from typing import Final, NoReturn

HIDDEN: Final = "********"


class Secret:
    """Text that must not be seen. `reveal()` is the only way to it."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself: call it where it is sent, never keep what it returns."""
        return self._text

    def __bool__(self) -> bool:
        return bool(self._text)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        import hmac

        return hmac.compare_digest(self._text.encode(), other._text.encode())

    def __hash__(self) -> int:
        return hash((Secret, self._text))

    def __repr__(self) -> str:
        return f"Secret({HIDDEN})"

    def __str__(self) -> str:
        return HIDDEN

    def __format__(self, spec: str) -> str:
        return format(HIDDEN, spec)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not written anywhere: pass a reference to it instead")
