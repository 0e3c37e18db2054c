"""What facts of certificates, call records and files say in a few words.

Times are dates of UTC. Foreign text in here is as it came, as in `words.py`.
"""

from __future__ import annotations

from datetime import UTC, datetime

from noc.hosting import records
from noc.hosting.records import Micros

_LAST = 253_402_300_799_000_000
"""The end of the calendar."""


def own_certificate(body: records.CertificateStore) -> str:
    """Whose it is and until when; what is going on with a new one."""
    facts = [body.chain[0] if body.chain else "none", *_until(body.not_after)]
    facts += ["a signing request waits for its answer"] * body.request
    facts += ["a key is being made"] * body.busy + ["the last upload was refused"] * body.failed
    return ", ".join(facts)


def trusted(body: records.Trusted) -> str:
    """Whose it is and until when; from whom, if from another."""
    issuer = [f"from {body.issuer_cn}"] if body.issuer_cn != body.subject_cn else []
    return ", ".join([body.subject_cn or "no name", *issuer, *_until(body.not_after)])


def rejected(body: records.Rejected) -> str:
    """Whose certificate was refused, why, and where it came from."""
    remote = f", from {body.remote}" if body.remote else ""
    return f"{body.subject_cn or 'no name'}: {body.reason or 'no reason told'}{remote}"


def call_records(body: records.CallRecords) -> str:
    """Whether the test is on."""
    return "shown for a test" if body.on else "not shown"


def call_records_now(body: records.CallRecords) -> str:
    """Also how many there are, and of when the newest is."""
    last = f", the newest of {_moment(body.last_call)}" if body.last_call else ""
    return f"{body.calls} {call_records(body)}{last}" if body.on else call_records(body)


def drive_file(body: records.DriveFile) -> str:
    """How long it is, and when it was written."""
    return f"{body.size} bytes" + (f", of {_moment(body.changed)}" if body.changed else "")


def log_files(body: records.LogFiles) -> str:
    """How much of it there is, and how old its oldest line."""
    if not body.files:
        return "keeps none"
    told = f", the oldest line of {_moment(body.oldest)}" if body.oldest else ""
    return f"{body.files} {'file' if body.files == 1 else 'files'}{told}"


def _until(end: Micros) -> list[str]:
    return [f"until {_moment(end)[:10]}"] if end else []


def _moment(at: Micros) -> str:
    return f"{datetime.fromtimestamp(min(at, _LAST) // 1_000_000, UTC):%Y-%m-%d %H:%M} UTC"
