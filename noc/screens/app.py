"""The console: wires reader, frame, conductor, operations and themes together, and nothing else."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import termios
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, ClassVar

from textual import on, work
from textual.app import App
from textual.binding import Binding
from textual.command import Provider
from textual.events import Event, Key, Paste, Resize
from textual.screen import Screen
from textual.worker import Worker, WorkerState

from noc.hosting.errors import NocError
from noc.hosting.operations import Operation
from noc.log.view import View
from noc.screens import route, theme
from noc.screens.cells import capital
from noc.screens.conductor import Conductor
from noc.screens.deeds import Deeds
from noc.screens.desk import Desk
from noc.screens.frame import Frame
from noc.screens.learning import Learner, Learnt, cpe_ids
from noc.screens.own_themes import OwnThemes, ThemesMoved
from noc.screens.reader import Answered, Reader, Refused
from noc.screens.widgets.drawn import DrawnLines
from noc.screens.widgets.prompt import Complete
from noc.screens.widgets.table import VirtualTable

_PACE = 0.25
"""Seconds after which a replay moves on."""
_COMPLETES = 0.5
"""Seconds that a completion may take which asks the log."""


def _everything() -> type[Provider]:
    """What Ctrl+P searches, loaded when it is first wanted."""
    from noc.screens.palette import Everything

    return Everything


class NocApp(App[int]):
    """The console on one log. Its exit value is the exit code of `noc`."""

    TITLE = "noc"
    CSS = """
    Prompt > .input--suggestion { color: $noc-muted; }
    CommandPalette > .command-palette--help-text { color: $noc-muted; text-style: none; }
    CommandPalette { background: $background; }
    CommandPalette SearchIcon { display: none; }
    CommandPalette #--container { margin-top: 0; background: $background; }
    CommandPalette #--input { border: none; height: 2; background: $background; }
    CommandPalette CommandInput { border: none; height: 1; padding-left: 1; }
    CommandPalette CommandList { border: none; background: $background; max-height: 90vh; }
    """
    COMMANDS: ClassVar[set[Any]] = {_everything}
    BINDINGS: ClassVar[list[Any]] = []

    def __init__(self, desk: Desk) -> None:
        super().__init__(ansi_color=True if "NO_COLOR" in os.environ else None)
        self.animation_level = "none"
        self.desk = desk
        self._own = OwnThemes(desk.theme_folders)
        self._shipped = theme.load((theme.shipped(),)).themes
        self.loaded = theme.Loaded()
        self._take_themes(self._own.begin())
        colours = theme.colours_of(os.environ.get("TERM", ""), self.console.color_system)
        name = theme.fitting(self.loaded, desk.theme, no_color=self.no_color, colours=colours)
        beside = (Learner().look, self._themes_moved)
        self.reader = Reader(desk.live, desk.travel, desk.pace, beside)
        complete: dict[str, Complete] = {":": self._commands, "/": _nothing}
        self.frame = Frame(theme.inks(self.loaded.themes[name], ascii_only=self.desk.ascii), complete)
        self.conductor = Conductor(desk, self.reader, self.frame)
        self.deeds = Deeds(
            self.conductor,
            wear=self.wear,
            themes=lambda: self.loaded.themes,
            leave=self.leave,
            search=self.action_command_palette,
        )
        self.theme = name
        self._learnt, self._unknown = False, ""

    @classmethod
    def for_desk(cls, desk: Desk) -> NocApp:
        """A console whose keys are those of the desk's table.

        They are priority bindings, so that keys that come in one go are taken in their order: what is
        typed behind ``:`` lands in the prompt that it opened.
        """
        keys = [_binding(one) for one in desk.operations if one.keys]
        bound: type[NocApp] = type("BoundApp", (cls,), {"BINDINGS": keys})
        return bound(desk)

    def get_default_screen(self) -> Screen[None]:
        """The frame is the only screen."""
        return self.frame

    def on_mount(self) -> None:
        """Start the live loop and the clock."""
        if not self.is_headless:
            for name in (signal.SIGTERM, signal.SIGHUP):
                asyncio.get_running_loop().add_signal_handler(name, self.exit, 128 + name)
        self.app_resume_signal.subscribe(self, lambda _app: self.refresh(layout=True))
        self._read()
        self.deeds.travels.begin()
        self.conductor.draw()
        self.conductor.want()
        self.set_interval(1.0, self._tick)
        if self.desk.replay is not None:
            self.set_interval(_PACE, lambda: self.deeds.travels.pace(_PACE))
        self.deeds.everyday.remember()
        self._say_failed_themes()

    @work(thread=True, exit_on_error=False, group="reader", exclusive=True)
    def _read(self) -> None:
        self.reader.run(self.post_message)

    def _tick(self) -> None:
        if not self.is_headless and terminal_gone():
            self.exit(1)
        self.conductor.tick()

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """A reader that broke is a state of the screen, and is started again."""
        if event.worker.group == "reader" and event.state is WorkerState.ERROR:
            self.conductor.trouble = (
                f"The console's reader stopped: {event.worker.error!r}. It was started again."
            )
            self.conductor.draw()
            self.set_timer(2.0, self._read)

    def on_unmount(self) -> None:
        """End the live loop."""
        self.reader.stop()
        self.deeds.travels.looked.keep()

    # --- what the reader says --------------------------------------------------------------------

    def on_answered(self, message: Answered) -> None:
        """Show it."""
        self.conductor.take(message.answer)

    def on_refused(self, message: Refused) -> None:
        """Say why not."""
        self.conductor.refuse(message.ask, message.error)

    def on_learnt(self, message: Learnt) -> None:
        """There are other names; a command that was typed before the first ones came is carried out."""
        self.conductor.names, self._learnt = message.names, True
        if self._unknown:
            typed, self._unknown = self._unknown, ""
            self.conductor.tell(capital(self.deeds.command(typed)))

    # --- themes ----------------------------------------------------------------------------------

    def _themes_moved(self, _view: View, _topics: frozenset[str]) -> ThemesMoved | None:
        found = self._own.look()
        return ThemesMoved(found) if found is not None else None

    def on_themes_moved(self, message: ThemesMoved) -> None:
        """Take over what changed; the theme that is worn changes at once."""
        worn = self.loaded.themes.get(self.theme)
        self._take_themes(message.loaded)
        now = self.loaded.themes.get(self.theme)
        if now is not None and now != worn:
            self.wear(self.theme)
            self.mutate_reactive(NocApp.theme)
        self._say_failed_themes()
        self.conductor.draw_bars()

    def _take_themes(self, own: theme.Loaded) -> None:
        self.loaded = theme.Loaded(self._shipped | own.themes, own.failed)
        for one in self.loaded.themes.values():
            self.register_theme(theme.for_textual(one))

    def _say_failed_themes(self) -> None:
        failed = self.loaded.failed
        if failed:
            more = f" and {len(failed) - 1} more" if len(failed) > 1 else ""
            self.conductor.message = f"{failed[0]}{more}"

    # --- what the operator does ------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether an operation applies in this place. What the role lacks is said when it is tried."""
        if action != "operate":
            return super().check_action(action, parameters)
        if self.frame.typing or self.screen is not self.frame:
            return False
        operation = self.conductor.operations.get(str(parameters[0]))
        if operation is None:
            return False
        return operation.applies(self.conductor.place.area) or self.deeds.ahead.later(operation)

    def action_operate(self, name: str) -> None:
        """One operation of the table."""
        self.deeds.operate(name)

    def action_help_quit(self) -> None:
        """Ctrl+C does not quit by accident."""
        self.conductor.message = "q quits"
        self.conductor.draw_bars()

    def wear(self, name: str) -> bool:
        """Put on a theme; False if there is none of that name."""
        if name not in self.loaded.themes:
            return False
        self.theme = name
        self.frame.ink_with(theme.inks(self.loaded.themes[name], ascii_only=self.desk.ascii))
        return True

    def leave(self) -> None:
        """End the console."""
        self.exit(0)

    async def _commands(self, typed: str) -> Sequence[str]:
        word, blank, rest = typed.lstrip().partition(" ")
        if word == "phone" and blank:
            return await self._phones(rest)
        return self.deeds.everyday.completions(typed) or route.completions(
            typed, self.conductor.names, self.loaded.themes
        )

    async def _phones(self, typed: str) -> Sequence[str]:
        """CPE ids as the log knows them now; none where it takes longer than anybody waits for Tab."""
        try:
            work = self.reader.call(partial(cpe_ids, typed))
            return await asyncio.wait_for(asyncio.wrap_future(work), _COMPLETES)
        except (TimeoutError, NocError):
            return ()

    async def on_event(self, event: Event) -> None:
        """What is typed into the prompt is taken here, in its order: what is behind Enter is not for it."""
        if not event.is_forwarded and self.frame.typing:
            if isinstance(event, Paste):
                self.frame.prompt.take_text(event.text)
                return
            if isinstance(event, Key) and await self._typed(event):
                return
        await super().on_event(event)

    async def _typed(self, event: Key) -> bool:
        prompt = self.frame.prompt
        if event.key == "enter":
            self._entered()
        elif event.key == "escape":
            self.frame.stop_typing()
        elif not await prompt.take(event):
            return False
        elif prompt.left:
            self.frame.stop_typing()
        return True

    def _entered(self) -> None:
        prompt = self.frame.prompt
        do: Callable[[str], str] = self.deeds.command if prompt.sign == ":" else self.conductor.refilter
        prompt.keep()
        typed = prompt.typed.strip()
        self.frame.stop_typing()
        wrong = do(typed) if typed or prompt.sign == "/" else ""
        if wrong and prompt.sign == ":" and not self._learnt:
            self._unknown, wrong = typed, "Reading the names …"
        if wrong:
            self.conductor.message = capital(wrong)
        self.conductor.draw_bars()

    @on(VirtualTable.Near)
    def _rows_wanted(self, _event: VirtualTable.Near) -> None:
        self.frame.relabel(self.conductor.canvas(), self.conductor.ask())
        self.conductor.want()

    @on(DrawnLines.Moved)
    def _cursor_moved(self, _event: DrawnLines.Moved) -> None:
        self.frame.relabel(self.conductor.canvas(), self.conductor.ask())

    def on_resize(self, _event: Resize) -> None:
        """Draw for the new size."""
        self.call_after_refresh(self.conductor.draw)


def _binding(operation: Operation) -> Binding:
    keys, action = ",".join(operation.keys), f"operate('{operation.id}')"
    return Binding(keys, action, operation.title, show=False, priority=True, id=operation.id)


async def _nothing(_typed: str) -> Sequence[str]:
    return ()


def terminal_gone() -> bool:
    """Whether the terminal that keys come from has vanished (a broken SSH connection)."""
    try:
        termios.tcgetattr(sys.__stdin__ if sys.__stdin__ is not None else 0)
    except (termios.error, ValueError):
        return True
    return False
