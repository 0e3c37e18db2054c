"""Vaults for the tests: real files, the floor of Argon2's cost, an own memory."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from noc.hosting.secret import Secret
from noc.vault.keys import FLOOR
from noc.vault.memory import Memory
from noc.vault.operators import request
from noc.vault.slots import add_slot, create
from noc.vault.store import Vault

ANNA = Secret("anna likes long words")
BERT = Secret("bert has other ones")


@pytest.fixture
def memory(tmp_path: Path) -> Memory:
    """What this account has seen of vaults."""
    return Memory(tmp_path / "memory")


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A vault with Anna as founder and Bert as second approver; tests get copies."""
    file = tmp_path_factory.mktemp("made") / "vault"
    asked, _ = request("bert", BERT, FLOOR)
    create(file, "anna", ANNA, FLOOR, second=asked)
    return file


@pytest.fixture
def path(made: Path, tmp_path: Path) -> Path:
    """A vault that nobody opened yet."""
    return Path(shutil.copy(made, tmp_path / "vault"))


@pytest.fixture
def vault(path: Path, memory: Memory) -> Vault:
    """That vault, opened by Anna."""
    return Vault.open(path, "anna", ANNA, memory=memory)


def with_carl(vault: Vault, passphrase: Secret) -> None:
    """Carl gets a slot, without being an approver."""
    asked, _ = request("carl", passphrase, FLOOR)
    add_slot(vault, asked)
