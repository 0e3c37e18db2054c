"""Scenario files: times, arguments, and what is said of wrong ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from noc.hosting.errors import UsageError
from noc.lab.scenario import Step, load


def written(tmp_path: Path, text: str) -> Path:
    """A scenario file with that text."""
    path = tmp_path / "scenario.yaml"
    path.write_text(text)
    return path


def test_steps_come_in_the_order_of_their_times(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "- {at: 2min, do: mend, args: {name: all}}\n"
        "- {at: 12s, do: natmap-wrong, args: {frontend: sb1, port: 9001, address: 127.21.0.2}}\n"
        "- truth: {not_explained: [x]}\n",
    )
    scenario = load(path)
    assert scenario.steps == (
        Step(12.0, "natmap-wrong", ("sb1", "9001", "127.21.0.2")),
        Step(120.0, "mend", ("all",)),
    )
    assert scenario.truth == {"not_explained": ["x"]}


def test_a_mapping_with_steps_and_truth(tmp_path: Path) -> None:
    scenario = load(
        written(tmp_path, "steps: [{at: 1, do: mend, args: {name: all}}]\ntruth: {incidents: []}\n")
    )
    assert scenario.steps == (Step(1.0, "mend", ("all",)),)
    assert scenario.truth == {"incidents": []}


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("- {at: soon, do: mend, args: {name: all}}", "soon is no time"),
        ("- {at: 1s, do: explode}", "there is no fault explode"),
        ("- {at: 1s, do: mend}", "mend takes name"),
        ("- {at: 1s, do: certificate-expiring, args: {name: sb1, days: many}}", "many is no number of days"),
        ("- mend", "this is no step"),
        ("just text", "a scenario is a list of steps"),
        ("- {", "no YAML"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, what: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(UsageError) as refused:
        load(path)
    assert refused.value.what.startswith(what)
    assert str(path) in refused.value.where


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot read it"):
        load(tmp_path / "none.yaml")
