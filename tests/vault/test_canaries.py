"""A planted secret is looked for wherever it must not be: text of objects, pickles, tracebacks, cores."""

from __future__ import annotations

import contextlib
import copy
import io
import logging
import pickle
import subprocess
import sys
import traceback
from pathlib import Path

import msgspec
import pytest

from noc.hosting.secret import Secret
from noc.vault import operators, versions, wire
from noc.vault.errors import DamagedVaultError, VaultError
from noc.vault.keys import FLOOR, VaultKeys
from noc.vault.memory import Memory
from noc.vault.store import Vault, with_slot
from tests.vault.conftest import ANNA

CANARY = "Xq7mWz-planted-here"


def test_nothing_of_the_vault_shows_a_secret_or_a_key(vault: Vault, path: Path, memory: Memory) -> None:
    vault.stage("paccess", Secret(CANARY))
    _, signer = Vault.open_signing(path, "anna", ANNA, memory=memory)
    file = vault._read()
    unlocked = operators.unlock(file, "anna", ANNA, "", known=True)
    call = wire.Call(do="stage", name="paccess", secret=Secret(CANARY))
    reply = wire.Reply(secret=Secret(CANARY))
    key = bytes(vault.keys.master())
    for thing in (vault, vault.keys, signer, unlocked, call, reply, Secret(CANARY), file):
        for text in (repr(thing), str(thing), f"{thing}", f"{thing!s:>80}", repr([thing])):
            assert CANARY not in text
            assert key.hex() not in text
            assert repr(key)[2:20] not in text


def test_nothing_secret_is_pickled_copied_or_serialised(vault: Vault, path: Path, memory: Memory) -> None:
    _, signer = Vault.open_signing(path, "anna", ANNA, memory=memory)
    for thing in (vault, vault.keys, signer, Secret(CANARY)):
        with pytest.raises(TypeError):
            pickle.dumps(thing)
        with pytest.raises(TypeError):
            copy.deepcopy(thing)
        with pytest.raises(TypeError):
            msgspec.json.encode(thing)


def test_no_secret_stands_in_the_file_or_in_what_is_remembered(vault: Vault, tmp_path: Path) -> None:
    vault.add("paccess", Secret(CANARY))
    for file in tmp_path.rglob("*"):
        if file.is_file():
            data = file.read_bytes()
            assert CANARY.encode() not in data
            assert ANNA.reveal().encode() not in data
            assert bytes(vault.keys.master()) not in data


def test_tracebacks_with_all_their_locals_and_logs_show_none(
    vault: Vault, caplog: pytest.LogCaptureFixture
) -> None:
    vault.stage("paccess", Secret(CANARY))
    out = io.StringIO()
    with caplog.at_level(logging.DEBUG):
        for wrong in (
            lambda: vault.stage("paccess", Secret(CANARY)),
            lambda: vault.add("a|b", Secret(CANARY)),
            lambda: vault.reveal("paccess", 7),
            lambda: operators.request("anna", Secret(CANARY[:5]), FLOOR),
            lambda: versions.retired(vault._file.rec, "paccess", 1, 0),
        ):
            try:
                wrong()
            except VaultError as error:
                shown = traceback.TracebackException.from_exception(error, capture_locals=True)
                out.writelines(shown.format())
                logging.getLogger("test").exception("it failed")
    assert out.getvalue().count("VaultError") >= 3
    assert CANARY[:5] not in out.getvalue() + caplog.text


def test_a_traceback_with_its_locals_shows_no_key(vault: Vault, path: Path, memory: Memory) -> None:
    """Where opening fails half way, the frames hold private keys."""
    forged = VaultKeys.fresh(vault.id)
    file = vault._read()
    slot = file.slot("anna")
    assert slot is not None
    file = with_slot(file, operators.sealed(slot, forged, 2, forged))
    key = operators._opened(slot, vault.id, ANNA)
    assert key is not None
    with pytest.raises(DamagedVaultError) as caught:
        operators.unlock(file, "anna", ANNA, "", known=True)
    shown = "".join(traceback.TracebackException.from_exception(caught.value, capture_locals=True).format())
    assert "plain = KeyBytes(" in shown
    for part in (key[:32], key[32:64], key[64:], ANNA.reveal().encode()):
        assert repr(bytes(part))[2:-1] not in shown
        assert part.hex() not in shown


HOLDER = """
import os, resource, sys
resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
from noc.hosting.secret import Secret
from noc.vault.process import harden
if sys.argv[1] == "hardened":
    harden()
held = Secret(sys.stdin.readline().strip())
os.abort()
"""


def dumped(kind: str, folder: Path) -> list[Path]:
    """The core files that a process leaves which holds the canary and then aborts."""
    folder.mkdir()
    with contextlib.suppress(subprocess.CalledProcessError):
        subprocess.run(
            [sys.executable, "-c", HOLDER, kind],
            input=f"{CANARY}\n",
            text=True,
            cwd=folder,
            check=True,
            capture_output=True,
        )
    return list(folder.iterdir())


def test_a_core_dump_shows_none(tmp_path: Path) -> None:
    """With its counterpart: unprotected, the same process leaves a core with the canary in it."""
    pattern = Path("/proc/sys/kernel/core_pattern").read_text().strip()
    if pattern.startswith(("|", "/")):
        pytest.skip("needs a kernel feature: core files in the working directory (core_pattern)")
    plain = dumped("plain", tmp_path / "plain")
    if not plain:
        pytest.skip("needs a kernel feature: core files of processes")
    assert any(CANARY.encode() in core.read_bytes() for core in plain)
    assert dumped("hardened", tmp_path / "hardened") == []
