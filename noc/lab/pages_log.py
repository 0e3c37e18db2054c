"""The pages that tell what happened at a device: its event list and its log; and who writes audit lines.

Reference: device-interface, ch. 1 "Query and console", 9 and 10.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from typing import Final
from urllib.parse import parse_qsl

from noc.devices.codec.cfgtext import ConfigTextError, encode
from noc.devices.dialect import Dialect
from noc.lab.diary import VALUES, Event, Line, masked, note_line
from noc.lab.exchange import TEXT, Answer, Context, Request
from noc.lab.markup import element, escape
from noc.lab.model import Device
from noc.lab.pieces import Alarm
from noc.lab.rules import REJECTED, UNAUTHORIZED

_PIECE: Final = 300
_REASONS: Final = {UNAUTHORIZED: "log.reason.password", REJECTED: "log.reason.unknown"}
_COMMANDS: Final = ("query.show", "counters.list", "counters.one")
_ADDRESSES: Final = ("alarms.url", "events.url", "x509.url")
"""What only reads: commands, and the addresses that hold one."""


def faults(context: Context, device: Device, request: Request) -> Answer:
    """The alarms that stand, its own and those that its phones pushed, or what happened, oldest first."""
    words = context.words
    asked, root = request.query.get(words["query.command"], ""), words["answer.root"]
    listed: list[Event] = []
    if asked == _command(words, "alarms.url"):
        listed = [Event("alarm", alarm, alarm.time) for alarm in device.alarms.values()]
    elif asked == _command(words, "events.url"):
        listed = [*device.events]
    elements = (fault(words, event.type, event.alarm, event.time) for event in listed)
    return Answer(_within(f"<{root}>", elements, f"</{root}>"))


def fault(words: Dialect, kind: str, alarm: Alarm, seconds: int) -> str:
    """The element of an alarm or event. kind: alarm | clear | error; seconds: unix time that it bears."""
    details = element(words["alarm.details-registration"], {words["alarm.details-reason"]: alarm.reason})
    inner = element(words["alarm.text"], {}, escape(alarm.text))
    if alarm.reason:
        inner += element(words["alarm.details"], {}, details)
    return element(
        words["alarm.element"],
        {
            words["alarm.type"]: words[f"alarm.type.{kind}"],
            words["alarm.severity"]: alarm.severity,
            words["alarm.code"]: alarm.code,
            words["alarm.time"]: seconds,
            words["alarm.host"]: alarm.host or None,
            words["alarm.serial"]: alarm.serial or None,
            words["alarm.source"]: alarm.source,
        },
        inner,
    )


def log(context: Context, device: Device, _request: Request) -> Answer:
    """The log as text, oldest line first."""
    lines = (f"{text(context.words, one)}\r\n" for one in device.log)
    return Answer(_within("", lines, ""), TEXT)


def text(words: Dialect, line: Line) -> str:
    """A line of the log without its end."""
    values = dict(zip(VALUES[line.kind], line.values, strict=True))
    if "reason" in values:
        values["reason"] = words[_REASONS[values["reason"]]]
    date = time.strftime(words["log.time"], time.gmtime(line.time))
    return f"{date} {words[f'log.line.{line.kind}'].format(**values)}"


class Auditor:
    """Writes into a device's log what an account did to it."""

    def __init__(self, words: Dialect) -> None:
        self._words = words
        addressed = {_command(words, key) for key in _ADDRESSES}
        self._reading = addressed | {words[key] for key in _COMMANDS}

    def console(self, context: Context, device: Device, line: str, user: str, address: str) -> None:
        """A console line was given."""
        self._note(context, device, line, user, address)

    def page(self, context: Context, device: Device, request: Request) -> None:
        """A page was asked for; only one that changes something is written down."""
        command = request.query.get(self._words["query.command"], "")
        if command and command not in self._reading and request.account and request.may_write:
            module = request.path.strip("/").rpartition("/")[0]
            args = " ".join(f"/{key} {_value(value)}".rstrip() for key, value in request.query.items())
            self._note(
                context,
                device,
                f"{self._words['console.command']} {module} {command} {args}",
                request.account.user,
                request.peer,
            )

    def _note(self, context: Context, device: Device, command: str, user: str, address: str) -> None:
        shown = masked(command, self._words["log.masked"])
        note_line(device, "audit", int(context.now()), user, address, shown)


def _command(words: Dialect, key: str) -> str:
    """The command in an address of the dialect, "" if there is none."""
    return dict(parse_qsl(words[key].partition("?")[2])).get(words["query.command"], "")


def _value(value: str) -> str:
    try:
        return encode(value)
    except ConfigTextError:  # an empty value is a bare key
        return ""


def _within(opening: str, elements: Iterator[str], closing: str) -> Iterator[str]:
    """Elements between a beginning and an end, in pieces."""
    yield opening
    while piece := "".join(itertools.islice(elements, _PIECE)):
        yield piece
    yield closing
