"""A room that is entered when something of it is first wanted.

The console opens with the Wall: what works out lists that nobody looks at yet is not loaded before.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any


class Later:
    """Stands for the module of that name, with all that it has. May be used from any thread."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, word: str) -> Any:
        return getattr(import_module(self._name), word)
