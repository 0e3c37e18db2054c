"""Saving, opening and deleting views, and their keys in the table of operations."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial

from noc.hosting.errors import UsageError
from noc.hosting.keymap import clashes
from noc.screens import saved
from noc.screens.conductor import Conductor
from noc.screens.saved import PREFIX, SavedError, SavedView, Views
from noc.screens.visits import Visit

_NAME = re.compile(r"[\w.-]{1,40}\Z")


class Saving:
    """The saved views of one console. look: what is looked at."""

    def __init__(self, look: Conductor) -> None:
        self.look = look
        self._views = Views({})

    def begin(self) -> None:
        """Take over the views of the operator's file; what is wrong with it is said once."""
        if self.look.desk.views is None:
            return
        self._views = saved.read(self.look.desk.views)
        problems = list(self._views.problems)
        for name, view in self._views.all.items():
            problems += [f"{self.look.desk.views}: {one}" for one in self._offer(name, view)]
        for problem in reversed(problems):
            self.look.message = problem

    @property
    def names(self) -> list[str]:
        """The names of all views."""
        return sorted(self._views.all)

    def open(self, name: str) -> str:
        """Show a saved view; gives what is wrong, "" if nothing is."""
        if not name:
            self.look.frame.type(":", "view ")
            return ""
        view = self._views.all.get(name)
        if view is None:
            return f"there is no view {name!r}: {', '.join(self.names) or 'none is saved'}"
        self.look.visit(view.visit())
        return ""

    def show_all(self) -> str:
        """Show all views."""
        from noc.screens.views import ViewList

        self.look.visit(Visit(ViewList(lambda: self._views.all)))
        return ""

    def save(self, text: str) -> str:
        """Keep what is shown as ``NAME`` or ``NAME KEY``; gives what is wrong, "" if nothing is."""
        name, _, key = text.partition(" ")
        if not name:
            self.look.frame.type(":", "save-view ")
            return ""
        if not _NAME.match(name):
            return "a view's name has letters, digits, dots, dashes and underscores"
        try:
            view = saved.of_visit(self.look.visits.now, self.look.columns_here(), _spoken(key.strip()))
        except UsageError as error:
            return str(error)
        if self._views.problems:
            return f"views are not written while some cannot be read: {self._views.problems[0]}"
        before = self._views.all.get(name)
        self._withdraw(name)
        wrong = self._offer(name, view)
        if wrong:
            self._withdraw(name)
            if before is not None:
                self._offer(name, before)
            return wrong[0]
        return self._put({**self._views.all, name: view}, f"View {name} saved")

    def delete(self) -> str:
        """Delete the view under the cursor."""
        name = self.look.frame.active.cursor_key
        if name not in self._views.all:
            return "no view is chosen"
        if self._views.problems:
            return f"views are not written while some cannot be read: {self._views.problems[0]}"
        self._withdraw(name)
        kept = {one: view for one, view in self._views.all.items() if one != name}
        return self._put(kept, f"View {name} deleted")

    def _put(self, views: dict[str, SavedView], said: str) -> str:
        path = self.look.desk.views
        self._views = replace(self._views, all=views)
        self.look.message = said
        self.look.want()
        if path is not None:
            work = partial(self._write, views)
            self.look.frame.app.run_worker(work, group="views", thread=True, exclusive=True)
        return ""

    def _write(self, views: dict[str, SavedView]) -> None:
        assert self.look.desk.views is not None  # noqa: S101 - asked only where there is a file
        try:
            saved.write(self.look.desk.views, views)
        except SavedError as error:
            self.look.frame.app.call_from_thread(self.look.tell, str(error))

    def _offer(self, name: str, view: SavedView) -> list[str]:
        """Put a view into the table of operations; what its key clashes with."""
        offered = saved.operation(name, view)
        wrong = [one for one in clashes([*self.look.operations.values(), offered]) if offered.id in one]
        self.look.operations[offered.id] = saved.operation(name, _keyless(view)) if wrong else offered
        if wrong:
            return wrong
        if view.key:
            self.look.frame.app.bind(view.key, f"operate('{offered.id}')", show=False)
        return []

    def _withdraw(self, name: str) -> None:
        self.look.operations.pop(PREFIX + name, None)


def _spoken(key: str) -> str:
    """A key as it is typed, as Textual names it: ``F6`` is ``f6``; a single letter keeps its case."""
    return key.lower() if len(key) > 1 else key


def _keyless(view: SavedView) -> SavedView:
    """The view without a key of its own."""
    return SavedView(view.place, view.args, view.filter, view.sort, view.columns)
