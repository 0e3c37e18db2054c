"""``noc`` without a command: the console, on a platform's log or on the built-in lab.

Where nobody collects, a collector is started as a child; it ends when the console's end of its
pipe closes, also when the console is killed.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from noc.cli.context import operator, settings_of, view_of
from noc.hosting.errors import UsageError

if TYPE_CHECKING:
    from noc.settings import Settings

LAB_READY = "lab ready"


def add_options(root: argparse.ArgumentParser) -> None:
    """The options that stand before any command."""
    root.add_argument(
        "--write", action="store_true", help="unlock what your role allows (default: read only)"
    )
    pace = root.add_mutually_exclusive_group()
    pace.add_argument("--slow", action="store_true", default=None, help="few repaints (the default over SSH)")
    pace.add_argument("--fast", action="store_false", dest="slow", help="all repaints, over SSH too")
    root.add_argument(
        "--mouse",
        action=argparse.BooleanOptionalAction,
        help="the console takes the mouse: wheel, click, click again to open (default: off, or console.yaml)",
    )
    root.add_argument("--lab", action="store_true", help="on the built-in lab: a platform on loopback")


def run(args: argparse.Namespace) -> int:
    """Open the console. Raises UsageError where stdin or stdout is no terminal."""
    if not all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        raise UsageError(
            "the console needs a terminal for input, output and errors",
            remedy="for scripts: `noc status --json`",
        )
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
    from noc.cli.attendant import attended

    with attended(settings.log, args.config) as attendant, view_of(args, settings) as view:
        with _unswept():
            from noc.screens.link import pace_of
            from noc.screens.run import run_console

        pace = pace_of(os.environ, slow=args.slow)
        look = {"pace": pace, "mouse": args.mouse}
        return run_console(settings, view, user=operator(), write=args.write, note=attendant.note, **look)


@contextmanager
def _unswept() -> Iterator[None]:
    """While modules are loaded: they stay, so that looking again and again which are garbage only costs."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


@contextmanager
def _lab() -> Iterator[Path]:
    from noc.cli.attendant import Child

    with tempfile.TemporaryDirectory(prefix="noc-lab-") as folder:
        print("starting the lab …", file=sys.stderr)
        lab = Child("lab", "up", "--dir", folder, "--parent-pipe")
        try:
            lab.wait_for(LAB_READY)
            yield Path(folder) / "provider.yaml"
        finally:
            lab.end()
