"""One sweep of a lab: `noc collect --once` beside curl fetching the same pages with the same login.

Run ``python -m bench.sweep [--clusters 2] [--customers 6] [--phones K] [--runs 3]``. CPU is that of the
client processes alone (children of this one), not of the lab. curl fetches every page that the sweep reads
and throws it away: it parses, compares and stores nothing, so it is the floor.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from noc.devices.dialect import load as load_dialect
from noc.settings import Settings, load, resolve_secret
from tests.platform_lab import NOC, LabPlatform, running_lab

PAGES = {
    "frontend": ("box.url", "alarms.url", "pbx", "nat.url", "config.url", "alarms.url"),
    "media": ("box.url", "pbx", "alarms.url"),
    "pbx": ("box.url", "pbx", "relay.url", "alarms.url"),
    "kerberos": ("box.url", "pbx", "alarms.url"),
}


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
        collect(lab)
        config = curl_config(lab, Path(folder))
        clients: dict[str, Callable[[], object]] = {
            "curl --parallel": lambda: run_curl(config),
            "noc, first sweep": lambda: first_sweep(lab),
            "noc, nothing new": lambda: collect(lab),
        }
        report({name: [timed(work) for _ in range(arguments.runs)] for name, work in clients.items()})
    return 0


def report(found: dict[str, list[tuple[float, float]]]) -> None:
    """A line a client: median CPU and wall, and the ratio of the CPU to curl's."""
    base = statistics.median(cpu for cpu, _ in found["curl --parallel"])
    for name, runs in found.items():
        cpu, wall = (statistics.median(values) for values in zip(*runs, strict=True))
        print(f"{name:18} {cpu:7.2f} s CPU {wall:7.2f} s wall  {cpu / base:5.2f}x")


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


def run_curl(config: Path) -> None:
    """All pages by curl."""
    subprocess.run(
        [
            *"curl --silent --no-progress-meter --fail --parallel --parallel-max 64 --config".split(),
            str(config),
        ],
        check=True,
        stdout=subprocess.DEVNULL,
    )


def curl_config(lab: LabPlatform, folder: Path) -> Path:
    """A curl configuration (0600: it holds the login) with the pages of every device."""
    settings: Settings = load(lab.config)
    credential = settings.credential("")
    login = f"{credential.user}:{resolve_secret(credential.password).reveal()}"
    devices = json.loads(lab.noc("devices", "--json"))["rows"]
    urls = [
        f'url = "https://{device["address"]}:{settings.ports.real(443)}{path}"\noutput = "/dev/null"'
        for device in devices
        for path in paths(device["kind"])
    ]
    config = folder / "curl.conf"
    config.touch(mode=0o600)
    config.write_text("\n".join([f'user = "{login}"', "digest", f'cacert = "{settings.root}"', *urls]))
    return config


def paths(kind: str) -> list[str]:
    """The pages that a sweep reads of a device of this kind."""
    words = load_dialect()
    query = words["pbx.objects-query"].format(pbx="")
    named = {"pbx": f"{words['pbx.url']}?{query}"}
    return [named.get(key) or words[key] for key in PAGES.get(kind, ())]


if __name__ == "__main__":
    sys.exit(main())
