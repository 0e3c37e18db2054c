"""A lab for the tests of what devices say of themselves, asked by noc and by curl."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from tests.lab.conftest import Operator
from tests.platform_lab import LabPlatform, Lists, differences

SIZE = ("--clusters", "1", "--customers", "2", "--phones", "3", "--seed", "5")
FRONTEND, MEDIA = "127.21.0.254", "127.21.0.253"


def facts(lab: LabPlatform, kind: str) -> dict[str, dict[str, Any]]:
    """The facts of one kind as `noc devices --json` has them, by subject."""
    told = json.loads(lab.noc("devices", "--json"))["rows"]
    return {fact["subject"]: fact for row in told for fact in row["facts"] if fact["kind"] == kind}


def disagreements(seen: Lists, truth: Lists, *kinds: str) -> list[str]:
    """What noc and the truth disagree about in facts of these kinds."""
    ours, theirs = ({**lists, "facts": _of(lists, kinds)} for lists in (seen, truth))
    assert ours["facts"], "there are none"
    return [words for words in differences(ours, theirs) if words.startswith("facts ")]


def configure(operator: Operator, address: str, line: str) -> None:
    """Have a device carry out a line of configuration, keep it and put it into force."""
    for command in (line, "config write", "config activate"):
        assert operator.get(address, "/!" + quote(command, safe=""), user="admin") == "ok\r\n"


def _of(lists: Lists, kinds: tuple[str, ...]) -> dict[tuple[Any, ...], dict[str, Any]]:
    return {key: row for key, row in lists["facts"].items() if row["kind"] in kinds}
