"""Everyday tools: what an operator does with what is shown, besides looking at it.

Each deed gives what is wrong with what was typed behind its command, "" if nothing is.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.worker import get_current_worker

from noc.hosting.errors import NocError, UsageError
from noc.hosting.text import safe_text
from noc.log.view import View
from noc.screens import columns, tools
from noc.screens.cells import plural
from noc.screens.conductor import Conductor
from noc.screens.messages import Messages
from noc.screens.saved import PREFIX
from noc.screens.saving import Saving
from noc.screens.tooling import Tooling
from noc.screens.visits import Visit
from noc.screens.yank import MOST_BYTES, Way, Yanked, YankError, text_of, to_tmux

if TYPE_CHECKING:
    from noc.screens.export import Export

_WRITING = "Writing"
_TOLD_EVERY = 1.0
"""Seconds between two words on how far an export is."""
_FAR = 1_000
"""Steps to the side that reach the first column from anywhere."""


class Everyday:
    """The tools of one console. look: what is looked at."""

    def __init__(self, look: Conductor) -> None:
        self.look = look
        self.saving, self.tooling = Saving(look), Tooling(look)
        self._copied = ""

    def do(self, operation: str, text: str = "", *, force: bool = False) -> str:
        """Carry out an operation; force: its command was typed with ``!``."""
        if operation.startswith(PREFIX):
            return self.saving.open(operation.removeprefix(PREFIX))
        if operation.startswith(tools.PREFIX):
            return self.tooling.run(operation.removeprefix(tools.PREFIX))
        return self._DEEDS[operation](self, text, force)

    # --- yank ------------------------------------------------------------------------------------

    def _yank(self, _text: str, _force: bool) -> str:
        frame, answer = self.look.frame, self.look.answer
        chosen = frame.active.line_of_cursor() if answer else None
        data = answer.data if answer else None
        text = safe_text(text_of(chosen, self.look.place, data, listed=frame.active is frame.table))
        again, self._copied = text == self._copied, text
        if again:
            self._show("")
        elif len(text.encode()) > MOST_BYTES:
            self._show(f"More than the {MOST_BYTES:,} bytes that terminals take")
        elif self.look.desk.clipboard is Way.SHOWN:
            self._show("This terminal has no clipboard that noc could reach")
        elif self.look.desk.clipboard is Way.TMUX:
            frame.app.run_worker(partial(self._to_tmux, text), group="yank", thread=True)
        else:
            frame.app.copy_to_clipboard(text)
            self._tell_copied(text)
        return ""

    def _show(self, why: str) -> None:
        text, self._copied = self._copied, ""
        self.look.visit(Visit(Yanked(text, why)))

    def _tell_copied(self, text: str) -> None:
        self.look.tell(f"Copied {len(text)} characters; the same key again shows them")

    def _to_tmux(self, text: str) -> None:
        app = self.look.frame.app
        try:
            to_tmux(text)
        except YankError as error:
            app.call_from_thread(self._show, str(error))
        else:
            app.call_from_thread(self._tell_copied, text)

    # --- columns ---------------------------------------------------------------------------------

    def remember(self) -> None:
        """Take over the tools of the operator, and the views and columns of earlier sessions."""
        self.tooling.begin()
        self.saving.begin()
        if self.look.desk.remembered is None:
            return
        try:
            self.look.columns = columns.read(self.look.desk.remembered)
        except columns.ColumnsError as error:
            self.look.message = str(error)

    def completions(self, text: str) -> list[str]:
        """Whole command lines of this room that what was typed may become."""
        word, blank, rest = text.lstrip().partition(" ")
        if word == "view" and blank:
            return [f"view {name}" for name in self.saving.names if name.startswith(rest) and name != rest]
        if word != "columns" or not blank:
            return []
        return [f"columns {one}" for one in columns.completions(rest, self.look.known_columns)]

    def _columns(self, text: str, _force: bool) -> str:
        try:
            chosen = columns.typed(text, self.look.known_columns)
        except UsageError as error:
            return str(error)
        self.look.visits.go(replace(self.look.visits.now, columns=()))
        self.look.columns[self.look.place.area] = chosen
        if not chosen:
            del self.look.columns[self.look.place.area]
        self.look.frame.move_sideways(-_FAR)
        self.look.draw()
        if self.look.desk.remembered is not None:
            kept = partial(self._keep, self.look.desk.remembered, dict(self.look.columns))
            self.look.frame.app.run_worker(kept, group="columns", thread=True, exclusive=True)
        return ""

    def _keep(self, path: Path, chosen: dict[str, columns.Chosen]) -> None:
        try:
            columns.keep(path, chosen)
        except columns.ColumnsError as error:
            self.look.frame.app.call_from_thread(self.look.tell, str(error))

    # --- export ----------------------------------------------------------------------------------

    def _export(self, text: str, force: bool) -> str:
        from noc.screens.export import Export, target

        if not text:
            self.look.frame.type(":", "export ")
            return ""
        try:
            path = target(text)
        except UsageError as error:
            return str(error)
        self.look.message = f"{_WRITING} {path} …"
        wanted = Export(path, self.look.ask(), self.look.canvas(), self.look.columns_here(), force)
        self.look.reader.call(lambda view: view).add_done_callback(partial(self._exporting, wanted))
        return ""

    def _exporting(self, wanted: Export, got: Future[View]) -> None:
        app = self.look.frame.app
        work = partial(self._write, wanted, got.result())
        app.call_later(partial(app.run_worker, work, group="export", thread=True))

    def _write(self, wanted: Export, view: View) -> None:
        app, worker = self.look.frame.app, get_current_worker()
        told = [time.monotonic()]

        def progress(rows: int, share: float) -> None:
            if time.monotonic() - told[0] >= _TOLD_EVERY and not worker.is_cancelled:
                told[0] = time.monotonic()
                app.call_from_thread(
                    self.look.hint, f"{_WRITING} {wanted.path}: {rows:,} rows, {share:.0%}", _WRITING
                )

        try:
            written = replace(wanted, stopped=lambda: worker.is_cancelled, progress=progress).write(view)
            said = f"{plural(written.rows, 'row')} written to {wanted.path}"
            if written.capped:
                said += ": no file takes more, but the list goes on. A filter such as at<-7d writes the rest"
        except NocError as error:
            said = str(error)
        if not worker.is_cancelled:
            app.call_from_thread(self.look.tell, said)

    # --- the shell ------------------------------------------------------------------------------

    def _suspend(self, _text: str, _force: bool) -> str:
        if os.getpgrp() == os.getsid(0):
            return "not suspended: no shell waits that could bring noc back"
        self.look.frame.app.action_suspend_process()
        return ""

    # --- places of the console itself ------------------------------------------------------------

    def _messages(self, _text: str, _force: bool) -> str:
        self.look.visit(Visit(Messages(self.look.said)))
        return ""

    _DEEDS: ClassVar[dict[str, Callable[[Everyday, str, bool], str]]] = {
        "row.yank": _yank,
        "list.columns": _columns,
        "view.export": _export,
        "ask.save-view": lambda self, text, _force: self.saving.save(text),
        "ask.view": lambda self, text, _force: self.saving.open(text),
        "ask.views": lambda self, _text, _force: self.saving.show_all(),
        "views.delete": lambda self, _text, _force: self.saving.delete(),
        "ask.messages": _messages,
        "console.suspend": _suspend,
    }
