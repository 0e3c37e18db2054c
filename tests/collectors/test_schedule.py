"""The schedule: jitter, back-off, dear reads, hints. Time is an argument here, so nothing waits."""

from __future__ import annotations

from hypothesis import given, strategies as st

from noc.collectors.schedule import JITTER, Job, Schedule
from noc.hosting.polling import COST_FACTOR, LONGEST_BACK_OFF


def one(interval: float = 10.0) -> tuple[Schedule, Job]:
    schedule = Schedule(seed=1)
    job = Job("sb1", "box", interval)
    schedule.add(job, 0.0)
    assert schedule.due(0.0) == [job]
    return schedule, job


def test_a_new_source_is_due_at_once_and_only_once() -> None:
    schedule, job = one()
    assert schedule.due(100.0) == [], "a running job is not handed out again"
    schedule.done(job, 100.0, ok=True, took=0.1)
    assert schedule.due(100.0) == []


@given(st.floats(1.0, 3600.0), st.integers(0, 1000))
def test_the_interval_keeps_within_its_jitter(interval: float, seed: int) -> None:
    schedule = Schedule(seed)
    job = Job("sb1", "box", interval)
    schedule.add(job, 0.0)
    schedule.due(0.0)
    schedule.done(job, 0.0, ok=True, took=0.0)
    assert interval * (1 - JITTER) <= job.due <= interval * (1 + JITTER)


def test_failures_double_the_pause_up_to_a_limit_and_success_resets_it() -> None:
    schedule, job = one()
    pauses = []
    for _ in range(6):
        schedule.done(job, 0.0, ok=False, took=0.0)
        pauses.append(job.due)
        job.running = True
    assert pauses[0] < pauses[1] < pauses[2] < pauses[3]
    assert max(pauses) <= 10.0 * 8 * (1 + JITTER) <= LONGEST_BACK_OFF
    schedule.done(job, 0.0, ok=True, took=0.0)
    assert job.due <= 10.0 * (1 + JITTER)


def test_a_dear_read_is_not_repeated_before_twenty_times_its_cost() -> None:
    schedule, job = one(interval=1.0)
    schedule.done(job, 50.0, ok=True, took=3.0)
    assert job.due == 50.0 + COST_FACTOR * 3.0


def test_a_hint_brings_a_job_forward_but_never_runs_it_twice() -> None:
    schedule, job = one()
    schedule.bring_forward(job, 1.0)
    assert schedule.due(2.0) == [], "it is running already"
    schedule.done(job, 2.0, ok=True, took=0.0)
    schedule.bring_forward(job, 3.0)
    schedule.bring_forward(job, 3.0)
    assert schedule.due(3.0) == [job]
    assert schedule.due(1000.0) == []


def test_a_dropped_device_is_asked_no_more() -> None:
    schedule, job = one()
    schedule.done(job, 0.0, ok=True, took=0.0)
    schedule.drop_device("sb1")
    assert schedule.due(1e9) == []
    assert schedule.jobs() == []
