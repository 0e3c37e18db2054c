"""The counters of a device: processor and memory, minute by minute, as they would be with its load.

Hours are those of the device's own clock; what happened in a minute is the same for ever. Reference:
device-interface, ch. 2.
"""

from __future__ import annotations

import zlib
from typing import Final

from noc.lab.exchange import Answer, Context, Request
from noc.lab.markup import element
from noc.lab.model import Device, World

CPU, MEM = 0, 2
COUNTERS: Final = (("CPU", CPU), ("MEM", MEM))
_SCALES: Final = {CPU: 100, MEM: 131072}
"""What 100 percent are: percent, kB."""
_DAY: Final = (0, 0, 0, 0, 0, 1, 2, 4, 8, 10, 10, 9, 7, 8, 10, 10, 9, 6, 4, 3, 2, 1, 1, 0)
"""How much is telephoned in each hour of the day, in tenths of the busiest."""
_MINUTES: Final = 60


def page(context: Context, device: Device, request: Request) -> Answer:
    """The list of counters, or the last two hours of one."""
    words, query = context.words, request.query
    command = query.get(words["query.command"], "")
    if command == words["counters.list"]:
        return _page(context, {}, "".join(_listed(context)))
    numbers = {str(number): number for _, number in COUNTERS}
    number = numbers.get(query.get(words["counters.id"], ""))
    if command != words["counters.one"] or number is None:
        return _page(context, {}, "")
    return _counter(context, device, number)


def peak(world: World, device: Device, number: int, minute: int) -> int:
    """The peak of a counter in a minute (since 1970), in percent.

    It follows from the seed, the device, the minute and the device's size in objects.
    """
    size = len(device.borders) + len(device.objects)
    busy = size * _DAY[minute // _MINUTES % len(_DAY)] // 10
    chance = zlib.crc32(f"{world.seed}/{device.name}/{number}/{minute}".encode())
    if number == MEM:
        told = 38 + size // 500 + busy // 1000 + minute // _MINUTES % 24 // 6 + chance % 2
    else:
        told = 3 + size // 2000 + busy // 400 + chance % 5 + (chance >> 8) % 9 * (chance % 16 == 0)
    return min(100, told)


def _listed(context: Context) -> list[str]:
    words = context.words
    return [
        element(words["counters.element"], {words["counters.name"]: name, words["counters.id"]: number})
        for name, number in COUNTERS
    ]


def _counter(context: Context, device: Device, number: int) -> Answer:
    """Hours of minutes, newest last: an hour that is over has 60, the running one those that are over."""
    words, its_minute = context.words, device.time(context.now()) // 60
    over = its_minute % _MINUTES
    began = ((its_minute - over) * 60 - device.clock_offset) // 60
    hours = []
    for first, count in ((began - _MINUTES, _MINUTES), (began, over)):
        peaks = (peak(context.world, device, number, minute) for minute in range(first, first + count))
        inner = "".join(
            element(words["counters.minute"], {words["counters.value"]: value}) for value in peaks
        )
        hours.append(element(words["counters.hour"], {}, inner))
    return _page(context, {words["counters.scale"]: _SCALES[number]}, "".join(hours))


def _page(context: Context, attributes: dict[str, str | int | None], inner: str) -> Answer:
    return Answer([element(context.words["answer.root"], attributes, inner)])
