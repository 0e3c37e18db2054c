"""``noc`` without a command: the console, on a platform's log or on the built-in lab.

Where nobody collects, a collector is started as a child; it ends when the console's end of its
pipe closes, also when the console is killed.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from noc.cli.context import operator, settings_of, view_of
from noc.hosting.errors import NocError, UsageError

if TYPE_CHECKING:
    from noc.settings import Settings

LAB_READY = "lab ready"


def add_options(root: argparse.ArgumentParser) -> None:
    """The options that stand before any command."""
    root.add_argument(
        "--write", action="store_true", help="unlock what your role allows (default: read only)"
    )
    root.add_argument("--lab", action="store_true", help="on the built-in lab: a platform on loopback")


def run(args: argparse.Namespace) -> int:
    """Open the console. Raises UsageError where stdin or stdout is no terminal."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError("the console needs a terminal", remedy="for scripts: `noc status --json`")
    if args.lab and args.config:
        raise UsageError(
            "--lab and --config exclude each other", remedy="the lab writes its own provider.yaml"
        )
    if args.lab:
        with _lab() as config:
            args.config = str(config)
            return _console(args, settings_of(args))
    return _console(args, settings_of(args))


def _console(args: argparse.Namespace, settings: Settings) -> int:
    from noc.log.lock import who_holds

    with _collector(args.config, start=who_holds(settings.log) is None), view_of(args, settings) as view:
        from noc.screens.app import run_console

        return run_console(settings, view, user=operator(), write=args.write)


@contextmanager
def _lab() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="noc-lab-") as folder:
        print("starting the lab …", file=sys.stderr)
        with _child("lab", "up", "--dir", folder, "--parent-pipe", wait_for=LAB_READY):
            yield Path(folder) / "provider.yaml"


@contextmanager
def _collector(config: str | None, *, start: bool) -> Iterator[None]:
    if not start:
        yield
        return
    options = ("--config", config) if config else ()
    with _child(*options, "collect", "--parent-pipe"):
        yield


@contextmanager
def _child(*words: str, wait_for: str = "") -> Iterator[None]:
    """A `noc` child that ends when this process does. Its stderr is kept for the message if it fails."""
    with tempfile.TemporaryFile("w+") as errors:
        child = subprocess.Popen(
            [sys.executable, "-m", "noc", *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            start_new_session=True,
        )
        try:
            _await(child, wait_for, errors.fileno())
            yield
        finally:
            for pipe in (child.stdin, child.stdout):
                if pipe:
                    pipe.close()
            try:
                child.wait(10)
            except subprocess.TimeoutExpired:
                child.kill()


def _await(child: subprocess.Popen[str], line: str, errors: int) -> None:
    if not line or child.stdout is None:
        return
    for text in child.stdout:
        if text.strip() == line:
            return
    child.wait()
    with open(errors, closefd=False) as file:
        file.seek(0)
        raise NocError(file.read().strip() or f"it ended with code {child.returncode}", "noc lab up")
