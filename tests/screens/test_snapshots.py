"""Every screen looks as it did: text and inks, three sizes and 16 colours, compared with tests/snapshots."""

from __future__ import annotations

import difflib
from pathlib import Path

import pytest

from tests.screens.every import WAYS
from tests.screens.sample import Sample
from tests.screens.snapshots import FOLDER, taken

ANEW = ".venv/bin/python -m tests.screens.snapshots"


def test_there_is_a_snapshot_of_every_screen_and_no_other() -> None:
    assert {path.stem for path in FOLDER.glob("*.txt")} == set(WAYS), f"{ANEW} writes them"


@pytest.mark.parametrize("area", WAYS)
async def test_it_looks_as_it_did(sample: Sample, area: str) -> None:
    path = Path(FOLDER / f"{area}.txt")
    before, after = path.read_text("utf-8"), await taken(area, sample)
    if before == after:
        return
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), "before", "after", lineterm="", n=2)
    pytest.fail(
        f"{area} looks different; if it is meant to: {ANEW} {area}\n" + "\n".join(lines), pytrace=False
    )
