"""The gate for operators: the role decides, and who acted stands in the record."""

from __future__ import annotations

from pathlib import Path

import pytest

from noc.hosting.operations import Need
from noc.hosting.records import Ask, Cls, Gap, Origin
from noc.log.act import NotAllowedError, act, allowed
from noc.log.store import Log
from tests.log.rig import sbc


@pytest.mark.parametrize("role", [Need.OPERATE, Need.CHANGE, Need.APPROVE])
def test_an_operator_asks_for_a_poll(tmp_path: Path, role: Need) -> None:
    with Log.open(tmp_path) as log:
        seq = act(log, "sb1", Ask(), author="kai@203.0.113.5", role=role)
        record = log.read(0)[0]
        assert (record.seq, record.kind, record.cls, record.subject) == (seq, "ask", Cls.JOURNAL, "sb1")
        assert (record.origin, record.author) == (Origin.OPERATOR, "kai@203.0.113.5")


def test_reading_is_not_enough_and_nothing_is_written(tmp_path: Path) -> None:
    with Log.open(tmp_path) as log:
        assert not allowed("ask", Need.READ)
        with pytest.raises(NotAllowedError, match=r"needs the role operate, kai has read") as caught:
            act(log, "sb1", Ask(), author="kai", role=Need.READ)
        assert caught.value.exit_code == 1
        assert "--write" in caught.value.remedy
        assert log.last_seq() == 0


def test_nobody_writes_what_collectors_learn(tmp_path: Path) -> None:
    state = sbc().body
    assert state is not None
    with Log.open(tmp_path) as log:
        for body in (state, Gap(start=1, end=2)):
            with pytest.raises(NotAllowedError, match="not for operators"):
                act(log, "sb1", body, author="kai", role=Need.APPROVE)
        with pytest.raises(NotAllowedError, match="nobody"):
            act(log, "sb1", Ask(), author="", role=Need.APPROVE)
        assert log.last_seq() == 0
