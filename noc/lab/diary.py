"""What a device of the lab writes down as it happens: its event list and its log, the last lines of each.

Tuples of shared values, so that a page, an observer and the device may hold the same list. Nothing is written
while the platform starts: 135,000 phones register then. Device interface, ch. 9 and 10.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from noc.devices.codec.cfgtext import is_secret

if TYPE_CHECKING:
    from collections.abc import Mapping

    from noc.lab.model import Device
    from noc.lab.pieces import Alarm

EVENTS_KEPT: Final = 50
"""Lines of an event list (W:Services/Logging)."""
LINES_KEPT: Final = 200
FOR_PHONES: Final = 20
"""So many times as long are the lists of a Frontend, to which its phones tell theirs."""


class Event(NamedTuple):
    """A line of an event list. type: alarm | clear | error; time: the device's own unix seconds."""

    type: str
    alarm: Alarm
    time: int


class Line(NamedTuple):
    """A line of a log. kind: audit | rejected | confirmed | connected; values: of `VALUES`, in its order."""

    kind: str
    values: tuple[str, ...]
    time: int


VALUES: Final[Mapping[str, tuple[str, ...]]] = {
    "audit": ("user", "address", "command"),
    "rejected": ("n", "number", "name", "reason"),
    "confirmed": ("n", "number", "name", "address"),
    "connected": ("n", "local", "remote"),
}
"""What a line of each kind says. reason: as `rules` name it."""


def raise_alarm(device: Device, key: tuple[str, str], alarm: Alarm, now: int) -> None:
    """Put an alarm into the list of those that stand, and into the event list."""
    device.alarms[key] = alarm
    note_event(device, "alarm", alarm, now)


def clear_alarm(device: Device, key: tuple[str, str], now: int) -> None:
    """Take an alarm out of the list of those that stand; the event list tells it."""
    alarm = device.alarms.pop(key, None)
    if alarm is not None:
        note_event(device, "clear", alarm, now)


def note_event(device: Device, kind: str, alarm: Alarm, now: int) -> None:
    """An alarm was raised or cleared, or an error happened, at `now` (right unix seconds)."""
    kept = EVENTS_KEPT * _share(device)
    device.events = (*device.events, Event(kind, alarm, device.time(now)))[-kept:]


def note_line(device: Device, kind: str, now: int, *values: str) -> None:
    """Something that the log tells happened at `now` (right unix seconds)."""
    kept = LINES_KEPT * _share(device)
    device.log = (*device.log, Line(kind, values, device.time(now)))[-kept:]


def note_rejected(device: Device, name: str, reason: str, now: int) -> None:
    """The device refused a registration. reason: unauthorized | rejected."""
    note_line(device, "rejected", now, "0", "", name, reason)


def note_confirmed(device: Device, name: str, address: str, now: int) -> None:
    """The device accepted a registration that was not there before."""
    note_line(device, "confirmed", now, "0", "", name, address)


def masked(command: str, mask: str) -> str:
    """A command as the log has it: `mask` stands for the values of secret keys."""
    words = command.split(" ")
    for place in range(1, len(words)):
        key = words[place - 1]
        if key.startswith("/") and is_secret(key[1:]) and not words[place].startswith("/"):
            words[place] = mask
    return " ".join(words)


def _share(device: Device) -> int:
    return FOR_PHONES if device.kind == "frontend" else 1
