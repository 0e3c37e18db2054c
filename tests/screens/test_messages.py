"""Messages: what the console said can be read later."""

from __future__ import annotations

from noc.screens.messages import KEPT, Said
from tests.screens.rig import console
from tests.screens.sample import SECOND, Sample


async def test_what_was_said_is_listed_newest_first_with_times(sample: Sample) -> None:
    async with console(sample) as c:
        await c.press("r")
        await c.until("poll now needs the role operate")
        sample.clock.now += 60 * SECOND
        await c.command("fones")
        await c.until("did you mean phones?")
        await c.command("messages")
        await c.until("› Messages", "2 messages of this console")
        first, second = (line for line in c.lines() if line.startswith(" 03:1"))
        assert first.startswith(" 03:13:07") and "no command 'fones'" in first
        assert second.startswith(" 03:12:07") and "poll now needs the role operate" in second


async def test_an_answer_that_never_came_is_kept_too(sample: Sample) -> None:
    async with console(sample) as c:
        sample.view.close()
        await c.when(lambda: bool(c.app.conductor.said.all), "the trouble")
        assert "the log failed" in c.app.conductor.said.all[0].text


def test_the_same_again_counts_and_old_ones_go() -> None:
    said = Said()
    for at in range(3):
        said.add(at, "asked")
    (only,) = said.all
    assert (only.at, only.count, only.number) == (2, 3, 1)
    for at in range(2 * KEPT):
        said.add(at, f"message {at}")
    assert len(said.all) == KEPT
    assert said.all[0].text == f"message {2 * KEPT - 1}"
    assert len({one.number for one in said.all}) == KEPT
