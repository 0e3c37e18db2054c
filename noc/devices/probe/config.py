"""The configuration text as probing sees it: which modules and keys there are; values stay inside.

Reference: device-interface, ch. 1, "Configuration text and console".
"""

from __future__ import annotations

from collections.abc import Iterable

from noc.devices.codec.cfgtext import ConfigLine, ConfigTextError, parse


class Config:
    """A ``cfg.txt`` taken apart. Lines that are no ``config`` lines are kept as text for `has_line` only."""

    def __init__(self, body: bytes) -> None:
        self._texts = body.decode("utf-8", "replace").splitlines()
        self._lines = [line for text in self._texts if (line := _parsed(text))]
        self.modules = frozenset(line.module for line in self._lines)

    def __repr__(self) -> str:
        return f"Config({len(self._lines)} lines)"

    def has_line(self, head: str) -> bool:
        """Whether a line begins so."""
        return any(text.startswith(head) for text in self._texts)

    def keys(self, module: str) -> frozenset[str]:
        """The keys of all lines of a module."""
        return frozenset(arg.key for line in self._lines if line.module == module for arg in line.args)

    def values(self, modules: Iterable[str], key: str) -> set[str]:
        """The values of one key in these modules."""
        wanted = frozenset(modules)
        lines = (line for line in self._lines if line.module in wanted)
        return {arg.value or "" for line in lines for arg in line.args if arg.key == key}


def _parsed(text: str) -> ConfigLine | None:
    """A configuration line; None for what is none: variables, objects, and lines of another grammar."""
    try:
        return parse(text)
    except ConfigTextError:
        return None
