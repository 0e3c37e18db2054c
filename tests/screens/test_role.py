"""Read only at start; `--write` unlocks; what the role lacks is there, dimmed, and says why."""

from __future__ import annotations

from pathlib import Path

import pytest

from noc.hosting.operations import OPERATIONS, Need
from noc.log.store import Log
from tests.screens.rig import Console, console
from tests.screens.sample import Sample
from tests.screens.started import starting, written

WRITING = [one for one in OPERATIONS if one.need is not Need.READ]


def inks(c: Console, part: str) -> set[str]:
    """The inks of the footer's spans that hold a text."""
    return {one.ink for one in c.app.frame.footer.lines[0].spans if part in one.text}


@pytest.mark.parametrize(("role", "ink"), [(Need.READ, "muted"), (Need.OPERATE, "text")])
async def test_the_footer_dims_what_the_role_lacks(sample: Sample, role: Need, ink: str) -> None:
    async with console(sample, (120, 24), role=role) as c:
        await c.until("r poll now")
        assert inks(c, "poll now") == {ink}
        assert inks(c, "open") == {"text"}
        await c.command("at 03:05")
        await c.until("PAST")
        assert inks(c, "poll now") == {"muted"}


async def test_help_dims_it_too_and_says_what_it_needs(sample: Sample) -> None:
    async with console(sample, (80, 50)) as c:
        await c.press("question_mark")
        await c.until("› Help", "poll now  needs operate")
        (line,) = [one for one in c.app.frame.page.lines if "poll now" in "".join(s.text for s in one.spans)]
        assert {one.ink for one in line.spans if "poll now" in one.text} == {"muted"}


@pytest.mark.parametrize("operation", WRITING, ids=lambda one: one.id)
async def test_nothing_that_writes_is_done_without_the_role(sample: Sample, operation: object) -> None:
    one = next(each for each in WRITING if each is operation)
    async with console(sample) as c:
        await c.named()
        await c.command(next(iter(sorted(one.areas - {"service", "walk", "resource", "event"})), "wall"))
        await c.when(lambda: c.app.conductor.answer is not None, "the lines")
        before = sample.view.last_seq()
        await c.press(*one.keys[:1])
        await c.until(f"{one.title} needs the role {one.need}, you have read: start noc with --write")
        if one.command:
            await c.command(f"{one.command} x")
            await c.until(f"needs the role {one.need}, you have read")
        assert sample.view.last_seq() == before


def test_a_console_starts_read_only_and_write_unlocks_it(tmp_path: Path) -> None:
    provider = written(tmp_path)
    with starting(provider) as start:
        reading = start(columns=120)
        reading.shows("OPEN ALARMS", "kai  read")
        reading.type("r")
        reading.shows("poll now needs the role operate, you have read: start noc with --write")
        writing = start(columns=120, write=True)
        writing.shows("OPEN ALARMS", "kai  change")
        writing.type("r")
        writing.shows("Asked: read")
        for one in (reading, writing):
            one.type("q")
            assert one.ended() == 0
        with Log.open(tmp_path / "log") as log:
            assert [record.author for record in log.read(0, 5_000, ["ask"])] == ["kai"]
