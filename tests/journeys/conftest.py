"""A console for each journey."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.rig import Journey, set_out
from tests.screens.started import starting, written


@pytest.fixture
def journey(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Journey]:
    """At the Wall of the sample platform: sb1 silent, one phone refused, one map wrong."""
    with starting(written(tmp_path)) as start:
        begun = set_out(start)
        yield begun
        begun.led(getattr(request.function, "through", ()))
