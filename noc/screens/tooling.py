"""Running a tool on the line under the cursor: its values are looked up, a dangerous one is confirmed, the
terminal is handed over and comes back."""

from __future__ import annotations

import shlex
import signal
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from textual.app import SuspendNotSupported

from noc.hosting.errors import UsageError
from noc.hosting.keymap import clashes
from noc.log.view import View
from noc.screens import route, tools
from noc.screens.cells import Canvas
from noc.screens.chosen import chosen, equals
from noc.screens.conductor import Conductor
from noc.screens.place import Ask, Last, Picture, Place
from noc.screens.tools import Tool
from noc.screens.visits import Visit
from noc.screens.widgets.line import Goto, Line, line, span


@dataclass(frozen=True)
class Confirm(Place):
    """What a dangerous tool is about to do; nothing is run unless the second line is chosen."""

    tool: Tool
    words: tuple[str, ...]
    area: ClassVar[str] = "confirm"

    def crumbs(self) -> tuple[str, ...]:
        """The way here."""
        return ("Confirm", self.tool.title)

    def query(self, view: View, ask: Ask, last: Last) -> None:
        """Nothing is read."""

    def draw(self, data: None, canvas: Canvas, ask: Ask) -> Picture:
        """The whole command, then the choice."""
        sentence = span(f"{self.tool.title}: this runs on your account, outside noc.", "strong")
        shown = line(span(f"   {shlex.join(self.words)}"))
        choice = (line(span(" No, go back"), key="no"), line(span(" Run it", "critical"), key="run"))
        return Picture((sentence,), (Line(), shown, Line(), *choice))


class Tooling:
    """The tools of one console. look: what is looked at."""

    def __init__(self, look: Conductor) -> None:
        self.look = look
        self._tools: dict[str, Tool] = {}

    def begin(self) -> None:
        """Take over the operator's tools; what is wrong with them is said once."""
        if self.look.desk.tools is None:
            return
        found = tools.read(self.look.desk.tools)
        problems = list(found.problems)
        for tool in found.all:
            self._tools[tool.name] = tool
            problems += [f"{self.look.desk.tools}: {one}" for one in self._offer(tool)]
        for problem in reversed(problems):
            self.look.message = problem

    def _offer(self, tool: Tool) -> list[str]:
        """Put a tool into the table of operations; what its key clashes with."""
        offered = tool.operation()
        wrong = [one for one in clashes([*self.look.operations.values(), offered]) if offered.id in one]
        self.look.operations[offered.id] = tool.operation(keyed=not wrong)
        if tool.key and not wrong:
            self.look.frame.app.bind(tool.key, f"operate('{offered.id}')", show=False)
        return wrong

    def run(self, name: str) -> str:
        """Run a tool on the line under the cursor, or on the place where there is none."""
        chosen_line = self.look.frame.active.line_of_cursor() if self.look.answer else None
        target = chosen_line.target if chosen_line else None
        subject = (chosen_line.subject if chosen_line else "") or self.look.place.subject()
        work = partial(values, target or route.way(self.look.place), subject)

        def found(future: Future[dict[str, str]]) -> None:
            self.look.frame.app.call_later(self._found, self._tools[name], future)

        self.look.reader.call(work).add_done_callback(found)
        return ""

    def _found(self, tool: Tool, future: Future[dict[str, str]]) -> None:
        error = future.exception()
        if error is not None:
            self.look.tell(str(error))
            return
        try:
            words = tuple(tool.words(future.result()))
        except UsageError as wrong:
            self.look.tell(str(wrong))
            return
        if tool.dangerous:
            self.look.visit(Visit(Confirm(tool, words)))
        else:
            self._hand_over(tool, words)

    def confirm(self, here: Confirm, key: str) -> None:
        """What was chosen on the page that asks."""
        self.look.step(-1)
        if key == "run":
            self._hand_over(here.tool, here.words)

    def _hand_over(self, tool: Tool, words: Sequence[str]) -> None:
        app = self.look.frame.app
        try:
            with app.suspend():
                said = carry_out(words, wait=tool.wait)
        except SuspendNotSupported:
            said = "not run: this terminal cannot be handed over"
        self.look.tell(f"{tool.title}: {said}")


def values(goto: Goto | None, subject: str, view: View) -> dict[str, str]:
    """What the placeholders stand for: of a phone, else of the device that a line is about."""
    if goto is not None and goto.place == "phone":
        frontend, cpe = goto.args
        found = view.phones(chosen("phones", equals("cpe", cpe), equals("frontend", frontend)))
        return {} if not found else {
            "device": frontend,
            "address": found[0].address,
            "customer": found[0].customer,
            "cpe": cpe,
            "hardware_id": found[0].hardware_id,
        }  # fmt: skip
    named = goto.args[0] if goto is not None and goto.args else ""
    customer = named if goto is not None and goto.place in ("customer", "walk") else ""
    devices = {row.name: row for row in view.devices()}
    frontends = {row.cluster: row.name for row in devices.values() if row.kind == "frontend"}
    names = (subject, named, frontends.get(subject, ""), frontends.get(named, ""))
    row = next((devices[name] for name in names if name in devices), None)
    if row is None:
        return {"customer": customer}
    return {
        "device": row.name,
        "address": row.address,
        "customer": customer or row.customer,
        "hardware_id": row.hardware_id,
    }


def carry_out(words: Sequence[str], *, wait: bool) -> str:
    """Run a program on the terminal and wait for its end; how it ended. Ctrl+C is the program's alone."""
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        sys.stdout.write(f"noc: {shlex.join(words)}\n")
        sys.stdout.flush()
        code = subprocess.run(words, check=False).returncode
        said = "ended well" if code == 0 else f"ended with {code}"
    except OSError as error:
        said = f"cannot be run: {error.strerror or error}"
    try:
        if wait:
            input(f"noc: {said}. Enter returns to the console.")
    except EOFError:
        return said
    finally:
        signal.signal(signal.SIGINT, before)
    return said
