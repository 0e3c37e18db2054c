"""The operator's own keys and themes, and what an account may do."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from noc.hosting.keymap import KeymapError
from noc.hosting.operations import OPERATIONS, Need
from noc.screens.desk import role_of
from noc.screens.own_files import config_folder, operations
from tests.screens.rig import console
from tests.screens.sample import Sample


def test_the_folder_is_where_xdg_says() -> None:
    assert config_folder({"XDG_CONFIG_HOME": "/x"}) == Path("/x/noc")
    assert config_folder({"HOME": "/home/kai"}) == Path("/home/kai/.config/noc")


def test_no_file_means_the_keys_of_the_table(tmp_path: Path) -> None:
    assert operations(tmp_path) == OPERATIONS


def test_own_keys_are_taken_over(tmp_path: Path) -> None:
    (tmp_path / "keys.yaml").write_text(
        "device.poll: [R, f5]\nlist.sort: 0\nplace.forward: '['\nmove.other:\n"
    )
    keys = {operation.id: operation.keys for operation in operations(tmp_path)}
    assert keys["device.poll"] == ("R", "f5")
    assert keys["list.sort"] == ("0",)
    assert keys["place.forward"] == ("left_square_bracket",)
    assert keys["move.other"] == ()


def test_every_problem_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "keys.yaml").write_text("# mine\nno.such: x\ndevice.poll: q\nask.help:\n")
    with pytest.raises(KeymapError) as caught:
        operations(tmp_path)
    assert caught.value.problems == [
        "line 2: there is no operation 'no.such'",
        "line 4: ask.help (help) cannot be unbound",
        "line 3: key q means both device.poll (poll now) and quit (quit)",
    ]
    assert str(tmp_path / "keys.yaml") in str(caught.value)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            "list.sort: z\nlist.bad: z\n",
            "line 2 and 1: key z means both list.bad (not ok only) and list.sort (sort)",
        ),
        ("quit:\n", "line 1: quit (quit) cannot be unbound"),
        ("place.back: []\n", "line 1: place.back (back) cannot be unbound"),
        ("ask.command:\n", "line 1: ask.command (command) cannot be unbound"),
        ("quit: bananas\n", "line 1: quit: there is no key 'bananas'"),
        ("ask.help: [F1]\n", "line 1: ask.help: there is no key 'F1'"),
        ("place.back: ''\n", "line 1: place.back: there is no key ''"),
        ("list.sort: q\n", "line 1: key q means both list.sort (sort) and quit (quit)"),
        ("list.sort: slash\n", "line 1: key / means both list.sort (sort) and list.filter (filter)"),
        ("go.wall: '!'\ngo.alarms: exclamation_mark\n", "line 1 and 2: key ! means both go.wall"),
    ],
)
def test_what_is_wrong_is_told_with_line_and_both_operations(tmp_path: Path, text: str, problem: str) -> None:
    (tmp_path / "keys.yaml").write_text(text)
    with pytest.raises(KeymapError) as caught:
        operations(tmp_path)
    assert caught.value.problems[0].startswith(problem)


@pytest.mark.parametrize(
    "key", ["z", "X", "f5", "ctrl+x", "shift+f5", "'!'", "'@'", "'+'", "','", "tab", "'9'", "9"]
)
def test_keys_as_people_write_them(tmp_path: Path, key: str) -> None:
    (tmp_path / "keys.yaml").write_text(f"look.theme: {key}\nmove.other:\n")
    if key in ("'+'", "','"):
        (tmp_path / "keys.yaml").write_text(f"look.theme: {key}\ntime.faster:\ntime.before:\n")
    (bound,) = [one.keys for one in operations(tmp_path) if one.id == "look.theme"]
    assert len(bound) == 1 and bound[0].strip("'")


async def test_an_own_key_does_it_and_is_shown_in_the_footer(sample: Sample, tmp_path: Path) -> None:
    (tmp_path / "keys.yaml").write_text("list.sort: '!'\n")
    async with console(sample, (160, 24), operations=operations(tmp_path)) as c:
        await c.press("D")
        await c.until("› Devices", "! sort")
        await c.press("s")
        await c.press("exclamation_mark")
        await c.until("by name")


@pytest.mark.parametrize("text", ["- a", "{", "device.poll: {a: b}", "quit: [[x]]"])
def test_a_file_that_is_no_key_map_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "keys.yaml").write_text(text)
    with pytest.raises(KeymapError):
        operations(tmp_path)


@pytest.mark.parametrize(
    ("roles", "user", "write", "role"),
    [
        ({}, "kai", False, Need.READ),
        ({}, "kai", True, Need.CHANGE),
        ({"kai": "operate"}, "kai@203.0.113.9", True, Need.OPERATE),
        ({"kai": "approve"}, "kai", False, Need.READ),
        ({"ana": "approve"}, "kai", True, Need.READ),
    ],
)
def test_an_account_may_what_the_provider_allows_and_write_unlocks(
    roles: dict[str, str], user: str, write: bool, role: Need
) -> None:
    settings: Any = SimpleNamespace(roles=roles)
    assert role_of(settings, user, write=write) is role
