"""Traps of the lab: what follows from the world, what is held back, where it goes; received on a socket."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field

import pytest

from noc.devices.codec import traps
from noc.devices.codec.cfgtext import parse
from noc.devices.codec.traps import Trap
from noc.devices.dialect import load
from noc.hosting.errors import UsageError
from noc.lab.arguments import check_arguments
from noc.lab.build import build
from noc.lab.catalogue import BY_NAME, TRAPS
from noc.lab.config import ConfigText
from noc.lab.console import Console
from noc.lab.model import Device, World
from noc.lab.pieces import Alarm
from noc.lab.snmp_setup import switch_on
from noc.lab.traps import Traps

WORDS = load()
STARTED = 1_000_000
INNO = "1.3.6.1.4.1.6666"
GAUGE, STRING = f"{INNO}.3.3.0", f"{INNO}.3.1.0"
COLD, WARM, DOWN, UP, REFUSED, RAISED, CLEARED = 0, 1, 2, 3, 4, 6, 7


@dataclass
class Bench:
    """A world whose media1 sends its traps to `inbox`. now: unix seconds."""

    world: World
    inbox: socket.socket
    now: float = STARTED + 200.0
    sender: Traps = field(init=False)

    def __post_init__(self) -> None:
        self.sender = Traps(self.world, WORDS, lambda: self.now, self.inbox.getsockname()[1])
        self.configure("config add SNMP0 /trap-ip-0 127.0.0.1")
        self.sender.look()

    @property
    def media(self) -> Device:
        return self.world.devices["media1"]

    def configure(self, line: str) -> None:
        self.media.settings = ConfigText(WORDS).edit(self.media, parse(line))

    def received(self) -> list[Trap]:
        found = []
        while True:
            try:
                found.append(traps.decode(self.inbox.recv(2000)))
            except BlockingIOError:
                return found

    def told(self) -> list[int]:
        """The specific numbers of what has come."""
        return [trap.specific for trap in self.received()]


@pytest.fixture
def inbox() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as made:
        made.bind(("127.0.0.1", 0))
        made.setblocking(False)
        yield made


@pytest.fixture
async def bench(inbox: socket.socket) -> AsyncIterator[Bench]:
    world = build(clusters=1, customers=1, phones=1, now=STARTED)
    switch_on(world.devices.values(), WORDS)
    made = Bench(world, inbox)
    yield made
    made.sender.close()


ALARM = Alarm("0x00010002", 2, "RELAY/SIP1", "Registration down", STARTED)


def raise_alarm(bench: Bench, alarm: Alarm = ALARM) -> None:
    bench.media.alarms[alarm.source, alarm.host] = alarm
    bench.sender.look()


def clear_alarms(bench: Bench) -> None:
    bench.media.alarms.clear()
    bench.sender.look()


async def test_an_alarm_is_told_when_it_is_raised_and_when_it_is_cleared(bench: Bench) -> None:
    raise_alarm(bench)
    (trap,) = bench.received()
    assert (trap.enterprise, trap.generic, trap.specific) == (INNO, 6, RAISED)
    assert (trap.agent, trap.community, trap.uptime) == (bench.media.inside, b"public", 20000)
    assert [(one.name, one.value) for one in trap.varbinds] == [
        (GAUGE, 0x00010002), (STRING, b"RELAY/SIP1"), (GAUGE, 2), (STRING, b"Registration down"),
    ]  # fmt: skip
    bench.sender.look()
    assert bench.told() == []
    clear_alarms(bench)
    (trap,) = bench.received()
    assert (trap.specific, [one.value for one in trap.varbinds]) == (CLEARED, [0x00010002, b"RELAY/SIP1"])


async def test_what_a_device_lists_for_others_is_not_told(bench: Bench) -> None:
    raise_alarm(
        bench, Alarm("0x00010002", 0, "PHONE/SIG", "Registration down", STARTED, host="IP232-01-02-03")
    )
    assert bench.told() == []


async def test_a_device_that_nobody_told_where_to_keeps_silent(bench: Bench) -> None:
    bench.world.devices["sb1"].alarms["x", ""] = ALARM
    bench.sender.look()
    bench.configure("config change SNMP0 /enable /enablev1")
    raise_alarm(bench)
    assert bench.told() == []


async def test_what_stood_before_somebody_asked_for_traps_is_not_told(bench: Bench) -> None:
    bench.configure("config rem SNMP0 /trap-ip-0")
    raise_alarm(bench)
    bench.configure("config add SNMP0 /trap-ip-0 127.0.0.1")
    bench.sender.look()
    assert bench.told() == []


async def test_nothing_leaves_this_machine(bench: Bench) -> None:
    bench.configure("config add SNMP0 /trap-ip-0 192.0.2.1 /trap-ip-1 127.0.0.1")
    raise_alarm(bench)
    assert bench.told() == [RAISED]


async def test_a_device_that_lost_its_power_tells_of_its_start_and_of_every_alarm(bench: Bench) -> None:
    raise_alarm(bench)
    bench.media.up = False
    bench.sender.look()
    assert bench.told() == [RAISED]
    bench.media.up, bench.media.started = True, int(bench.now)
    bench.sender.look()
    assert bench.told() == []
    bench.now += 90
    bench.sender.flush()
    assert bench.told() == [COLD, RAISED]


async def test_a_restart_by_hand_is_a_warm_one(bench: Bench) -> None:
    bench.configure("config add SNMP0 /trap-delay 0")
    bench.media.saved = bench.media.settings
    console = Console(WORDS, ConfigText(WORDS))
    console.run(bench.media, WORDS["console.restart.now"], may_write=True, now=int(bench.now))
    bench.sender.look()
    (trap,) = bench.received()
    assert (trap.specific, trap.uptime, trap.varbinds) == (WARM, 0, ())


async def test_what_was_held_back_is_lost_if_the_device_stops(bench: Bench) -> None:
    bench.media.started = int(bench.now)
    raise_alarm(bench)
    bench.media.up = False
    bench.sender.look()
    bench.now += 1000
    bench.sender.flush()
    assert bench.told() == []


async def test_held_traps_are_sent_by_themselves_and_say_when_they_happened(bench: Bench) -> None:
    """Here time runs by itself: the sender wakes up when the device has been up for long enough."""
    bench.configure("config add SNMP0 /trap-delay 1")
    bench.media.started = int(bench.now)
    raise_alarm(bench)
    assert bench.told() == []
    end = time.monotonic() + 60
    bench.now += 1
    while not (found := bench.received()) and time.monotonic() < end:
        await asyncio.sleep(0.05)
    assert [(one.specific, one.uptime) for one in found] == [(WARM, 0), (RAISED, 0)]


async def test_a_wrong_community_is_told_only_where_that_is_switched_on(bench: Bench) -> None:
    bench.sender.refused(bench.media)
    assert bench.told() == []
    bench.configure("config add SNMP0 /auth-trap")
    bench.sender.refused(bench.media)
    assert bench.told() == [REFUSED]


@pytest.mark.parametrize(
    ("kind", "number", "values"),
    [
        ("cold-start", COLD, []),
        ("warm-start", WARM, []),
        ("link-down", DOWN, [3]),
        ("link-up", UP, [3]),
        ("authentication-failure", REFUSED, []),
        ("diag-alarm", RAISED, [0x00090001, b"CF0", 2, b"CF card damaged"]),
        ("diag-alarm-clear", CLEARED, [0x00090001, b"CF0"]),
    ],
)
async def test_a_false_trap_has_the_variables_of_a_right_one(
    bench: Bench, kind: str, number: int, values: list[object]
) -> None:
    bench.world.false_traps.append(("media1", kind))
    bench.sender.look()
    (trap,) = bench.received()
    assert (trap.specific, [one.value for one in trap.varbinds]) == (number, values)
    bench.sender.look()
    assert bench.told() == []


def test_every_kind_of_trap_can_be_false_and_no_other() -> None:
    for kind in TRAPS:
        check_arguments(BY_NAME["false-trap"], ["media1", kind])
        assert f"snmp.trap.{kind}" in WORDS
    with pytest.raises(UsageError, match="no trap cold"):
        check_arguments(BY_NAME["false-trap"], ["media1", "cold"])
