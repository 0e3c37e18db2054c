"""Services from a log: the newest tick counts, in the past the newest then; one cluster alone is the same."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from noc.hosting import records
from noc.hosting.states import State
from noc.hosting.systems import Judgement
from noc.log.view import View
from tests.log.rig import alarm
from tests.screens.sample import DAY, NOW, SECOND, Sample, filled


@pytest.fixture
def sample(tmp_path: Path) -> Iterator[Sample]:
    filled_log = filled(tmp_path / "log")
    yield filled_log
    filled_log.close()


def ticked(sample: Sample, note: str, until: int, *, author: str = "kai") -> None:
    body = records.Tick(system="vmware", until=until, note=note)
    sample.log.append([records.draft("vmware", body)], author)
    sample.log.beat()


def vmware(view: View) -> Judgement:
    return next(one for one in view.judgements() if one.system.id == "vmware")


def test_the_newest_tick_counts_now_and_the_older_one_in_its_time(sample: Sample) -> None:
    ticked(sample, "first", NOW + DAY)
    sample.clock.now += 60 * SECOND
    ticked(sample, "second", NOW + 2 * DAY, author="mia")
    assert "ticked by mia: second" in vmware(sample.view).evidence[0].text
    with sample.view.at(NOW + 30 * SECOND) as past:
        assert "ticked by kai: first" in vmware(past).evidence[0].text
    with sample.view.at(NOW - SECOND) as before:
        assert vmware(before).state is State.UNKNOWN


def test_a_tick_that_is_over_asks_again(sample: Sample) -> None:
    ticked(sample, "first", NOW + 60 * SECOND)
    assert vmware(sample.view).state is State.OK
    sample.clock.now += 61 * SECOND
    sample.log.beat()
    assert [why.code for why in vmware(sample.view).reasons] == ["tick-expired"]


def test_one_cluster_alone_is_judged_like_all_together(sample: Sample) -> None:
    together = [one for one in sample.view.judgements() if one.cluster in ("", "sb2")]
    assert sample.view.judgements("sb2") == together


def test_without_a_collector_nothing_that_is_read_is_well(sample: Sample) -> None:
    ticked(sample, "still holds", NOW + DAY)
    sample.clock.now += 3_600 * SECOND
    well = {one.system.id for one in sample.view.judgements() if one.state is State.OK}
    assert well == {"vmware"}


@pytest.mark.parametrize(("remote", "damaged"), [("", True), ("IP232-00-00-01", False)])
def test_only_its_own_card_is_a_devices_trouble(sample: Sample, remote: str, damaged: bool) -> None:
    told = records.Source(device="sb1", subject="alarms", ok=True)
    sample.append(records.draft("sb1/alarms", told), alarm("sb1", "0x00090001", remote=remote))
    frontend = next(
        one for one in sample.view.judgements() if (one.system.id, one.cluster) == ("frontend", "sb1")
    )
    assert ("cf-damaged" in {why.code for why in frontend.reasons}) is damaged
