"""A writer that dies at any moment leaves the old vault or the new one, whole."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
from pathlib import Path

from noc.hosting.secret import Secret
from noc.vault.format import Label
from noc.vault.memory import Memory
from noc.vault.slots import rotate_key
from noc.vault.store import Vault
from tests.vault.conftest import ANNA

WRITER = """
import sys
from pathlib import Path
from noc.hosting.secret import Secret
from noc.vault.memory import Memory
from noc.vault.store import Vault
memory = Memory(Path(sys.argv[2]))
vault = Vault.open(Path(sys.argv[1]), "anna", Secret("anna likes long words"), memory=memory)
number = 0
while True:
    number += 1
    version = vault.stage("paccess", Secret(f"value {number}"))
    print("staged", version, number, flush=True)
    vault.promote("paccess")
    print("promoted", version, number, flush=True)
"""


def killed_after(path: Path, memory: Path, lines: int) -> list[str]:
    """Run a writer, kill it -9 once it has acknowledged so many changes; all that it acknowledged."""
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path), str(memory)], stdout=subprocess.PIPE, text=True
    )
    assert writer.stdout is not None
    told = [writer.stdout.readline() for _ in range(lines)]
    writer.send_signal(signal.SIGKILL)
    told += writer.stdout.readlines()
    assert writer.wait() == -signal.SIGKILL
    writer.stdout.close()
    return [line for line in told if line.endswith("\n")]


def test_kill_minus_nine_of_a_writer_loses_nothing_it_acknowledged(path: Path, tmp_path: Path) -> None:
    random.seed(9)
    for _ in range(6):
        told = killed_after(path, tmp_path / "writer", random.randint(1, 40))
        what, version, number = told[-1].split()
        with Vault.open(path, "anna", ANNA, memory=Memory(tmp_path / "reader")) as vault:
            assert vault.reveal("paccess", int(version)).reveal() == f"value {number}"
            labels = {one.version: one.label for one in vault.versions("paccess")}
            assert labels[int(version)] in (
                (Label.PENDING, Label.CURRENT) if what == "staged" else (Label.CURRENT, Label.PREVIOUS)
            )
            if Label.PENDING in labels.values():
                vault.promote("paccess")


def test_what_a_dead_writer_left_behind_is_in_nobodys_way(vault: Vault, path: Path) -> None:
    leftover = path.with_name("vault.new")
    leftover.write_bytes(b"half a vau")
    vault.add("paccess", Secret("x"))
    rotate_key(vault)
    assert not leftover.exists()
