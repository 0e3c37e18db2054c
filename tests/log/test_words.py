"""What facts of devices say in words, and which of their changes are told."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from noc.hosting import records
from noc.log.words import differing, now, words

AT = int(datetime(2026, 11, 24, 16, 5, tzinfo=UTC).timestamp()) * 1_000_000
OF: dict[str, Any] = {"device": "sb1", "cluster": "sb1"}
STORE = records.CertificateStore(**OF, chain=("IPVA-01-02-03", "Root"), not_after=AT)
TRUSTED = records.Trusted(**OF, subject_cn="Root", issuer_cn="Root", not_after=AT, fingerprint="ab")
REJECTED = records.Rejected(**OF, subject_cn="x", reason="Unknown CA", remote="127.0.0.9", seen=AT)
CALLS = records.CallRecords(**OF, on=True, calls=3, last_call=AT)
FILE = records.DriveFile(**OF, path="firm/a.bin", size=12, changed=AT)
LOGS = records.LogFiles(**OF, files=4, size=12, oldest=AT)
COUNTER = records.Counter(**OF, name="CPU", hour=AT, peaks=(1, 40, 7))
LICENCES = records.Licences(**OF, kinds=(records.LicenceCount("Port", 118, 98),), ends=AT)


@pytest.mark.parametrize(
    ("body", "said", "said_now"),
    [
        (STORE, "IPVA-01-02-03, until 2026-11-24", ""),
        (records.CertificateStore(**OF, busy=True), "none, a key is being made", ""),
        (TRUSTED, "Root, until 2026-11-24", ""),
        (REJECTED, "x: Unknown CA, from 127.0.0.9", ""),
        (CALLS, "shown for a test", "3 shown for a test, the newest of 2026-11-24 16:05 UTC"),
        (records.CallRecords(**OF, on=False), "not shown", ""),
        (FILE, "12 bytes, of 2026-11-24 16:05 UTC", ""),
        (LOGS, "4 files, the oldest line of 2026-11-24 16:05 UTC", ""),
        (records.LogFiles(**OF, files=0), "keeps none", ""),
        (COUNTER, "CPU", "7 %, at most 40 % in its last full hour"),
        (LICENCES, "118 Port", "98 of 118 Port"),
    ],
)
def test_what_a_fact_says(body: records.Fact, said: str, said_now: str) -> None:
    assert words(body) == said
    assert now(body) == (said_now or said)


def test_times_beyond_the_calendar_are_said_too() -> None:
    assert words(msgspec.structs.replace(FILE, changed=1 << 62)).endswith("of 9999-12-31 23:59 UTC")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (COUNTER, msgspec.structs.replace(COUNTER, hour=AT + 1, peaks=(5,))),
        (CALLS, msgspec.structs.replace(CALLS, calls=9, last_call=AT + 1)),
        (LOGS, msgspec.structs.replace(LOGS, size=99, oldest=AT + 1)),
        (LICENCES, msgspec.structs.replace(LICENCES, kinds=(records.LicenceCount("Port", 118, 99),))),
    ],
)
def test_what_moves_by_itself_is_no_change(before: records.Fact, after: records.Fact) -> None:
    assert differing(before, after) is None


def test_changes_are_told() -> None:
    waits = msgspec.structs.replace(STORE, request=True)
    assert differing(STORE, waits) == (
        words(STORE),
        f"{words(STORE)}, a signing request waits for its answer",
    )
    off = msgspec.structs.replace(CALLS, on=False)
    assert differing(CALLS, off) == ("shown for a test", "not shown")
    more = msgspec.structs.replace(LICENCES, kinds=(records.LicenceCount("Port", 200, 98),))
    assert differing(LICENCES, more) == ("118 Port", "200 Port")
