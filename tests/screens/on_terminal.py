"""A console as a process of its own, for tests through a real terminal: provider.yaml on the command line."""

from __future__ import annotations

import sys
from pathlib import Path

from noc.log.view import View
from noc.screens.run import run_console
from noc.settings import load


def main() -> int:
    """Run the console on the log that provider.yaml names; ``--write`` behind it unlocks writing."""
    settings = load(Path(sys.argv[1]))
    with View.open(settings.log, provider=settings.provider.name) as view:
        return run_console(settings, view, user="kai", write="--write" in sys.argv)


if __name__ == "__main__":
    sys.exit(main())
