"""Sample logs for the console's tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.screens.sample import Sample, filled


@pytest.fixture
def sample(tmp_path: Path) -> Iterator[Sample]:
    """Two clusters, of which one has just fallen silent."""
    made = filled(tmp_path / "log")
    yield made
    made.close()


@pytest.fixture
def well(tmp_path: Path) -> Iterator[Sample]:
    """The same platform without a fault."""
    made = filled(tmp_path / "log", faults=False)
    yield made
    made.close()
