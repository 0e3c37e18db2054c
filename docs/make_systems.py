"""Write the tables of `docs/systems.md` from the systems' own table: ``python docs/make_systems.py``.

The prose of the page is written by hand; what stands between the two marks is made here.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from noc.hosting.systems import BY_ID, SYSTEMS, Known, Scope, System, dependants

PAGE = Path(__file__).parent / "systems.md"
BEGIN, END = "<!-- systems: begin -->", "<!-- systems: end -->"
KNOWN = {
    Known.READ: "read",
    Known.PROBE: "looked at from outside",
    Known.HAND: "by hand",
    Known.UNKNOWN: "not known",
}
SCOPES = {Scope.PLATFORM: "once", Scope.CLUSTER: "a cluster", Scope.CUSTOMER: "a customer"}


def table() -> str:
    """All systems as Markdown: what they are, then who needs whom."""
    return "\n".join([*_systems(), "", "## Who needs whom", "", *_needs()])


def page(text: str) -> str:
    """The page with its tables made anew. Raises ValueError where a mark is missing."""
    head, _, rest = text.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not end:
        raise ValueError(f"{PAGE.name} needs the lines {BEGIN} and {END}")
    return f"{head}{BEGIN}\n{table()}\n{END}{tail}"


def _systems() -> Iterator[str]:
    yield f"{len(SYSTEMS)} systems."
    yield ""
    yield "| system | what it is | one for | how it is known | what breaks with it | what to do next |"
    yield "|---|---|---|---|---|---|"
    for one in SYSTEMS:
        known = ", ".join(KNOWN[how] for how in one.known)
        cells = (f"`{one.id}` {one.title}", one.about, SCOPES[one.scope], known, one.breaks, one.step)
        yield f"| {' | '.join(map(_cell, cells))} |"


def _needs() -> Iterator[str]:
    yield "| when this fails | this becomes | because it needs it for | which shows as |"
    yield "|---|---|---|---|"
    for one in SYSTEMS:
        for name in dependants(one.id, at_once=False):
            yield f"| {' | '.join(map(_cell, _hit(one, BY_ID[name])))} |"


def _hit(one: System, hit: System) -> tuple[str, str, str, str]:
    need = next(need for need in hit.needs if one.id in need.on)
    spares = [f"`{other}`" for other in need.on if other != one.id]
    unless = f", unless {' or '.join(spares)} works" if spares else ""
    effect = f"{need.effect}{unless}" if need.effect else "nothing at once"
    return f"`{one.id}`", f"`{hit.id}`: {effect}", need.use, need.shows


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


def main() -> int:
    """Write the page."""
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
