"""The console's collector: started where nobody collects, again when it dies, never beside another one."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from noc.cli import attendant
from noc.cli.attendant import Attendant, Child, attended
from noc.hosting.errors import NocError
from noc.log.files import prepare
from noc.log.lock import Lock, who_holds
from tests.platform_lab import LabPlatform, running_lab

PATIENCE = 90


def until(condition: Callable[[], bool]) -> None:
    """Wait for a condition; the deadline is far off, so that a slow machine passes."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.1)


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabPlatform]:
    with running_lab(
        tmp_path_factory.mktemp("lab") / "lab", "--clusters", "1", "--customers", "1"
    ) as platform:
        yield platform


def holder(log: Path) -> int:
    """The process that collects into a log, 0 for none."""
    found = who_holds(log)
    return found.pid if found else 0


def test_a_collector_that_is_killed_is_replaced(lab: LabPlatform, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attendant, "FREE_SECONDS", 0.5)
    log = lab.folder / "log"
    with attended(log, str(lab.config)):
        until(lambda: holder(log) > 0)
        first = holder(log)
        os.kill(first, signal.SIGKILL)
        until(lambda: holder(log) not in (0, first))
    assert holder(log) == 0, "it ends with the console"


def test_it_waits_while_another_collects_and_takes_over(
    lab: LabPlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attendant, "FREE_SECONDS", 0.5)
    log = lab.folder / "log"
    prepare(log, None)
    with Lock.acquire(log, "somebody else") as held, attended(log, str(lab.config)):
        time.sleep(2.0)
        assert holder(log) == os.getpid()
        held.release()
        until(lambda: holder(log) not in (0, os.getpid()))


def test_what_a_child_said_when_it_failed_is_told(tmp_path: Path) -> None:
    config = tmp_path / "provider.yaml"
    config.write_text("provider: nothing\n")
    one = Attendant(tmp_path / "log", str(config))
    one.start()
    try:
        until(lambda: "provider.yaml" in one.note())
    finally:
        one.end()
    child = Child("collect", "--colour")
    with pytest.raises(NocError, match="colour"):
        child.wait_for("ready")
    child.end()
