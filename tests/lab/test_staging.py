"""What the lab's truth says of a configuration is what noc reads of its text, whatever lines were written."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, strategies as st

from noc.collectors.config import facts
from noc.collectors.reading import drafts_of
from noc.devices.codec.cfgtext import Arg, ConfigLine, LineFilter
from noc.devices.dialect import load
from noc.devices.setup import Setup, parse
from noc.hosting.records import Body
from noc.lab.build import build
from noc.lab.cf_access import is_public
from noc.lab.cf_layout import open_paths
from noc.lab.config import ConfigText
from noc.lab.memory import as_read
from noc.lab.model import Device, World
from noc.lab.observed_config import configured
from noc.lab.staging import stage

WORDS = load("v10")
CONFIG = ConfigText(WORDS)
KEYS = {
    "HTTP0": ("basic", "public", "public-mode"),
    "HTTPCLIENT0": ("url", "user", "pwd"),
    "DNS0": ("a-name", "a-addr", "srv-name", "srv-target", "srv-port", "srv-prio", "srv-weight", "ttl"),
}
VALUES = st.sampled_from(
    (
        None,
        "a",
        "b.example",
        "/DRIVE/CF0/update/",
        "/DRIVE/CF0/",
        "r",
        "w",
        "rw",
        "x",
        "88",
        "070",
        "70000",
        "-1",
        "ftp://a:b/c@d.example/?e=f@g",
    )
)


def lines(module: str) -> st.SearchStrategy[ConfigLine]:
    args = st.lists(st.builds(Arg, st.sampled_from(KEYS[module]), VALUES), max_size=12)
    return st.builds(lambda found: ConfigLine("change", module, (), tuple(found)), args)


LINES = st.lists(st.sampled_from(sorted(KEYS)).flatmap(lines), max_size=3)


def small_world() -> tuple[World, Device]:
    world = build(clusters=1, customers=1, phones=1, now=1_700_000_000)
    open_paths(world, WORDS)
    stage(world, WORDS)
    return world, world.devices["sb1"]


WORLD, FRONTEND = small_world()
FRESH = FRONTEND.settings


def as_noc_reads_it(device: Device) -> Setup:
    text = "".join(f"{line}\r\n" for line in CONFIG.render(device)).encode()
    kept = LineFilter(tuple(KEYS))
    return parse([*kept.feed(text), *kept.close()], WORDS)


def by_subject(told: list[tuple[str, str, Body | None]]) -> dict[tuple[str, str], Body | None]:
    found = {(kind, subject): body for kind, subject, body in told}
    assert len(found) == len(told), "two records of one key"
    return found


@given(LINES)
def test_the_truth_of_any_lines_is_what_is_read_of_them(written: list[ConfigLine]) -> None:
    FRONTEND.settings, FRONTEND.pending = FRESH, None
    for line in written:
        FRONTEND.pending = CONFIG.edit(FRONTEND, line)
    drafts = drafts_of("sb1", facts(as_noc_reads_it(FRONTEND), "sb1", "sb1"))
    truth = configured(WORLD, FRONTEND, WORDS)
    assert by_subject([(one.kind, one.subject, one.body) for one in drafts]) == by_subject(
        [(drafts_of("sb1", [("", body)])[0].kind, subject, body) for subject, body in truth]
    )


@given(lines("HTTP0"), st.sampled_from(("update/x", "x", "updates", "update/backup/y")))
def test_a_card_opens_what_is_read_of_its_line(line: ConfigLine, path: str) -> None:
    FRONTEND.settings, FRONTEND.pending = FRESH, None
    FRONTEND.settings = CONFIG.edit(FRONTEND, line)
    asked = f"/DRIVE/CF0/{path}"
    fitting = [one for one in as_noc_reads_it(FRONTEND).public if one.path and asked.startswith(one.path)]
    mode = max(fitting, key=lambda one: len(one.path)).mode if fitting else ""
    opened = {
        letter for letter, method in (("r", "GET"), ("w", "PUT"))
        if is_public(FRONTEND.settings, WORDS, path, method)
    }  # fmt: skip
    assert opened == (set(mode) if mode in ("r", "w", "rw") else set())


def test_what_is_equal_is_held_once() -> None:
    """1,370 devices share the lines of their staging."""
    world = build(clusters=1, customers=3, phones=1, now=1_700_000_000)
    stage(world, WORDS)
    held = {id(pairs) for device in world.devices.values() for place, pairs in device.settings.other}
    places = {place for device in world.devices.values() for place, _ in device.settings.other}
    assert len(held) == len(places) == 2


def test_a_device_that_answers_is_known_as_it_is() -> None:
    device = replace(FRONTEND, remembered=None)
    assert as_read(device, "config") is device
