"""What devices push, by the words of a dialect: a line of syslog or the fields of a forwarded event.

A push proves nothing: anybody may send one. Reference: device-interface, ch. 9 and 10.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from noc.devices.codec.ber import Varbind
from noc.devices.codec.syslog import Message
from noc.devices.codec.traps import ENTERPRISE_SPECIFIC, Trap
from noc.devices.dialect import Dialect
from noc.devices.faults import UNKNOWN_SEVERITY, Fault, code_of
from noc.devices.logtext import AuditLine, Reader, RejectedLine
from noc.devices.reading import number, seconds

Told = AuditLine | RejectedLine | Fault


class Push(msgspec.Struct, frozen=True):
    """A push that was understood. told: what happened, None for what no record is made of (calls, accepted
    registrations, connections). sender: hardware id or serial of the device it is about ("" = not said).
    """

    told: Told | None
    sender: str = ""
    channel: str = "push"
    """By which the number of a severity is to be read (`noc.hosting.alarms.CHANNELS`)."""


_OF_ALARMS = {"diag-alarm": "alarm", "diag-alarm-clear": "clear"}
"""Traps that tell of an alarm, and the type of event that each is."""


class PushReader:
    """Reads pushes. Raises DialectError at once for a pattern that cannot be used."""

    def __init__(self, dialect: Dialect) -> None:
        self._words = {key: dialect[key] for key in dialect if key.startswith(("push.", "alarm."))}
        self._types = dialect.tokens("alarm.type.")
        self._lines = Reader(dialect)
        self._fault = dialect.pattern("push.fault", "type", "code", "severity", "source", "text")
        self._quiet = [dialect.pattern(key) for key in ("push.quiet", "push.accepted")]
        self._call = dialect.pattern("push.call")
        self._enterprise = dialect["snmp.enterprise"]
        self._traps = {dialect.integer(f"snmp.trap.{name}"): kind for name, kind in _OF_ALARMS.items()}

    def message(self, message: Message) -> Push | None:
        """What a message of syslog tells, None if no pattern fits."""
        return next((push for text in message.texts if (push := self.line(text)) is not None), None)

    def line(self, text: str) -> Push | None:
        """What a line tells, None if no pattern fits."""
        if told := self._lines.line(text):
            return Push(told)
        if found := self._fault.fullmatch(text):
            return Push(
                Fault(
                    type=self._types.get(found["type"], found["type"]),
                    code=code_of(found["code"]),
                    severity=number(found["severity"], UNKNOWN_SEVERITY),
                    source=found["source"],
                    text=found["text"].strip(),
                )
            )
        return Push(None) if any(pattern.fullmatch(text) for pattern in self._quiet) else None

    def event(self, told: Mapping[str, str]) -> Push | None:
        """What a forwarded event tells, None if it is of no known kind."""
        words = self._words
        event = told.get(words["push.event"], "")
        sender = told.get(words["push.from"], "") or told.get(words["push.server"], "")
        if event == words["push.event.log"]:
            push = self.line(told.get(words["push.message"], ""))
            return self._dated(push, sender, seconds(told.get(words["push.time"], ""))) if push else None
        if event in self._types:
            return Push(self._forwarded(event, told), sender)
        return Push(None, sender) if self._call.fullmatch(event) else None

    def trap(self, trap: Trap) -> Push | None:
        """What a trap tells, None if it is none of these devices. Its variables are read by position, since
        one name stands for several of them (device-interface, ch. 8)."""
        if trap.enterprise.removeprefix(".") != self._enterprise or trap.generic != ENTERPRISE_SPECIFIC:
            return None
        kind = self._traps.get(trap.specific)
        if kind is None:
            return Push(None)
        code, source, severity, text = (*trap.varbinds, *(4 * (None,)))[:4]
        number_told = _gauge(code)
        if number_told is None:
            return None
        ranked = _gauge(severity)
        told = Fault(
            type=kind,
            code=f"0x{number_told:08x}",
            severity=UNKNOWN_SEVERITY if ranked is None else ranked,
            source=_text(source),
            text=_text(text),
        )
        return Push(told, channel="trap")

    def _dated(self, push: Push, sender: str, time: int) -> Push:
        """A line without a time of its own has that of its event."""
        if push.told is None or push.told.time:
            return Push(push.told, sender)
        return Push(msgspec.structs.replace(push.told, time=time), sender)

    def _forwarded(self, event: str, told: Mapping[str, str]) -> Fault:
        def value(key: str) -> str:
            return told.get(self._words[f"alarm.{key}"], "")

        return Fault(
            type=self._types[event],
            code=code_of(value("code")),
            severity=number(value("severity"), UNKNOWN_SEVERITY),
            time=seconds(told.get(self._words["push.time"], "")),
            serial=value("serial"),
            source=value("source"),
            text=value("text"),
            details=value("details"),
        )


def _gauge(variable: Varbind | None) -> int | None:
    """A number of 32 bits, None for anything else."""
    value = variable.value if variable else None
    return value if isinstance(value, int) and 0 <= value < 1 << 32 else None


def _text(variable: Varbind | None) -> str:
    value = variable.value if variable else None
    return value.rstrip(b"\0").decode("utf-8", "replace") if isinstance(value, bytes) else ""
