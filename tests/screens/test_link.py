"""The slow-link profile: on over SSH unless told otherwise, shown, and lighter on the link."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from textual.message import Message

from noc.screens.link import FAST, SLOW, Pace, pace_of
from noc.screens.place import Ask
from noc.screens.reader import Answered, Reader
from noc.screens.wall import Wall
from tests.screens.rig import console
from tests.screens.sample import Sample
from tests.screens.started import starting, written

SSH = {"SSH_CONNECTION": "203.0.113.9 50022 10.0.0.5 22"}


@pytest.mark.parametrize(
    ("environment", "slow", "pace"),
    [({}, None, FAST), (SSH, None, SLOW), (SSH, False, FAST), ({}, True, SLOW)],
)
def test_which_pace(environment: dict[str, str], slow: bool | None, pace: Pace) -> None:
    assert pace_of(environment, slow=slow) is pace


async def test_the_status_line_tells_of_a_slow_link(sample: Sample) -> None:
    async with console(sample, pace=SLOW) as c:
        await c.until("03:12 SLOW LINK ● LIVE", "OPEN ALARMS")
        assert "03:12:07" not in c.text()


def test_ssh_switches_it_on(tmp_path: Path) -> None:
    with starting(written(tmp_path)) as start:
        start(**SSH).shows("SLOW LINK", "OPEN ALARMS")


def test_a_key_is_answered_before_the_next_look(sample: Sample) -> None:
    never = Pace("", 3_600.0, 3_600.0, "%H:%M")
    reader, came, got = Reader(sample.view, sample.view.at, never), threading.Event(), list[Message]()

    def post(message: Message) -> None:
        got.append(message)
        came.set()

    thread = threading.Thread(target=reader.run, args=(post,))
    thread.start()
    reader.want(Ask(Wall()))
    assert came.wait(60.0)
    reader.stop()
    thread.join()
    assert isinstance(got[0], Answered)
