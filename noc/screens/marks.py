"""Marks on the rows of a list: drawn before each row, there only while some row is marked."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import Any

from noc.screens.cells import Canvas
from noc.screens.place import Table
from noc.screens.widgets.line import Span, span
from noc.screens.widgets.table import AllRows, Column

_SIGN = "•"


def marked(table: Table, keys: AbstractSet[str]) -> Table:
    """A list with a column of marks, if rows of it are marked. keys: of the marked rows."""
    rows = table.rows
    if not keys or not isinstance(rows, AllRows):
        return table

    def sign(row: Any, _canvas: Canvas) -> Span:
        return span(_SIGN if rows.identify(row) in keys else " ", "strong")

    return replace(table, columns=(Column("mark", "", 1, sign, gap=0), *table.columns))
