"""When a source is read again."""

from __future__ import annotations

from typing import Any

import pytest

from noc.hosting.polling import LONGEST_BACK_OFF, next_read, pause
from noc.hosting.rows import SourceRow
from noc.hosting.states import State


@pytest.mark.parametrize(
    ("more", "seconds"),
    [
        ({}, 60.0),
        ({"stretch": 0.9}, 54.0),
        ({"took": 2.0}, 60.0),
        ({"took": 5.0}, 100.0),
        ({"failures": 1}, 60.0),
        ({"failures": 2}, 120.0),
        ({"failures": 3, "took": 100.0}, 240.0),
        ({"failures": 4}, LONGEST_BACK_OFF),
        ({"failures": 1000}, LONGEST_BACK_OFF),
    ],
)
def test_the_rest_grows_with_failures_and_with_what_a_read_costs(
    more: dict[str, Any], seconds: float
) -> None:
    assert pause(60.0, **more) == pytest.approx(seconds)


def test_a_long_interval_is_never_shortened_by_failing() -> None:
    assert pause(3_600.0, failures=5) == 3_600.0


def test_what_nobody_tried_is_not_due() -> None:
    tried = SourceRow(
        device="sb1", subject="box", state=State.STALE, interval=60.0, last_try=1_000_000, failures=2
    )
    assert next_read(tried) == 121_000_000
    untried = SourceRow(device="sb1", subject="box", state=State.OK, interval=60.0)
    assert next_read(untried) is None
