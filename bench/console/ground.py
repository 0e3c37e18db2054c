"""What a console is measured on: a provider.yaml, a filled log, and a collector that seems to be at work."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.fill import PER_CLUSTER, fill, fill_events
from bench.start import PROVIDER
from noc.hosting.records import Customer, Device, Draft, draft
from noc.log.lock import Lock
from noc.log.store import Log
from noc.screens import theme

BEAT = 3.0
"""Seconds between heartbeats."""


def laid(folder: Path, phones: int, events: int = 0) -> Path:
    """provider.yaml of a platform with a log of so many phones and events; a folder that has one is kept."""
    config = folder / "provider.yaml"
    if config.exists():
        return config
    folder.mkdir(parents=True, exist_ok=True)
    with Log.open(folder / "log") as log:
        fill(log, phones)
        log.append(_devices(phones))
        if events:
            fill_events(log, events)
    (folder / "root.pem").write_text("-----BEGIN CERTIFICATE-----\n")
    config.write_text(PROVIDER)
    return config


def _devices(phones: int) -> list[Draft]:
    """The Frontends, and the first ten customers of each: the tiles of a Wall."""
    found: list[Draft] = []
    for number in range(1, (phones - 1) // PER_CLUSTER + 2):
        name = f"sb{number}"
        found.append(draft(name, Device(name=name, kind="frontend", cluster=name, inside="10.1.0.254")))
        first = (number - 1) * PER_CLUSTER // 100 + 1
        for customer in (f"Kuenkel{one:05}" for one in range(first, first + 10)):
            found.append(draft(customer, Customer(customer=customer, cluster=name, frontend=name)))
    return found


@contextmanager
def collecting(config: Path) -> Iterator[None]:
    """The platform's lock is held and the log beats, so no console starts a collector of its own."""
    directory = config.parent / "log"
    stop = threading.Event()

    def beat() -> None:
        with Log.open(directory) as log:
            log.beat()
            begun.set()
            while not stop.wait(BEAT):
                log.beat()

    begun = threading.Event()
    thread = threading.Thread(target=beat)
    with Lock.acquire(directory, "bench"):
        thread.start()
        begun.wait()
        try:
            yield
        finally:
            stop.set()
            thread.join()


def console(config: Path) -> list[str]:
    """The words that start a console."""
    return [sys.executable, "-m", "noc", "--config", str(config)]


def environment(folder: Path, **more: str) -> dict[str, str]:
    """A terminal with all colours, nobody's own settings, no animation (noc never has any)."""
    kept = {name: os.environ[name] for name in ("PATH",) if name in os.environ}
    fixed = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8", "TZ": "UTC"}
    own = {f"XDG_{name}_HOME": str(folder / name.lower()) for name in ("CONFIG", "STATE", "CACHE")}
    root = str(Path(__file__).parents[2])
    return {**kept, **fixed, **own, "HOME": str(folder), "PYTHONPATH": root} | {
        "TEXTUAL_ANIMATIONS": "none",
        **more,
    }


def cursor_mark() -> bytes:
    """The bytes with which the dark theme begins the ground of the cursor's line."""
    inks = theme.inks(theme.load((theme.shipped(),)).themes["dark"])
    colour = inks.cursor.bgcolor
    assert colour is not None
    red, green, blue = colour.get_truecolor()
    return f"48;2;{red};{green};{blue}".encode()
