"""Where the operator has been: back and forward through places, each found again as it was left."""

from __future__ import annotations

from dataclasses import dataclass, replace

from noc.screens.place import Place


@dataclass(frozen=True)
class Visit:
    """A place with its filter, its order and the line the cursor stood on. columns: of a saved view, none
    for those that are remembered for the kind of list."""

    place: Place
    filter: str = ""
    sort: str = ""
    cursor: str = ""
    columns: tuple[str, ...] = ()


class Visits:
    """A list of visits with the one that is shown; going somewhere new forgets what lay ahead."""

    def __init__(self, first: Visit) -> None:
        self._all = [first]
        self._at = 0

    @property
    def now(self) -> Visit:
        """The visit that is shown."""
        return self._all[self._at]

    def go(self, visit: Visit) -> None:
        """Visit something; the same place again only changes its filter and order."""
        if visit.place == self.now.place:
            self._all[self._at] = visit
            return
        self._all[self._at + 1 :] = [visit]
        self._at += 1

    def swap(self, visit: Visit) -> None:
        """Another side of what is shown: it takes the place of the visit at hand."""
        self._all[self._at] = visit

    def leave(self, cursor: str) -> None:
        """Remember the line that the cursor stood on."""
        self._all[self._at] = replace(self.now, cursor=cursor)

    def step(self, step: int) -> bool:
        """Go back (-1) or forward (1); False where there is nothing."""
        wished = self._at + step
        if not 0 <= wished < len(self._all):
            return False
        self._at = wished
        return True
