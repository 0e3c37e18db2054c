"""Running a console until its operator leaves: on a platform's log, or on a copied one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo
from typing import TYPE_CHECKING, Any

from noc.log.view import View
from noc.screens.app import NocApp
from noc.screens.desk import Desk, desk_of, quiet, replay_desk

if TYPE_CHECKING:
    from noc.settings import Settings


def run_console(
    settings: Settings,
    view: View,
    *,
    user: str,
    write: bool,
    note: Callable[[], str] = quiet,
    **look: Any,
) -> int:
    """Run the console until the operator leaves; the exit code of `noc`.

    note: a word on what is still starting (shown beside STALE). look: `theme`, `ascii`,
    `theme_folders`, `operations` of `Desk`, `mouse` of `desk_of`.
    """
    return _run(desk_of(settings, view, user=user, write=write, note=note, **look))


def run_replay(view: View, *, provider: str, zone: tzinfo, user: str, start: str, speed: float) -> int:
    """Run the console on a copied log from a moment (as typed, "" = its beginning); the exit code of `noc`.

    view: its present is the end of the log. Raises UsageError for a moment that is none.
    """
    desk = replay_desk(view, provider=provider, zone=zone, user=user, start=start, speed=speed)
    return _run(desk)


def _run(desk: Desk) -> int:
    app = NocApp.for_desk(desk)
    code = app.run(mouse=desk.mouse)
    return app.return_code or code or 0
