"""Write the tables of `docs/incidents.md` from the rules themselves: ``python docs/make_incidents.py``.

The prose of the page is written by hand; what stands between the two marks is made here.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from noc.hosting.incidents import ROOTS, RULES, SYMPTOMS

PAGE = Path(__file__).parent / "incidents.md"
BEGIN, END = "<!-- incidents: begin -->", "<!-- incidents: end -->"


def table() -> str:
    """The kinds of roots, then the causes of every symptom in order, as Markdown."""
    return "\n".join([*_roots(), "", "## Rules", "", *_rules()])


def page(text: str) -> str:
    """The page with its tables made anew. Raises ValueError where a mark is missing."""
    head, _, rest = text.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not end:
        raise ValueError(f"{PAGE.name} needs the lines {BEGIN} and {END}")
    return f"{head}{BEGIN}\n{table()}\n{END}{tail}"


def _roots() -> Iterator[str]:
    yield "| root | what it is | severity | what it breaks | counted |"
    yield "|---|---|---|---|---|"
    for name, one in ROOTS.items():
        yield f"| `{name}` | {one.title} | {one.severity} | {one.breaks} | {one.reach} |"


def _rules() -> Iterator[str]:
    yield "| symptom | is part of, the first that holds | because |"
    yield "|---|---|---|"
    for symptom, causes in RULES.items():
        for place, cause in enumerate(causes):
            shown = SYMPTOMS[symptom] if place == 0 else ""
            kind = cause.kind.replace("device", "device itself") or "same as what it tells of"
            yield f"| {shown} | {place + 1}. {kind} | {cause.words} |"


def main() -> int:
    """Write the page."""
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
