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
