"""The command line: finds the command family, parses, and turns errors into words and exit codes.

Exit codes: 0 good, 1 not good, 2 usage or configuration, 3 could not reach.
"""

from __future__ import annotations

import argparse
import io
import os
import re
import sys
from collections.abc import Iterator, Sequence
from importlib import import_module
from typing import Any

from noc import __version__
from noc.cli import console
from noc.hosting.errors import NocError
from noc.hosting.text import safe_text

FAMILIES = (
    "listing",
    "changes",
    "replay",
    "topology",
    "services",
    "capacity",
    "operating",
    "collect",
    "check",
    "probe",
    "cpe",
    "vault",
    "lab",
)
"""The modules of this package that add commands, in the order of `noc --help`."""

NAGIOS_UNKNOWN = 3

_OFFSET = re.compile(r"-\d+[a-z]+")
"""A span of time back, such as ``-3h``; no option of noc looks like that."""


def parser(families: Sequence[str] = FAMILIES) -> argparse.ArgumentParser:
    """The command line as one parser; each family adds its commands."""
    root = argparse.ArgumentParser(
        prog="noc",
        description="Terminal console for the operators of hosted-PBX platforms.",
        epilog="Without a command the console opens. `noc COMMAND --help` explains each command.",
    )
    root.add_argument("--version", action="version", version=f"noc {__version__}")
    root.add_argument("--config", metavar="FILE", help="provider.yaml to use")
    commands = root.add_subparsers(title="commands", metavar="COMMAND")
    console.add_options(root)
    for family in families:
        import_module(f"noc.cli.{family}").register(commands)
    return root


def run(argv: Sequence[str]) -> int:
    """Run one command line; returns its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    words = list(_joined(argv))
    try:
        args = parser(() if opens_console(words) else FAMILIES).parse_args(words)
    except SystemExit as stop:
        return NAGIOS_UNKNOWN if stop.code and "check" in words else int(stop.code or 0)
    command: Any = getattr(args, "run", console.run)
    try:
        return int(command(args))
    except NocError as error:
        print(f"noc: {_lines(error)}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def opens_console(words: Sequence[str]) -> bool:
    """Whether nothing but options of the console is said: its start need not wait for any command."""
    left = list(words)
    while left and left[0] in ("--config", "--write", "--lab"):
        del left[: 2 if left[0] == "--config" else 1]
    return not left


def _joined(argv: Sequence[str]) -> Iterator[str]:
    """`--at -2h` as `--at=-2h`, a lone `-3h` with a blank: argparse takes both for options."""
    words = iter(argv)
    for word in words:
        if word == "--at":
            yield f"{word}={next(words, '')}"
        else:
            yield f" {word}" if _OFFSET.fullmatch(word) else word


def _lines(error: NocError) -> str:
    return "\n".join(safe_text(line) for line in str(error).splitlines())
