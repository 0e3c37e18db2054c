"""Write the table of `docs/wire-facts.md` from the dialect: ``python docs/make_wire_facts.py``.

The prose of the page is written by hand; what stands between the two marks is made here.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

from noc.devices.dialect import STATUSES, Dialect, Fact, load

PAGE = Path(__file__).parent / "wire-facts.md"
BEGIN, END = "<!-- facts: begin -->", "<!-- facts: end -->"
PIPE = "\\|"
TOPICS = {
    "alarm": "Alarms: attributes",
    "alarms": "Alarms: the page",
    "answer": "Answers",
    "box": "Box information",
    "command": "Command module",
    "config": "Configuration text",
    "console": "Command line over HTTPS",
    "drive": "CF drive",
    "counters": "Counters",
    "h323": "H.323",
    "events": "Events: the page",
    "http": "Public paths",
    "ip": "IP settings",
    "limit": "Limits",
    "nat": "NAT maps",
    "pbx": "PBX objects and registrations",
    "phone": "Configuration of phones",
    "query": "Queries",
    "relay": "Gateway level",
    "sbc": "SessionBorder objects",
    "snmp": "SNMP",
    "update": "Update scripts and backups",
    "vars": "Variables",
    "x509": "Certificates",
}


def table(dialect: Dialect) -> str:
    """All facts as Markdown, one table a topic, after a line that counts them by status."""
    facts = sorted((dialect.fact(key) for key in dialect), key=_topic)
    parts = [_count(facts)]
    for topic, members in groupby(facts, _topic):
        parts += ["", f"### {topic}", "", "| fact | value | status | source, note |", "|---|---|---|---|"]
        parts += [_row(fact) for fact in members]
    return "\n".join(parts)


def page(text: str, dialect: Dialect) -> str:
    """The page with the table between its marks made anew. Raises ValueError where a mark is missing."""
    head, _, rest = text.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not end:
        raise ValueError(f"{PAGE.name} needs the lines {BEGIN} and {END}")
    return f"{head}{BEGIN}\n{table(dialect)}\n{END}{tail}"


def _topic(fact: Fact) -> str:
    prefix = fact.key.partition(".")[0]
    return TOPICS.get(prefix, prefix)


def _count(facts: Iterable[Fact]) -> str:
    found = [fact.status for fact in facts]
    counts = ", ".join(f"{found.count(status)} {status}" for status in STATUSES if status in found)
    return f"{len(found)} facts: {counts}."


def _row(fact: Fact) -> str:
    why = "; ".join(part for part in (fact.source, fact.note) if part)
    return f"| `{fact.key}` | {_code(str(fact.value))} | {fact.status} | {_cell(why)} |"


def _code(value: str) -> str:
    shown = value.encode("unicode_escape").decode()
    return f"`{shown.replace('|', PIPE)}`"


def _cell(text: str) -> str:
    return text.replace("|", PIPE).replace("<", "&lt;")


def main() -> int:
    """Write the page."""
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8"), load("v10")), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
