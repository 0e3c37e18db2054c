"""The line where commands (``:``) and filters (``/``) are typed, with completion and history."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from textual.binding import Binding
from textual.events import Key
from textual.suggester import Suggester
from textual.widgets import Input

Complete = Callable[[str], Awaitable[Sequence[str]]]
KEPT = 100
_OWN = [Binding("tab", "complete"), Binding("up", "recall(-1)"), Binding("down", "recall(1)")]
_ACTIONS: Final[dict[str, str]] = {
    one.key: one.action for one in Binding.make_bindings([*Input.BINDINGS, *_OWN]) if one.key != "enter"
}
"""What the keys do that edit a line; Enter and Esc are the console's."""


class _First(Suggester):
    def __init__(self, complete: Complete) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._complete = complete

    async def get_suggestion(self, value: str) -> str | None:
        """The first completion that goes on from what was typed."""
        return next((one for one in await self._complete(value) if one.startswith(value)), None)


class Prompt(Input):
    """One line of input. Tab completes, up and down walk the history, Esc leaves."""

    DEFAULT_CSS = """
    Prompt { height: 1; border: none; padding: 0 1; background: $background; color: $foreground; }
    Prompt:focus { border: none; background: $background; }
    """

    def __init__(self, complete: dict[str, Complete], *, name: str) -> None:
        super().__init__(id=name, select_on_focus=False)
        self.cursor_blink = False
        self._complete = complete
        self._kept: dict[str, list[str]] = {sign: [] for sign in complete}
        self._place = 0
        self.sign = ":"

    def open(self, sign: str, text: str = "") -> None:
        """Start typing after a sign."""
        self.sign = sign
        self.suggester = _First(self._with_sign)
        self._place = len(self._kept[sign])
        self.value = sign + text
        self.cursor_position = len(self.value)

    async def take(self, event: Key) -> bool:
        """Whether a key is for the prompt; then it has had its effect when this returns."""
        if event.is_printable and event.character:
            self.take_text(event.character)
            return True
        action = _ACTIONS.get(event.key)
        if action:
            await self.run_action(action)
        return action is not None

    def take_text(self, text: str) -> None:
        """Put the first line of a text where the cursor is."""
        if text:
            self.replace(text.splitlines()[0], *sorted(self.selection))

    @property
    def left(self) -> bool:
        """Deleting the sign leaves the prompt."""
        return not self.value.startswith(self.sign)

    @property
    def typed(self) -> str:
        """What stands after the sign."""
        return self.value.removeprefix(self.sign)

    def keep(self) -> None:
        """Remember what was typed."""
        kept = self._kept[self.sign]
        if self.typed and self.typed not in kept[-1:]:
            kept.append(self.typed)
            del kept[:-KEPT]

    async def _with_sign(self, value: str) -> list[str]:
        return [self.sign + one for one in await self._complete[self.sign](value.removeprefix(self.sign))]

    async def action_complete(self) -> None:
        """Tab: as far as all completions agree, the whole of a single one."""
        found = await self._with_sign(self.value)
        if len(found) == 1:
            self.value = found[0] + " "
        elif found:
            self.value = max(_common(found), self.value, key=len)
        self.cursor_position = len(self.value)

    def action_recall(self, step: int) -> None:
        """Up and down: what was typed before."""
        kept = self._kept[self.sign]
        self._place = max(0, min(len(kept), self._place + step))
        self.value = self.sign + (kept[self._place] if self._place < len(kept) else "")
        self.cursor_position = len(self.value)


def _common(texts: Sequence[str]) -> str:
    first, last = min(texts), max(texts)
    same = next((place for place, char in enumerate(first) if last[place : place + 1] != char), len(first))
    return first[:same]
