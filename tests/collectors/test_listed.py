"""A device's happenings are recorded once each, in its order, whoever forgets what between two looks."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import msgspec
from hypothesis import given, strategies as st

from noc.collectors.fleet import Fleet, Site
from noc.collectors.listed import happened, mark, unread
from noc.hosting.records import Audit, Device, Draft, Fault, Refusal
from noc.log.store import Log

if TYPE_CHECKING:
    from noc.devices.dialect import Dialect
    from noc.settings import Settings

NOW = 1_900_000_000


class Collected:
    """A log, and a collector of one device that can be started anew."""

    def __init__(self, log: Log, cluster: str = "sb1") -> None:
        self.log = log
        self.start(cluster)

    def start(self, cluster: str = "sb1") -> None:
        fleet = SimpleNamespace(history=self.log.history)
        fleet.recalled = lambda *asked: Fleet.recalled(cast("Fleet", fleet), *asked)
        device = Device(name="sb1", kind="frontend", cluster=cluster)
        nothing = cast("Settings", None)
        self.site = Site(device, nothing, cast("Dialect", None), cast("Fleet", fleet))

    def look(self, lines: list[tuple[str, int]]) -> list[str]:
        """Read a list of events (text, seconds); the texts of those that are recorded now."""
        drafts = [self.event(text, at) for text, at in lines]
        fresh = unread(self.site, "events", drafts, ("fault",))
        self.log.append(list(fresh))
        return [one.body.text for one in fresh if isinstance(one.body, Fault)]

    def event(self, text: str, at: int, channel: str = "list") -> Draft:
        body = Fault(
            device="sb1", cluster=self.site.cluster, type="error", code="0x00050001", severity=1,
            channel=channel, source="RTP", text=text,
        )  # fmt: skip
        return happened(self.site, body, at)


def test_a_collector_that_starts_knows_what_was_read_before(tmp_path: Path) -> None:
    with Log.open(tmp_path) as log:
        collected = Collected(log)
        assert collected.look([("a", NOW), ("b", NOW + 1)]) == ["a", "b"]
        assert collected.look([("a", NOW), ("b", NOW + 1)]) == []
        collected.start()
        assert collected.look([("b", NOW + 1), ("b", NOW + 1), ("c", NOW + 2)]) == ["b", "c"]
        collected.start(cluster="renamed")
        assert collected.look([("b", NOW + 1), ("c", NOW + 2), ("d", 0)]) == ["d"]
        lines = log.history("fault", "sb1", 10)
        assert [line.device_at for line in lines] == [
            at * 1_000_000 for at in (0, NOW + 2, NOW + 1, NOW + 1, NOW)
        ]


def test_a_list_that_was_seen_empty_begins_anew(tmp_path: Path) -> None:
    with Log.open(tmp_path) as log:
        collected = Collected(log)
        started = ("cold start", 2)
        assert collected.look([started]) == ["cold start"]
        assert collected.look([]) == []
        assert collected.look([]) == []
        assert collected.look([started]) == ["cold start"]
        collected.look([("a", NOW)])
        collected.look([])
        assert collected.look([("a", NOW), ("b", NOW)]) == ["b"], "its list came back from its memory"


def test_what_a_push_told_is_not_told_again_by_the_list(tmp_path: Path) -> None:
    with Log.open(tmp_path) as log:
        collected = Collected(log)
        collected.look([("a", NOW)])
        log.append([collected.event("b", NOW + 1, channel="push")])
        collected.start()
        assert collected.look([("a", NOW), ("b", NOW + 1), ("c", NOW + 2)]) == ["c"]


def test_two_kinds_of_one_list_are_recalled_in_its_order(tmp_path: Path) -> None:
    def line(number: int) -> Draft:
        where = {"device": "sb1", "cluster": "sb1"}
        body = (
            Audit(**where, user="admin", address="10.0.0.9", command=f"config write {number}")
            if number % 3 == 0
            else Refusal(**where, name=f"IP232-00-00-{number:02}", reason="Unknown user")
        )
        return happened(collected.site, body, 0)

    with Log.open(tmp_path) as log:
        collected = Collected(log)
        kinds = ("audit", "refusal")
        for last in (1, 5, 9, 400):
            collected.start()
            log.append(list(unread(collected.site, "log", [line(n) for n in range(last)], kinds)))
        told = [mark(record) for record in log.read(0)]
        assert told == [mark(line(n)) for n in range(400)]


@given(
    rounds=st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=1, max_size=12),
    room=st.integers(5, 8),
)
def test_every_event_once_in_order_however_often_the_collector_starts(
    rounds: list[tuple[int, bool]], room: int
) -> None:
    recorded: list[Draft] = []

    def history(_kind: str, _subject: str, limit: int) -> list[SimpleNamespace]:
        kept = [SimpleNamespace(seq=seq, **msgspec.structs.asdict(one)) for seq, one in enumerate(recorded)]
        return kept[::-1][:limit]

    log = SimpleNamespace(history=history, append=recorded.extend)
    collected = Collected(cast("Log", log))
    happenings: list[tuple[str, int]] = []
    for count, restarted in rounds:
        happenings += [(f"e{len(happenings) + one}", NOW) for one in range(count)]
        if restarted:
            collected.start()
        collected.look(happenings[-room:])
    assert [one.body.text for one in recorded if isinstance(one.body, Fault)] == [
        text for text, _ in happenings
    ]
