"""Service: one system whole: what it is, its evidence, who needs it, what breaks, what to do next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from noc.hosting.paths import PATHS
from noc.hosting.states import RANK, State, worst
from noc.hosting.systems import BY_ID, Judgement, Known, Scope, System, dependants
from noc.log.view import View
from noc.screens import cells
from noc.screens.cells import Canvas
from noc.screens.place import Ask, Last, Missing, Picture, Place
from noc.screens.services import of_whom
from noc.screens.widgets.blocks import caption, hanging
from noc.screens.widgets.line import Goto, Line, Span, fit, line, span

_KNOWN = {
    Known.READ: "read from devices",
    Known.PROBE: "looked at from outside",
    Known.HAND: "ticked by hand",
    Known.UNKNOWN: "not known",
}
_FEW = 12
"""So many customers that are not well are named."""
_WIDE = 24
"""Cells of the title of a system."""
_TITLES = {path.name: path.title for path in PATHS}


@dataclass(frozen=True)
class Data:
    """The system here, and the state of every other one around it. customer: one whose paths are walked."""

    here: Sequence[Judgement]
    states: dict[str, State]
    customer: str


@dataclass(frozen=True)
class Service(Place):
    """A system of a cluster, or of the platform (cluster "")."""

    system: str = "frontend"
    cluster: str = ""
    area: ClassVar[str] = "service"

    def crumbs(self) -> tuple[str, ...]:
        """The way here."""
        return ("Services", *filter(None, (self.cluster,)), BY_ID[self.system].title)

    def subject(self) -> str:
        """ "Poll now" reads the cluster."""
        return self.cluster or "platform"

    def query(self, view: View, ask: Ask, last: Last) -> Data | Missing:
        """All judgements of the system here, and the worst of those around it."""
        found = view.judgements(self.cluster)
        here = [one for one in found if (one.system.id, one.cluster) == (self.system, self.cluster)]
        if not here:
            return Missing(f"Nothing is known of {BY_ID[self.system].title} here.")
        near = [one for one in found if self.cluster in ("", one.cluster) or not one.cluster]
        states: dict[str, State] = {}
        for one in near:
            states[one.system.id] = worst([one.state, states.get(one.system.id, State.OK)])
        return Data(here, states, next((one.customer for one in near if one.customer), ""))

    def draw(self, data: Data, canvas: Canvas, ask: Ask) -> Picture:
        """How it is; evidence; what to do; who needs it and what it needs; its paths."""
        system = BY_ID[self.system]
        page = [
            *cells.wrap([span(f"{cells.capital(system.about)}.")], canvas.width),
            *cells.wrap([span(f"Next: {system.step}.", "strong")], canvas.width),
            caption(canvas, "EVIDENCE", "title"),
            *_evidence(data, canvas),
            caption(canvas, "WHAT BREAKS WITH IT", "title"),
            *cells.wrap([span(f"{cells.capital(system.breaks)}.")], canvas.width),
            *_dependants(system, data, self.cluster, canvas),
            *_needs(system, data, self.cluster, canvas),
            *_paths(system, data, canvas),
        ]
        return Picture(_sentence(data.here, canvas), tuple(page))


def ticked(place: Place, chosen_line: Line | None) -> tuple[str, str] | None:
    """The system and cluster that a tick would mean: the one shown, else the one under the cursor."""
    if isinstance(place, Service):
        return place.system, place.cluster
    target = chosen_line.target if chosen_line else None
    return (target.args[0], target.args[1]) if target is not None and target.place == "service" else None


def _sentence(here: Sequence[Judgement], canvas: Canvas) -> tuple[Span, ...]:
    state = worst([one.state for one in here])
    bad = sorted((one for one in here if one.state is not State.OK), key=lambda one: -RANK[one.state])
    title = here[0].system.title
    known = ", ".join(_KNOWN[how] for how in here[0].system.known)
    if not bad:
        seen = min((one.as_of for one in here if one.as_of), default=None)
        text = f"{title}: in order, oldest evidence {cells.ago(seen, canvas)} old."
        return (span(text), span(f"{cells.capital(known)}.", "muted"))
    of = f"{len(bad)} of {len(here)} customers: " if here[0].customer else ""
    first = f"{bad[0].name}: " if bad[0].customer else ""
    why = of_whom(first.partition(":")[0], cells.told(bad[0].reasons))
    return (
        span(f"{title} is {state}. ", "strong"),
        span(f"{of}{first or cells.capital(why)}{why if first else ''}."),
        span(f"{cells.capital(known)}.", "muted"),
    )


def _evidence(data: Data, canvas: Canvas) -> Iterator[Line]:
    """Of one what was seen and when; of several customers who is not well, and of the first what was seen."""
    here = sorted(data.here, key=lambda one: -RANK[one.state])
    bad = [one for one in here if one.state is not State.OK]
    if len(here) == 1:
        yield from _found(here[0], canvas)
        return
    for one in bad[:_FEW]:
        yield from _customer(one, canvas)
    if len(bad) > _FEW:
        yield line(span(f"   and {len(bad) - _FEW} more", "muted"))
    if len(bad) < len(here):
        yield line(span(f" {len(here) - len(bad)} of {len(here)} customers are well, such as:", "muted"))
        yield from _customer(here[-1], canvas)
        yield from _found(here[-1], canvas)
    else:
        yield from _found(here[0], canvas)


def _customer(one: Judgement, canvas: Canvas) -> list[Line]:
    head = (span(" "), cells.glyph(one.state), span(f" {one.name} ", "strong"))
    text = of_whom(one.name, cells.told(one.reasons))
    why, target = span(text, one.state.value), Goto("customer", (one.customer,))
    return hanging(head, why, canvas, key=f"customer/{one.customer}", target=target, subject=one.customer)


def _found(one: Judgement, canvas: Canvas) -> Iterator[Line]:
    for place, piece in enumerate(one.evidence):
        age = f"   {cells.ago(piece.at, canvas)}" if piece.at else ""
        yield line(
            span(" "), cells.glyph(piece.state), span(f" {piece.text}"), span(age, "muted"),
            key=f"evidence/{place}", subject=one.customer,
        )  # fmt: skip
    if not one.evidence:
        yield line(span(f" {cells.told(one.reasons)}", "muted"), key="evidence/none")


def _dependants(system: System, data: Data, cluster: str, canvas: Canvas) -> Iterator[Line]:
    at_once = dependants(system.id)
    for name in dependants(system.id, at_once=False):
        need = next(one for one in BY_ID[name].needs if system.id in one.on)
        others = [BY_ID[other].title for other in need.on if other != system.id]
        spare = f" unless {' or '.join(others)} works" if others and need.effect else ""
        effect = f"{need.effect}{spare}: {need.shows}" if name in at_once else need.shows
        yield from _system(name, f"needs it for {need.use}; {effect}", data, cluster, canvas)


def _needs(system: System, data: Data, cluster: str, canvas: Canvas) -> Iterator[Line]:
    if system.needs:
        yield caption(canvas, "WHAT IT NEEDS", "title")
    for need in system.needs:
        for name in need.on:
            yield from _system(name, f"for {need.use}", data, cluster, canvas, key="needs")


def _system(
    name: str, text: str, data: Data, cluster: str, canvas: Canvas, *, key: str = "hits"
) -> list[Line]:
    """The way to another system, in the same cluster or of the platform, and what it has to do with it."""
    state = data.states.get(name, State.UNKNOWN)
    there = "" if BY_ID[name].scope is Scope.PLATFORM else cluster
    target = Goto("service", (name, there)) if there or BY_ID[name].scope is Scope.PLATFORM else None
    head = (span(" "), cells.glyph(state), span(f" {fit(BY_ID[name].title, _WIDE)} ", "strong"))
    return hanging(head, span(text, "muted"), canvas, key=f"{key}/{name}", target=target)


def _paths(system: System, data: Data, canvas: Canvas) -> Iterator[Line]:
    if not system.paths or not data.customer:
        return
    yield caption(canvas, "ITS PATHS", "title")
    for name in system.paths:
        yield line(
            span(f"   {_TITLES[name]}  ", "strong"), span(f"as {data.customer} has it", "muted"),
            key=f"path/{name}", target=Goto("walk", (data.customer, "", name)),
        )  # fmt: skip
