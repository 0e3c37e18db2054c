"""What typed commands mean, and what they may become."""

from __future__ import annotations

import pytest

from noc.hosting.rows import Change
from noc.log.words import GONE
from noc.screens.changes import told
from noc.screens.desk import lacks_glyphs
from noc.screens.route import WORDS, Do, Names, Travel, Wear, Wrong, completions, meaning, place
from noc.screens.visits import Visit, Visits
from noc.screens.wall import Wall
from noc.screens.widgets.line import Goto

_PHONE = 'number="Adler00002-001" or address="Adler00002-001" or cpe~"Adler00002-001"'
_PHONE += ' or hardware_id~"Adler00002-001"'
NAMES = Names(
    ("sb1", "sb2"),
    ("Adler00002", "Kuenkel00001", "Kuenzer00003"),
    {"sb1": "", "media1": "", "Adler00002": ""},
)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("wall", Goto("wall")),
        ("phones outer=refused cluster=sb1", Goto("phones", (), "outer=refused cluster=sb1")),
        ("customer kuenkel", Goto("customer", ("Kuenkel00001",))),
        ("customer Adler00002", Goto("customer", ("Adler00002",))),
        ("sb1", Goto("cluster", ("sb1",))),
        ("adler", Goto("customer", ("Adler00002",))),
        ("media1", Goto("device", ("media1",))),
        ("port 9007", Goto("natmaps", (), "port=9007")),
        ("phone Adler00002-001", Goto("phones", (), _PHONE)),
        ("changes 60", Goto("changes", ("60",))),
        ("changes 02:00 03:12", Do("time.compare", "02:00 03:12")),
        ("at -2h", Travel("-2h")),
        ("live", Travel("")),
        ("theme light", Wear("light")),
        ("q", Do("quit")),
        ("help", Do("ask.help")),
    ],
)
def test_commands_mean(typed: str, meant: object) -> None:
    found = meaning(typed, NAMES)
    assert found == meant
    if isinstance(found, Goto):
        place(found)


@pytest.mark.parametrize(
    ("typed", "part"),
    [
        ("customer kuen", "2 customers begin like 'kuen': Kuenkel00001, Kuenzer00003"),
        ("customer", "say which customer"),
        ("device nobody", "no device 'nobody' is known"),
        ("at", "say when"),
        ("phoness", "did you mean phones?"),
        ("xyzzy", "Tab lists them"),
    ],
)
def test_what_means_nothing_says_what_would(typed: str, part: str) -> None:
    found = meaning(typed, NAMES)
    assert isinstance(found, Wrong)
    assert part in found.message


@pytest.mark.parametrize(
    ("typed", "becomes"),
    [
        ("cu", ["customer"]),
        ("cl", ["cluster"]),
        ("customer kue", ["customer Kuenkel00001", "customer Kuenzer00003"]),
        ("theme l", ["theme light"]),
        ("device Adler00002", []),
        ("phones x", []),
    ],
)
def test_completions(typed: str, becomes: list[str]) -> None:
    assert completions(typed, NAMES, ["dark", "light"]) == becomes


def test_every_word_that_is_offered_is_a_command() -> None:
    assert len(WORDS) == len(set(WORDS))
    said = [meaning(word, Names()) for word in WORDS]
    assert not [one for one in said if isinstance(one, Wrong) and "there is no command" in one.message]


def test_visits_go_back_and_forward_and_forget_what_lay_ahead() -> None:
    visits = Visits(Visit(Wall()))
    sb1, sb2 = (Visit(place(Goto("cluster", (name,)))) for name in ("sb1", "sb2"))
    visits.leave("cluster/sb1")
    visits.go(sb1)
    assert visits.step(-1)
    assert visits.now.cursor == "cluster/sb1"
    assert not visits.step(-1)
    assert visits.step(1)
    assert visits.now == sb1
    visits.step(-1)
    visits.go(sb2)
    assert not visits.step(1)


@pytest.mark.parametrize(
    ("environment", "ascii_only"),
    [
        ({"TERM": "xterm-256color", "LANG": "de_DE.UTF-8"}, False),
        ({"TERM": "xterm-256color"}, False),
        ({"TERM": "xterm", "LANG": "C"}, True),
        ({"TERM": "xterm", "LANG": "de_DE.UTF-8", "LC_ALL": "POSIX"}, True),
        ({"TERM": "vt100", "LANG": "C.UTF-8"}, True),
        ({"TERM": "linux", "LANG": "C.UTF-8"}, True),
    ],
)
def test_terminals_without_glyphs(environment: dict[str, str], ascii_only: bool) -> None:
    assert lacks_glyphs(environment) is ascii_only


def _change(seq: int, subject: str, after: str, at: int = 0, before: str = "registered, 20 Ana") -> Change:
    return Change(seq=seq, at=at, kind="user", subject=subject, before=before, after=after)


def test_what_happened_to_many_of_a_device_is_told_once() -> None:
    changes = [
        _change(9, "sb1/A-001", "not registered, 21 Bo", at=61_000_000),
        _change(8, "sb2/B-001", "not registered", at=60_500_000),
        _change(7, "sb1/A-002", "not registered, 22 Clara", at=60_000_000),
        _change(6, "sb1/A-003", "not registered", at=0),
    ]
    first, second, third = told(changes)
    assert (first.what, first.subject, first.moved) == (
        "2 phones at PBX",
        "sb1",
        "registered → not registered",
    )
    assert (second.what, second.subject) == ("phone at its PBX", "sb2/B-001")
    assert (third.count, third.subject) == (1, "sb1/A-003")


def test_new_and_gone_are_said() -> None:
    (new,) = told([_change(1, "sb1/A-001", "registered", before=GONE)])
    (gone,) = told([_change(1, "sb1/A-001", GONE)])
    assert new.moved == "new: registered"
    assert gone.moved == "registered, 20 Ana → gone"


def test_of_two_legs_the_one_that_moved_is_told() -> None:
    before = "outer registered, inner registered, from 203.0.113.9"
    after = "outer registered, inner timeout, from 203.0.113.9"
    alone = told([_change(1, "sb1/A-001", after, before=before)])[0]
    many = told([_change(place, f"sb1/A-{place}", after, before=before) for place in (2, 1)])[0]
    assert alone.moved == many.moved == "inner registered → inner timeout"
    lost = told([_change(1, "sb1/A-001", "outer registered", before="outer registered, from 203.0.113.9")])[0]
    assert lost.moved == "no longer from 203.0.113.9"
