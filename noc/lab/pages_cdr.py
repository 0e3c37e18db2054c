"""Module CDR0 of a device: the records of its last calls, shown only if its configuration says so.

Nobody telephones in the lab; who called whom when follows from the seed and the device (device-interface,
ch. 2; reference design, ch. Reporting).
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Final

from noc.devices.dialect import Dialect
from noc.lab.exchange import TEXT, Answer, Context, Request
from noc.lab.markup import element
from noc.lab.model import Device, World
from noc.lab.pieces import PbxObject, Settings

_EVERY, _SPREAD = 600, 300
_MOST: Final = 20
"""Calls on the page: the last ones."""
_KINDS: Final = frozenset({"frontend", "media", "pbx"})


def page(context: Context, device: Device, request: Request) -> Answer:
    """The last calls; nothing while the test is off."""
    words, now = context.words, int(context.now())
    if device.kind not in _KINDS:
        return Answer([words["answer.unknown-module"]], TEXT)
    calls = shown(context.world, device, now) if is_on(device.settings, words) else ()
    device.told_calls = calls
    inner = "".join(_call(context, device, began) for began in calls)
    return Answer([element(words["answer.root"], {}, inner)])


def is_on(settings: Settings, words: Dialect) -> bool:
    """Whether these settings switch the test on."""
    keys = dict(settings.other).get((words["cdr.config-module"], ""), ())
    return any(key == words["cdr.config-test"] for key, _ in keys)


def shown(world: World, device: Device, now: int) -> tuple[int, ...]:
    """When the calls that a device holds began: unix seconds, right time. The first is made at its start."""
    return tuple(_calls(world, device, now))[-_MOST:]


def _calls(world: World, device: Device, now: int) -> Iterator[int]:
    if not _users(device):
        return
    last = max(0, now - device.started) // _EVERY
    for number in range(max(0, last - _MOST), last + 1):
        chance = _chance(world, device, number)
        began = device.started + number * _EVERY + (chance % _SPREAD if number else 0)
        if began <= now:
            yield began


def _users(device: Device) -> list[PbxObject]:
    return [item for item in device.objects.values() if item.kind == "user"]


def _chance(world: World, device: Device, number: int) -> int:
    return zlib.crc32(f"{world.seed}/{device.name}/{number}".encode())


def _call(context: Context, device: Device, began: int) -> str:
    """One record. began: right time; the device tells all times by its own clock."""
    words = context.words
    chance = _chance(context.world, device, began)
    users = _users(device)
    user = users[chance % len(users)]
    told = max(0, began + device.clock_offset)
    values: dict[str, str | int | None] = {
        "guid": f"{chance:032x}", "sys": device.system_name, "pbx": device.pbx_name, "node": user.node,
        "long-name": user.long_name, "number": user.number, "name": user.name, "device": user.hardware_id,
        "direction": words["cdr.direction.from" if chance & 256 else "cdr.direction.to"],
        "utc": told, "local": told, "id": chance % 65536,
    }  # fmt: skip
    attributes = {words[f"cdr.{key}"]: value for key, value in values.items()}
    return element(words["cdr.element"], attributes, _events(context, device, began, user))


def _events(context: Context, device: Device, began: int, user: PbxObject) -> str:
    """Set up, connected, ended: by seconds since the device started."""
    words, uptime = context.words, began - device.started
    told = ""
    for message, after in (("setup-to", 0), ("conn-from", 6), ("rel-from", 96)):
        values: dict[str, str | int | None] = {
            "message": message, "time": uptime + after, "type": "int", "number": user.number,
            "root": user.number, "name": user.name, "cause": "16" if message.startswith("rel") else None,
        }  # fmt: skip
        attributes = {words[f"cdr.event-{key}"]: value for key, value in values.items()}
        told += element(words["cdr.event"], attributes)
    return told
