"""What is open is the same number on the Wall and under Incidents, in the same order."""

from __future__ import annotations

import re

from noc.hosting import records
from noc.hosting.records import draft, gone
from noc.screens.open_alarms import counted, groups
from tests.screens.rig import Console, console
from tests.screens.sample import Sample


def alarm(device: str, code: str, severity: int = 2) -> records.Draft:
    """An active alarm of a device."""
    body = records.Alarm(
        device=device,
        cluster="sb2",
        code=code,
        severity=severity,
        channel="poll",
        source="PBX0",
        text=f"alarm {code}",
    )
    return draft(f"{device}/{code}//PBX0", body)


def devices(c: Console) -> list[str]:
    """The devices of a list of what is open, from the top."""
    return re.findall(r"^ [CMmi] (\w+)", c.text(), re.MULTILINE)


async def test_wall_and_incidents_say_the_same(sample: Sample) -> None:
    sample.append(alarm("media2", "0x1"), alarm("media2", "0x2"), alarm("Zander00009", "0x3", 0))
    async with console(sample) as c:
        await c.until("OPEN ALARMS: 4 alarms at 3 devices", "media2: alarm 0x1 and 1 more")
        wall = devices(c)
        await c.press("2")
        await c.until("4 alarms at 3 devices, worst sb2")
        assert devices(c) == wall and len(wall) == 3


async def test_what_is_over_is_counted_on_neither(sample: Sample) -> None:
    async with console(sample) as c:
        await c.until("OPEN ALARMS: 1 alarm at 1 device")
        open_now = sample.view.alarms()[0]
        sample.append(gone("alarm", f"sb2/{open_now.code}/{open_now.remote}/PBX0"))
        await c.until("NO OPEN ALARM IS KNOWN", gone="OPEN ALARMS")
        await c.press("2")
        await c.until("Nothing open is known. Not read now: the alarms of sb1.")


async def test_of_one_device_the_worst_speaks_for_all(sample: Sample) -> None:
    sample.append(alarm("media2", "0x1", 0), alarm("media2", "0x2", 2))
    found = groups([one for one in sample.view.alarms() if one.device == "media2"], {})
    assert [(one.text, one.count, one.silent) for one in found] == [("alarm 0x2", 2, None)]
    assert counted(found) == "2 alarms at 1 device"
