"""`?` documents every key of every place, and what the role lacks is dimmed there too."""

from __future__ import annotations

import pytest

from noc.hosting.keymap import shown
from noc.hosting.operations import OPERATIONS, Need, of_area
from noc.screens.cells import Canvas
from noc.screens.help import Help
from noc.screens.place import Ask
from noc.screens.route import PLACES
from noc.screens.widgets.line import Line, plain
from tests.screens.sample import NOW

AREAS = sorted({*PLACES, *(area for one in OPERATIONS for area in one.areas), "help", "messages", "confirm"})
WIDTHS = (40, 80, 160)


def page(area: str, width: int, role: Need = Need.APPROVE) -> tuple[Line, ...]:
    """The page of help of a place."""
    place = Help(area, OPERATIONS, role)
    return place.draw(None, Canvas(width, 60, NOW), Ask(place)).page


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("area", AREAS)
def test_every_key_of_the_place_is_there_with_what_it_does(area: str, width: int) -> None:
    lines = [plain(one) for one in page(area, width)]
    assert [line for line in lines if len(line.rstrip()) > width] == []
    halves = [half for line in lines for half in (line[: width // 2], line[width // 2 :], line)]
    for one in of_area(area):
        keys = " ".join(shown(key) for key in one.keys) or f":{one.command}"
        words = one.title.partition(":")[0].partition(",")[0]
        assert any(half.strip().startswith(f"{keys} ") and words in half for half in halves), one.id


@pytest.mark.parametrize("area", AREAS)
def test_no_key_of_another_place_is_there(area: str) -> None:
    text = "\n".join(plain(one) for one in page(area, 160))
    others = {one.title for one in OPERATIONS if not one.applies(area)}
    mine = " ".join(one.title for one in of_area(area))
    for title in others:
        assert f" {title}  " not in text or title in mine, title


def test_what_the_role_lacks_is_dimmed_and_says_what_it_needs() -> None:
    for role, ink in ((Need.READ, "muted"), (Need.OPERATE, "text")):
        (line,) = [one for one in page("wall", 40, role) if "poll now" in plain(one)]
        assert [one.ink for one in line.spans if "poll now" in one.text] == [ink]
        assert "needs operate" in plain(line)
