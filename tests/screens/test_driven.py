"""Every operation of the table, by each of its keys and by its command, does what it is there for."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from noc.hosting.operations import BY_ID, OPERATIONS
from tests.screens.driven import DRIVEN, ELSEWHERE, Seen
from tests.screens.rig import Console, console
from tests.screens.sample import Sample

PRESSED = [(one.id, key) for one in OPERATIONS if one.id in DRIVEN for key in one.keys]
TYPED = [(one.id, f":{one.command}") for one in OPERATIONS if one.id in DRIVEN and one.command]
BOTH = {one for one, _ in PRESSED} | {one for one, _ in TYPED}
BARE = {
    one.id: f":{one.id.partition('.')[2]}" for one in OPERATIONS if one.id in DRIVEN and one.id not in BOTH
}
"""Operations without a key whose word is no command of theirs in the table."""


def test_every_operation_is_driven() -> None:
    assert set(DRIVEN) | set(ELSEWHERE) == set(BY_ID)
    assert not set(DRIVEN) & set(ELSEWHERE)
    assert not BARE
    for test in ELSEWHERE.values():
        room, _, name = test.partition(".")
        assert callable(getattr(importlib.import_module(f"tests.screens.{room}"), name))


@pytest.mark.parametrize(("name", "how"), [*PRESSED, *TYPED])
async def test_it_does_what_it_is_there_for(sample: Sample, tmp_path: Path, name: str, how: str) -> None:
    drive = DRIVEN[name]
    async with console(sample, role=drive.role, views=tmp_path / "views.yaml", **drive.desk()) as c:
        await c.named()
        for what, shows in drive.before:
            if callable(what):
                what(sample)
            else:
                await _do(c, what)
            await c.when(lambda shows=shows: _seen(c, shows), f"{what} before {name}")  # type: ignore[misc]
        assert not _seen(c, drive.does), "it is there before"
        text = f" {drive.text.format(folder=tmp_path)}" if how.startswith(":") and drive.text else ""
        await _do(c, how + text)
        await c.when(lambda: _seen(c, drive.does), f"what {how} does for {name}")


async def _do(c: Console, what: str) -> None:
    if what.startswith(":"):
        await c.command(what[1:])
    else:
        await c.press(*what.split())


def _seen(c: Console, shows: Seen) -> bool:
    return shows in c.text() if isinstance(shows, str) else shows(c)
