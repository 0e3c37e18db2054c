"""The Device screen lists what a device says of itself, and of very many things only some."""

from __future__ import annotations

from typing import Any

from noc.hosting import records
from noc.hosting.records import draft
from noc.screens.device import MOST_OF_A_KIND
from tests.screens.rig import console
from tests.screens.sample import Sample

OF: dict[str, Any] = {"device": "sb1", "cluster": "sb1"}


async def test_facts_are_named_and_many_are_counted(sample: Sample) -> None:
    files = [records.DriveFile(**OF, path=f"set-{place:02d}.txt", size=place) for place in range(25)]
    counter = records.Counter(**OF, name="CPU", hour=0, peaks=(3, 50, 4))
    root = records.Trusted(**OF, subject_cn="Root", issuer_cn="Root", fingerprint="ab" * 32)
    sample.append(
        *(draft(f"sb1/{file.path}", file) for file in files),
        draft("sb1/CPU", counter),
        draft(f"sb1/{root.fingerprint}", root),
    )
    async with console(sample, (80, 70)) as c:
        await c.command("device sb1")
        await c.until("WHAT IT SAYS", "peak 50 %", "set-00.txt", "set-19.txt: 19 bytes", "and 5 more")
        text = c.text()
    assert "set-20.txt" not in text
    assert MOST_OF_A_KIND == 20
    assert root.fingerprint not in text
    assert "Root" in text
