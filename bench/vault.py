"""Opening a vault and changing it: against the bare Argon2id of the library and a bare write with fsync.

    python -m bench.vault [--secrets 1000] [--memory 256] [--runs 5]

Opening is Argon2id by design; what the vault adds must stay small. Medians of one run, only ratios count.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from noc.hosting.secret import Secret
from noc.vault import versions, wire
from noc.vault.agent import Agent
from noc.vault.client import AgentClient
from noc.vault.files import sync_directory
from noc.vault.generate import password
from noc.vault.keys import DEFAULT, MIB, Cost, kek
from noc.vault.memory import Memory
from noc.vault.slots import create, rotate_key
from noc.vault.store import Vault

PASSPHRASE = Secret("a passphrase of the benchmark")


def median(runs: int, work: Callable[[], object]) -> float:
    """Median seconds of some runs."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def filled(path: Path, memory: Memory, cost: Cost, secrets: int) -> Vault:
    """An opened vault with that many secrets, all in one write."""
    create(path, "bench", PASSPHRASE, cost)
    vault = Vault.open(path, "bench", PASSPHRASE, memory=memory)
    rec: versions.Versions = ()
    for number in range(secrets):
        one = versions.staged((), f"reg/customer-{number:05d}", password(), vault.keys, 1)
        rec += versions.promoted(one, one[0].name, 2)
    vault.change(lambda file: msgspec.structs.replace(file, rec=rec))
    return vault


def bare_write(path: Path, data: bytes) -> None:
    """The least that a durable replacement costs."""
    new = path.with_suffix(".bare")
    with new.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path.with_suffix(".kept"))
    sync_directory(path.parent)


def through_agent(vault: Vault, runs: int) -> float:
    """Median seconds of a secret asked of the agent."""
    agent = Agent(vault, wire.socket_path(vault.path))
    thread = threading.Thread(target=agent.serve)
    thread.start()
    client = AgentClient(vault.path)
    seconds = median(runs * 10, lambda: client.reveal("reg/customer-00000"))
    client.close()
    thread.join()
    return seconds


def measure(folder: Path, secrets: int, cost: Cost, runs: int) -> list[tuple[str, float, float]]:
    """(what, seconds, seconds of its peer)."""
    path, memory = folder / "vault", Memory(folder / "memory")
    vault = filled(path, memory, cost, secrets)
    bare = median(runs, lambda: kek(PASSPHRASE, bytes(16), cost))
    opening = median(runs, lambda: Vault.open(path, "bench", PASSPHRASE, memory=memory).close())
    data = path.read_bytes()
    write = median(runs * 5, lambda: bare_write(path, data))

    def change() -> None:
        vault.stage("pbx", Secret("value"))
        vault.abandon("pbx")

    changing = median(runs * 5, change) / 2
    rotating = median(runs, lambda: rotate_key(vault))
    asking = through_agent(vault, runs)
    return [
        ("open, against bare Argon2id", opening, bare),
        ("one change, against write + fsync", changing, write),
        ("a new vault key, against write + fsync", rotating, write),
        ("ask the agent, against opening", asking, opening),
    ]


def main() -> int:
    """Print one table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--secrets", type=int, default=1000)
    parser.add_argument("--memory", type=int, default=DEFAULT.m // MIB, help="of Argon2, in MiB")
    parser.add_argument("--runs", type=int, default=5)
    args = parser.parse_args()
    cost = Cost(DEFAULT.t, DEFAULT.p, args.memory * MIB)
    with TemporaryDirectory(prefix="noc") as folder:
        os.environ["XDG_RUNTIME_DIR"] = folder
        rows = measure(Path(folder), args.secrets, cost, args.runs)
    print(f"{args.secrets} secrets, Argon2id t={cost.t} p={cost.p} m={args.memory} MiB")
    print(f"{'':40}{'ms':>10}{'peer ms':>10}{'ratio':>8}")
    for what, seconds, peer in rows:
        print(f"{what:40}{seconds * 1000:>10.2f}{peer * 1000:>10.2f}{seconds / peer:>8.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
