"""Make the pictures of the docs: every screen of the console on a frozen sample log, as SVG.

Run by ``make screenshots``; writes to docs/pictures/, the Wall once in each theme. The same log gives the
same files. ``--look FOLDER`` writes instead every screen in three themes and sizes, for looking at.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from noc.screens import theme
from tests.screens.every import WAYS, Way
from tests.screens.rig import console
from tests.screens.sample import Sample, filled
from tests.screens.snapshots import complete, follow

PICTURES = Path(__file__).resolve().parent / "pictures"
SIZE = (100, 30)
LOOKS = ("dark", "light", "contrast")
LOOK_SIZES = ((80, 24), (120, 36), (160, 50))
SHOWN = {
    "customer": Way("customer Kuenkel00001", "› Kuenkel00001"),
    "phone": Way("phones outer=refused", "› -007", keys="\r", before="1 phone of"),
    "device": Way("device sb1", "Devices › sb1"),
    "walk": Way("topology Kuenkel00001-007", "› -007 › Topology"),
    "past": Way("at 03:05", "PAST 03:05", later="▇"),
}
"""What the docs show instead of the way of the tests: the faults of the sample."""
_FETCHED = re.compile(r"\s*@font-face \{.*?\}", re.DOTALL)


@dataclass(frozen=True)
class Wanted:
    """One picture: its file's name, the way to what it shows, the theme and the size in cells."""

    name: str
    way: Way
    theme: str = theme.DEFAULT
    size: tuple[int, int] = SIZE


def of_the_docs() -> Iterator[Wanted]:
    """The Wall in each theme, every other screen once."""
    for name in theme.load([theme.shipped()]).themes:
        yield Wanted(f"wall-{name}", WAYS["wall"], name)
    for area, way in {**WAYS, **SHOWN}.items():
        if area != "wall":
            yield Wanted(area, way)


def for_looking(areas: list[str]) -> Iterator[Wanted]:
    """Every screen (or these) in each of three themes and sizes."""
    for area, way in {**WAYS, **SHOWN}.items():
        for size in LOOK_SIZES if not areas or area in areas else ():
            for name in LOOKS:
                yield Wanted(f"{area}-{size[0]}x{size[1]}-{name}", way, name, size)


async def draw(wanted: Iterator[Wanted], folder: Path) -> None:
    """Draw them all, each by a console of its own on the same log."""
    with tempfile.TemporaryDirectory() as scratch:
        sample = filled(Path(scratch) / "log")
        for one in wanted:
            (folder / f"{one.name}.svg").write_text(await _drawn(one, sample), encoding="utf-8")
        sample.close()


async def _drawn(one: Wanted, sample: Sample) -> str:
    async with console(sample, one.size, theme=one.theme) as c:
        await follow(c, one.way)
        await complete(c)
        return _FETCHED.sub("", c.app.export_screenshot(title="noc"))


def main() -> None:
    """The docs' pictures, or those for looking at."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--look", type=Path, metavar="FOLDER", help="every screen in three themes and sizes")
    parser.add_argument("areas", nargs="*", metavar="SCREEN", help="with --look: only these")
    arguments = parser.parse_args()
    folder = arguments.look or PICTURES
    folder.mkdir(parents=True, exist_ok=True)
    if arguments.look:
        asyncio.run(draw(for_looking(arguments.areas), folder))
    else:
        asyncio.run(draw(of_the_docs(), folder))


if __name__ == "__main__":
    main()
