"""What every command needs: settings, a view of the log, the operator's name."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from noc.hosting.text import safe_text

if TYPE_CHECKING:
    from noc.log.filter import Moment
    from noc.log.view import View
    from noc.settings import Settings


def settings_of(args: argparse.Namespace) -> Settings:
    """The settings that --config or the usual places name; warnings go to stderr. Raises SettingsError."""
    from noc.settings import find, load

    settings = load(Path(args.config) if args.config else find())
    for warning in settings.warnings:
        print(f"noc: {safe_text(warning)}", file=sys.stderr)
    return settings


def view_of(args: argparse.Namespace, settings: Settings) -> View:
    """A reader of the log; with --at the reader of that moment. Raises LogError, UsageError.

    The dialect is read when a list needs it: that raises DialectError.
    """
    from noc.log.view import View

    def line_limit() -> int:
        from noc.devices.dialect import load

        return load(settings.dialect).integer("config.line-limit")

    view = View.open(
        settings.log,
        provider=settings.provider.name,
        zone=ZoneInfo(settings.provider.timezone),
        line_limit=line_limit,
        dialect=settings.dialect,
    )
    words = getattr(args, "at", None)
    return view.at(moment_of(settings)(words)) if words else view


def moment_of(settings: Settings, *, future: bool = False) -> Moment:
    """Reads a time as a person types it, by now and in the provider's time zone. future: it may lie ahead."""
    from noc.log.files import clock
    from noc.log.when import parse

    zone = ZoneInfo(settings.provider.timezone)
    return lambda words: parse(words, now=clock(), zone=zone, future=future)


def operator() -> str:
    """Who is at the keyboard, as the account and SSH claim it."""
    origin = os.environ.get("SSH_CONNECTION", "").split(" ")[0]
    name = getpass.getuser()
    return f"{name}@{origin}" if origin else name
