"""Forty columns: every screen says something useful there, and no key breaks it."""

from __future__ import annotations

import pytest

from tests.screens.every import WAYS
from tests.screens.rig import Console, console
from tests.screens.sample import Sample

KEYS = ("down", "end", "home", "pagedown", "pageup", "right", "right", "left", "tab", "s", "b", "b", "Y")


@pytest.mark.parametrize("height", [12, 24])
@pytest.mark.parametrize("area", WAYS)
async def test_every_screen_answers_in_forty_columns(sample: Sample, area: str, height: int) -> None:
    way = WAYS[area]
    async with console(sample, (40, 24)) as c:
        await c.named()
        await c.command(way.command)
        if way.keys:
            await c.when(lambda: way.before in _words(c), way.before)
            await c.press("enter" if way.keys == "\r" else way.keys)
        await c.arrived(area)
        await c.pilot.resize_terminal(40, height)
        await c.when(lambda: len(c.lines()) == height and _useful(c), "an answer")
        await c.press(*KEYS)
        await c.pilot.pause(0.2)
        _fits(c)


def _useful(c: Console) -> bool:
    """A sentence, and below it more than rules."""
    _fits(c)
    lines = [line.strip(" ─") for line in c.lines()]
    return bool(lines[1]) and "Reading …" not in lines[1] and sum(map(bool, lines[2:-2])) >= 2


def _fits(c: Console) -> None:
    lines = c.lines()
    assert max(map(len, lines)) <= 40, lines
    assert not any("Too small" in line or "Traceback" in line for line in lines)


def _words(c: Console) -> str:
    return " ".join(c.text().split())
