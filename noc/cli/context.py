"""What every command needs: settings, a view of the log, the operator's name."""

from __future__ import annotations

import argparse
import getpass
import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from noc.log.view import View
    from noc.settings import Settings


def settings_of(args: argparse.Namespace) -> Settings:
    """The settings that --config or the usual places name. Raises SettingsError."""
    from noc.settings import find, load

    return load(Path(args.config) if args.config else find())


def view_of(args: argparse.Namespace, settings: Settings) -> View:
    """A reader of the log; with --at the reader of that moment."""
    from noc.log.view import View

    view = View.open(settings.log_path, settings)
    moment = getattr(args, "at", None)
    return view.at_words(moment) if moment else view


def operator() -> str:
    """Who is at the keyboard, as the account and SSH claim it."""
    origin = os.environ.get("SSH_CONNECTION", "").split(" ")[0]
    name = getpass.getuser()
    return f"{name}@{origin}" if origin else name
