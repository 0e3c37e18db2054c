"""One sweep of a lab: `noc collect --once` beside curl and bare aiohttp fetching the same pages.

Run ``python -m bench.sweep [--clusters 2] [--customers 6] [--phones K] [--runs 3]``. CPU is that of the
client processes alone (children of this one), not of the lab. The peers ask for every GET that a recorded
sweep made, with login, and throw the bodies away: they parse, compare and store nothing. What noc asks
besides (SOAP, PROPFIND, SNMP, the handshake that shows a certificate) they do not. Two parts of noc stand
between: its client asking for the same pages, and all its readers without comparing and storing.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from noc.settings import Settings, load, resolve_secret
from tests.platform_lab import NOC, LabPlatform, running_lab

BASE = "curl, Basic"


def main() -> int:
    """Start a lab, sweep it with both clients in turn, print medians and the ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clusters", type=int, default=2)
    parser.add_argument("--customers", type=int, default=6)
    parser.add_argument("--phones", type=int)
    parser.add_argument("--runs", type=int, default=3)
    arguments = parser.parse_args()
    if shutil.which("curl") is None:
        raise SystemExit("this compares with curl: install it first")
    size = ["--clusters", str(arguments.clusters), "--customers", str(arguments.customers)]
    size += ["--phones", str(arguments.phones)] if arguments.phones else []
    with tempfile.TemporaryDirectory() as folder, running_lab(Path(folder) / "lab", *size) as lab:
        pages = Path(folder) / "pages.json"
        sweeper(lab, pages, "record")
        config, digest = (curl_config(lab, Path(folder), pages, scheme) for scheme in ("basic", "digest"))
        clients: dict[str, Callable[[], object]] = {
            BASE: lambda: run_curl(config),
            "curl, Digest": lambda: run_curl(digest),
            "aiohttp, bare": lambda: sweeper(lab, pages, "aiohttp"),
            "noc, the same pages": lambda: sweeper(lab, pages, "pages"),
            "noc, readers alone": lambda: sweeper(lab, pages, "read"),
            "noc, nothing new": lambda: collect(lab),
            "noc, first sweep": lambda: first_sweep(lab),
        }
        found: dict[str, list[tuple[float, float]]] = {name: [] for name in clients}
        for _ in range(arguments.runs):
            for name, work in clients.items():
                found[name].append(timed(work))
        asked = json.loads(pages.read_text())
        print(f"{len(asked)} devices, {sum(map(len, asked.values()))} GETs")
        report(found)
    return 0


def report(found: dict[str, list[tuple[float, float]]]) -> None:
    """A line a client: least CPU and wall of its runs, and the ratio of the CPU to curl's."""
    base = min(cpu for cpu, _ in found[BASE])
    for name, runs in found.items():
        cpu, wall = (min(values) for values in zip(*runs, strict=True))
        print(f"{name:20} {cpu:7.2f} s CPU {wall:7.2f} s wall  {cpu / base:5.2f}x")


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """CPU seconds of the children that `work` ran, and wall seconds."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    work()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu, time.perf_counter() - began


def collect(lab: LabPlatform) -> None:
    """One sweep by noc."""
    subprocess.run([*NOC, "--config", str(lab.config), "collect", "--once"], check=True)


def first_sweep(lab: LabPlatform) -> None:
    """One sweep by noc into an empty log."""
    shutil.rmtree(lab.folder / "log")
    collect(lab)


def sweeper(lab: LabPlatform, pages: Path, what: str) -> None:
    """One of the clients of `bench.sweeper`."""
    command = [sys.executable, "-m", "bench.sweeper", what, str(lab.config), str(pages)]
    subprocess.run(command, check=True)


def run_curl(config: Path) -> None:
    """All pages by curl."""
    words = "curl --silent --no-progress-meter --fail --parallel --parallel-max 64 --config".split()
    subprocess.run([*words, str(config)], check=True, stdout=subprocess.DEVNULL)


def curl_config(lab: LabPlatform, folder: Path, pages: Path, scheme: str) -> Path:
    """A curl configuration (0600: it holds the login) with every page that a sweep read."""
    settings: Settings = load(lab.config)
    credential = settings.credential("")
    login = f"{credential.user}:{resolve_secret(credential.password).reveal()}"
    urls = [
        f'url = "https://{address}:{settings.ports.real(443)}{target}"\noutput = "/dev/null"'
        for address, targets in json.loads(pages.read_text()).items()
        for target in targets
    ]
    config = folder / f"curl-{scheme}.conf"
    config.touch(mode=0o600)
    head = [f'user = "{login}"', scheme, "globoff", f'cacert = "{lab.folder / "root.pem"}"']
    config.write_text("\n".join([*head, *urls]))
    return config


if __name__ == "__main__":
    sys.exit(main())
