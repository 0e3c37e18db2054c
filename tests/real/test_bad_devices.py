"""Bad devices: each costs only itself, is named with its code and a remedy, and is well again when mended.

Every kind is tried on a customer PBX alone on its platform and as one of ten; what takes long is tried
on several at once. Nothing is asserted of how long anything takes, only that the sweep ends.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator

import pytest

from noc.lab.catalogue import BAD_KINDS
from tests.platform_lab import NOC, LabPlatform, Lists, Row, differences, running_lab

SLOW = ("hang", "trickle", "50-mb")
FAST = tuple(kind for kind in BAD_KINDS if kind not in SLOW)
ALIVE = ("forgets-half", "new-hardware-id")
PLACE = 3
MOST_MEMORY = 48 << 10
"""Kilobytes that bad devices may add to a collector; what they send is more than ten times that."""


class Platform:
    """A lab that was collected once while it was well."""

    def __init__(self, lab: LabPlatform) -> None:
        self.lab = lab
        self.well = lab.collect()
        self.pbxs = sorted(key[0] for key in self.well["customers"])

    def do(self, *words: str) -> None:
        """Break or mend something; it has taken effect when this returns."""
        self.lab.noc("lab", "do", *words, "--dir", str(self.lab.folder))

    def mend(self) -> None:
        """Everything is well again, and known to be so."""
        self.do("mend", "all")
        assert differences(self.lab.collect(), self.well) == []


@pytest.fixture(scope="module")
def ten(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    with running_lab(tmp_path_factory.mktemp("ten") / "lab", "--clusters", "1", "--customers", "10") as lab:
        yield Platform(lab)


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    with running_lab(tmp_path_factory.mktemp("alone") / "lab", "--clusters", "1", "--customers", "1") as lab:
        yield Platform(lab)


def others(lists: Lists, names: list[str]) -> Lists:
    """The rows that are not about these customers."""

    def about(key: tuple[object, ...], row: Row) -> str:
        return f"{key} {row.get('customer')}"

    return {
        listing: {key: row for key, row in rows.items() if not any(name in about(key, row) for name in names)}
        for listing, rows in lists.items()
    }


def errors(row: Row) -> dict[str, str]:
    """subject -> code of its error, "" if it can be read; an error always has a remedy."""
    for source in row["sources"]:
        assert bool(source["error"]) == bool(source["remedy"]), source
    return {source["subject"]: source["error"] for source in row["sources"]}


def check_named(row: Row, kind: str) -> None:
    """A device of that kind is named by its code."""
    assert errors(row)["box"] == BAD_KINDS[kind], row["sources"]
    assert (row["state"] == "ok") == (kind in ALIVE)


@pytest.mark.parametrize("kind", FAST)
def test_one_of_ten_costs_only_itself(ten: Platform, kind: str) -> None:
    bad = ten.pbxs[PLACE]
    ten.do("bad", bad, kind)
    try:
        seen, truth = ten.lab.collect(), ten.lab.truth()
        assert differences(seen, truth) == []
        assert differences(others(seen, [bad]), others(ten.well, [bad])) == []
        assert differences(seen, ten.well), "the kind shows"
        check_named(seen["devices"][(bad,)], kind)
    finally:
        ten.mend()


def test_alone_each_kind_is_named(alone: Platform) -> None:
    (bad,) = alone.pbxs
    try:
        for kind in sorted(FAST, key=ALIVE.__contains__):
            alone.do("bad", bad, kind)
            seen = alone.lab.collect()
            assert differences(seen, alone.lab.truth()) == [], kind
            check_named(seen["devices"][(bad,)], kind)
    finally:
        alone.mend()


@pytest.mark.parametrize("name", ["sb1", "media1", "kerberos1"])
@pytest.mark.parametrize("kind", ["truncated-xml", "wrong-certificate", "forgets-half"])
def test_what_others_hang_on_may_be_bad_too(alone: Platform, name: str, kind: str) -> None:
    alone.do("bad", name, kind)
    try:
        seen = alone.lab.collect()
        assert differences(seen, alone.lab.truth()) == []
        check_named(seen["devices"][(name,)], kind)
    finally:
        alone.mend()


def test_several_that_are_slow_or_endless_cost_neither_the_others_nor_memory(ten: Platform) -> None:
    usual = peak(ten.lab)
    kinds = dict(zip(ten.pbxs, [*SLOW, "50-mb", "gzip-bomb", "gzip-bomb"], strict=False))
    for name, kind in kinds.items():
        ten.do("bad", name, kind)
    try:
        assert peak(ten.lab) - usual < MOST_MEMORY
        seen, truth = ten.lab.seen(), ten.lab.truth()
        assert differences(seen, truth) == []
        assert differences(others(seen, [*kinds]), others(ten.well, [*kinds])) == []
        for name, kind in kinds.items():
            check_named(seen["devices"][(name,)], kind)
    finally:
        ten.mend()


def peak(lab: LabPlatform) -> int:
    """Kilobytes of memory that a collector took at most in a full sweep."""
    words = [*NOC, "--config", str(lab.config), "collect", "--once"]
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as child:
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    assert child.returncode == 0
    return used.ru_maxrss


@pytest.mark.parametrize(("time", "off"), [("1970", True), ("+3h", True), ("-400", True), ("200", False)])
def test_a_clock_that_is_off_is_a_finding_and_the_moving_time_is_none(
    ten: Platform, time: str, off: bool
) -> None:
    bad = ten.pbxs[PLACE]
    ten.do("clock", bad, time)
    try:
        seen = ten.lab.collect()
        assert differences(seen, ten.lab.truth()) == []
        assert differences(others(seen, [bad]), others(ten.well, [bad])) == []
        row = seen["devices"][(bad,)]
        assert row["state"] == ("degraded" if off else "ok")
        assert [why["code"] for why in row["reasons"]] == ["clock"] * off
        assert differences(ten.lab.collect(), seen) == []
    finally:
        ten.mend()
