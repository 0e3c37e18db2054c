"""No list is wider than the terminal it is drawn on: what a canvas shows fits on it."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

import noc.screens
from noc.screens.cells import Canvas
from noc.screens.widgets.table import Column, layout

USUAL = range(80, 241)
"""Columns of the terminals that operators have; narrower ones are scrolled sideways."""


def _lists() -> Iterator[Any]:
    for module in pkgutil.iter_modules(noc.screens.__path__):
        for name, value in vars(importlib.import_module(f"noc.screens.{module.name}")).items():
            if isinstance(value, tuple) and value and all(isinstance(one, Column) for one in value):
                yield pytest.param(value, id=f"{module.name}.{name}")


@pytest.mark.parametrize("columns", list(_lists()))
def test_a_list_fits_on_every_usual_terminal(columns: Sequence[Column[Any]]) -> None:
    for width in USUAL:
        shown = layout(columns, Canvas(width, 24, 0))
        assert 1 + shown[0][1] + sum(one.gap + wide for one, wide in shown[1:]) <= width
