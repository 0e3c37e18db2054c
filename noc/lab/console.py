"""The console behind ``/!``: config lines, write, activate, show and restarts.

Write saves, activate applies; what is not written is lost at the next restart
(reference/device-interface.md, ch. 1, "Configuration text and console").
"""

from __future__ import annotations

from noc.devices.codec.cfgtext import ConfigTextError, parse
from noc.devices.dialect import Dialect
from noc.lab.config import ConfigText, RefusedLineError
from noc.lab.model import Device


class Console:
    """Carries out console lines on devices."""

    def __init__(self, words: Dialect, config: ConfigText) -> None:
        self._words = words
        self._restarts = frozenset(words.tokens("console.restart."))
        self._config = config

    def run(self, device: Device, line: str, *, may_write: bool, now: int) -> tuple[str, bool]:
        """The output of one console line, and whether it changed what the device does."""
        words = self._words
        if line == words["config.show"]:
            return "\r\n".join(self._config.render(device)) + "\r\n", False
        if line not in self._restarts and not line.startswith("config "):
            return words["answer.unknown-module"], False
        if not may_write:
            return f"{words['answer.error']}: {words['config.no-access']}\r\n", False
        return self._change(device, line, now)

    def restart(self, device: Device, now: int) -> None:
        """The device starts again with what was written last."""
        if device.saved is not None:
            device.settings = device.saved
        device.pending = None
        device.saved = None
        device.started = now
        device.log = ()
        self._rename(device)

    def _change(self, device: Device, line: str, now: int) -> tuple[str, bool]:
        words = self._words
        if line in self._restarts:
            self.restart(device, now)
            return words["console.ok"], True
        if line == words["console.write"]:
            device.saved = self._config.pending(device)
            return words["console.ok"], False
        if line == words["console.activate"]:
            return words["console.ok"], self._activate(device)
        return self._edit(device, line), False

    def _activate(self, device: Device) -> bool:
        if device.pending is None:
            return False
        if device.saved is None:
            device.saved = device.settings
        device.settings, device.pending = device.pending, None
        self._rename(device)
        return True

    def _rename(self, device: Device) -> None:
        """A device without a configured name is called as the platform calls it."""
        name = dict(device.settings.other).get((self._words["command.module"], ""), ())
        device.title = dict(name).get(self._words["command.name"]) or device.name

    def _edit(self, device: Device, line: str) -> str:
        try:
            device.pending = self._config.edit(device, parse(line))
        except (ConfigTextError, RefusedLineError) as error:
            return f"{self._words['answer.error']}: {error.what}\r\n"
        return self._words["console.ok"]
