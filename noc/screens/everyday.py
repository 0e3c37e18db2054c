"""Everyday tools: what an operator does with what is shown, besides looking at it.

Each deed gives what is wrong with what was typed behind its command, "" if nothing is.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import ClassVar

from noc.hosting.text import safe_text
from noc.screens.conductor import Conductor
from noc.screens.messages import Messages
from noc.screens.visits import Visit
from noc.screens.yank import MOST_BYTES, Way, Yanked, YankError, text_of, to_tmux


class Everyday:
    """The tools of one console. look: what is looked at."""

    def __init__(self, look: Conductor) -> None:
        self.look = look
        self._copied = ""

    def do(self, operation: str, text: str = "", *, force: bool = False) -> str:
        """Carry out an operation; force: its command was typed with ``!``."""
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

    # --- places of the console itself ------------------------------------------------------------

    def _messages(self, _text: str, _force: bool) -> str:
        self.look.visit(Visit(Messages(self.look.said)))
        return ""

    _DEEDS: ClassVar[dict[str, Callable[[Everyday, str, bool], str]]] = {
        "row.yank": _yank,
        "ask.messages": _messages,
    }
