"""No screen lacks a journey: each journey says through which screens it leads, and is held to it."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from noc.screens.route import PLACES
from tests.journeys.rig import CRUMBS
from tests.screens.every import WAYS

FOLDER = Path(__file__).parent


def journeys() -> dict[str, set[str]]:
    """The names of the journeys of this folder by the screens they lead through."""
    found: dict[str, set[str]] = {}
    for path in sorted(FOLDER.glob("test_*.py")):
        module = importlib.import_module(f"tests.journeys.{path.stem}")
        for name, test in vars(module).items():
            for area in getattr(test, "through", ()):
                found.setdefault(area, set()).add(f"{path.stem}.{name}")
    return found


@pytest.mark.parametrize("area", sorted({*PLACES, *WAYS}))
def test_every_screen_has_a_journey_and_a_way_to_tell_it(area: str) -> None:
    assert area in CRUMBS, "say in tests/journeys/rig.py how its first line begins"
    assert journeys().get(area), "write a journey in tests/journeys and mark it with @through"


def test_a_journey_names_only_screens_that_there_are() -> None:
    assert set(journeys()) <= {*PLACES, *WAYS}
