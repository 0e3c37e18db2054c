"""The file on disk: who may read it, and one writer at a time; and what Argon2id is made to cost."""

from __future__ import annotations

import grp
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from noc.hosting.secret import Secret
from noc.vault import files
from noc.vault.errors import VaultBusyError, VaultError
from noc.vault.keys import DEFAULT, FLOOR, Cost, calibrated
from noc.vault.memory import Memory
from noc.vault.slots import create
from noc.vault.store import Vault
from tests.vault.conftest import ANNA


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_vault_of_one_account_stays_its_own(vault: Vault) -> None:
    vault.add("paccess", Secret("x"))
    assert mode(vault.path) == 0o600
    assert mode(vault.path.with_name("vault.lock")) == 0o600


def test_a_groups_vault_stays_the_groups(tmp_path: Path, memory: Memory) -> None:
    path, gid = tmp_path / "v", os.getgid()
    create(path, "anna", ANNA, FLOOR, group=grp.getgrgid(gid).gr_name)
    with Vault.open(path, "anna", ANNA, memory=memory) as vault:
        vault.add("paccess", Secret("x"))
    assert (mode(path), path.stat().st_gid) == (0o660, gid)
    assert mode(tmp_path / "v.lock") == 0o660


def test_a_group_that_is_none_makes_nothing(tmp_path: Path) -> None:
    with pytest.raises(VaultError, match="cannot be made"):
        create(tmp_path / "v", "anna", ANNA, FLOOR, group="no-such-group-here")
    assert list(tmp_path.iterdir()) == []


def test_one_writer_at_a_time(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "LOCK_SECONDS", 0.0)
    before = vault.path.read_bytes()
    with files.locked(vault.path), pytest.raises(VaultBusyError, match="another process"):
        vault.add("paccess", Secret("x"))
    assert vault.path.read_bytes() == before
    vault.add("paccess", Secret("x"))


def test_a_missing_vault_says_how_to_make_one(tmp_path: Path, memory: Memory) -> None:
    with pytest.raises(VaultError, match="noc vault init"):
        Vault.open(tmp_path / "none", "anna", ANNA, memory=memory)


def stepping(seconds: float) -> Callable[[], float]:
    """A clock on which every run takes that long."""
    now = 0.0

    def clock() -> float:
        nonlocal now
        now += seconds
        return now

    return clock


@pytest.mark.parametrize(("seconds", "cost"), [(0.9, DEFAULT), (1.1, Cost(DEFAULT.t, DEFAULT.p, FLOOR.m))])
def test_the_cost_is_what_the_machine_does_in_a_second_never_below_the_floor(
    seconds: float, cost: Cost
) -> None:
    assert calibrated(clock=stepping(seconds)) == cost
