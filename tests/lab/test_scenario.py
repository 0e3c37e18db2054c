"""Scenario files: times, arguments, and what is said of wrong ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from noc.hosting.errors import UsageError
from noc.lab.scenario import ScenarioError, Step, load


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
        ("- {[a]: b}", "no YAML"),
        ("- {at: 1s, do: mend, args: {name: all}, truth: 1}", "a step has no truth"),
        ("- {truth: none}", "truth: is a mapping"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, what: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(UsageError) as refused:
        load(path)
    assert refused.value.what.startswith(what)
    assert refused.value.where == f"{path}:1"


def test_everything_that_is_wrong_is_named_with_its_line(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "# bad in many ways\n"
        "- {at: 1s, do: device-dwn, args: {name: sb1}}\n"
        "- {at: 1s, do: device-down, args: {name: sb1}}\n"
        "-\n"
        "  at: soon\n"
        "  do: mend\n"
        "  args: {name: all}\n"
        "- {after: 1s, do: mend, args: {name: all}}\n",
    )
    with pytest.raises(ScenarioError) as refused:
        load(path)
    lines = str(refused.value).splitlines()
    assert [line.partition(" (")[0] for line in lines] == [
        f"{path}:2: there is no fault device-dwn",
        f"{path}:5: soon is no time",
        f"{path}:8: a step has no after",
    ]
    assert "device-down" in lines[0]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("truth: {}\nevents:\n- {at: 1s, do: mend, args: {name: all}}\n", "events is no part of a scenario"),
        ("truth: {}\nsteps: mend\n", "steps: is a list"),
    ],
)
def test_a_mapping_of_anything_else_is_refused(tmp_path: Path, text: str, what: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(ScenarioError) as refused:
        load(path)
    assert (refused.value.what, refused.value.where) == (what, f"{path}:2")


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot read it"):
        load(tmp_path / "none.yaml")
