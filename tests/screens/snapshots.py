"""Snapshots: every screen as text and inks at a frozen time, kept in tests/snapshots, one file a screen.

Written anew by ``.venv/bin/python -m tests.screens.snapshots [SCREEN …]``. Each line is followed by its
inks, as ranges of cells, where they are not those of plain text; a ``>`` before it says that the cursor is
there. In 16 colours a legend says what each ink looks like.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

from rich.style import Style
from textual.strip import Strip

from noc.screens.theme import NAMES
from noc.screens.widgets.line import Inks
from tests.screens.every import WAYS, Way
from tests.screens.rig import Console, console
from tests.screens.sample import Sample, filled

FOLDER = Path(__file__).resolve().parents[1] / "snapshots"
VIEWS = (((80, 24), "dark"), ((120, 36), "dark"), ((200, 60), "dark"), ((80, 24), "ansi"))
"""Sizes and themes; the last one is for terminals of 16 colours."""
QUIET = 4
"""Looks in a row that show the same before a picture counts as complete."""


async def taken(area: str, sample: Sample) -> str:
    """All pictures of a screen, as its file holds them."""
    parts = []
    for size, theme in VIEWS:
        async with console(sample, size, theme=theme) as c:
            await follow(c, WAYS[area])
            picture = await complete(c)
        parts.append(f"=== {size[0]}x{size[1]} {theme}\n{picture}")
    return "".join(parts)


async def follow(c: Console, way: Way) -> None:
    """Go the way to a screen, and wait for what it shows."""
    await c.named()
    await c.command(way.command)
    if way.keys:
        await c.until(way.before)
        await c.press("enter" if way.keys == "\r" else way.keys)
    await c.until(way.part, way.later, gone="Reading …")


async def complete(c: Console) -> str:
    """The picture once it has been the same for a while (what a screen reads later has come)."""
    picture, same = "", 0
    while same < QUIET:
        await c.pilot.pause(0.3)
        before, picture = picture, "".join(_lines(c))
        same = same + 1 if picture == before else 0
    return picture


def _lines(c: Console) -> Iterator[str]:
    frame, used = c.app.frame, set[str]()
    inks = frame.page.inks
    for widget in frame.drawn:
        if not widget.display:
            continue
        for y in range(widget.size.height):
            strip = widget.render_line(y)
            yield f"|{strip.text.rstrip()}\n"
            names = _names(strip, inks)
            used |= {name for name, _ in names}
            yield _inked(names)
    if inks.name == "ansi":
        for name in sorted(used - {"text"}):
            yield f"# {name}: {inks.style(name)}\n"


def _names(strip: Strip, inks: Inks) -> Sequence[tuple[str, bool]]:
    """The ink of each cell, and whether the cursor is there."""
    known: dict[Style, tuple[str, bool]] = {}
    for name in ("text", *NAMES):
        known.setdefault(inks.style(name), (name, False))
        known.setdefault(inks.style(name) + inks.cursor, (name, True))
    return [
        known[segment.style or inks.style("text")] for segment in strip for _ in range(segment.cell_length)
    ]


def _inked(names: Sequence[tuple[str, bool]]) -> str:
    ranges, place = [], 0
    for name, cells in groupby(name for name, _ in names):
        end = place + len(list(cells))
        ranges += [f"{place}-{end} {name}"] if name != "text" else []
        place = end
    mark = ">" if any(cursor for _, cursor in names) else ""
    return f" {mark}{', '.join(ranges)}\n" if ranges or mark else ""


async def main(areas: Sequence[str]) -> None:
    """Write the files of these screens, of all if none is named."""
    FOLDER.mkdir(exist_ok=True)
    for area in areas or WAYS:
        with tempfile.TemporaryDirectory() as folder:
            sample = filled(Path(folder) / "log")
            (FOLDER / f"{area}.txt").write_text(await taken(area, sample), "utf-8")
            sample.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
