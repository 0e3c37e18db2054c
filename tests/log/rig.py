"""What the tests of the log share: a clock of their own, bodies, and random histories of a small platform."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from noc.hosting import records
from noc.hosting.records import Draft, draft, gone
from noc.hosting.states import Leg
from noc.log import schema
from noc.log.store import Log

START = 1_800_000_000_000_000
"""2027-01-15 08:00:00 UTC in microseconds."""
SECOND = 1_000_000

CLUSTERS = ("sb1", "sb2")
CUSTOMERS = ("Adler00001", "Berg00002")
SUBJECTS = ("box", "registrations", "nat", "relay", "certificate", "alarms")


class Clock:
    """A clock that stands still unless it is moved."""

    def __init__(self, now: int = START) -> None:
        self.now = now

    def __call__(self) -> int:
        return self.now

    def forward(self, seconds: float) -> int:
        """Move on; the time then."""
        self.now += round(seconds * SECOND)
        return self.now


def sbc(
    frontend: str = "sb1",
    cpe: str = "Adler00001-000",
    outer: str = "registered",
    inner: str = "registered",
    **more: Any,
) -> Draft:
    """What a Frontend says of a phone."""
    facts: dict[str, Any] = {"customer": cpe.partition("-")[0], "hardware_id": f"IP232-{cpe[-3:]}", **more}
    body = records.SessionBorder(
        frontend=frontend, cluster=frontend, cpe=cpe, outer=outer, inner=inner, **facts
    )
    return draft(f"{frontend}/{cpe}", body)


def user(frontend: str = "sb1", cpe: str = "Adler00001-000", registered: bool = True, **more: Any) -> Draft:
    """What a customer PBX says of a phone."""
    facts: dict[str, Any] = {"customer": cpe.partition("-")[0], **more}
    body = records.UserRegistration(
        frontend=frontend, cluster=frontend, cpe=cpe, registered=registered, **facts
    )
    return draft(f"{frontend}/{cpe}", body)


def source(device: str, subject: str = "registrations", ok: bool = True, **more: Any) -> Draft:
    """How a source could be read."""
    error = "" if ok else "timeout"
    body = records.Source(device=device, subject=subject, ok=ok, error=error, **more)
    return draft(f"{device}/{subject}", body)


def device(name: str, kind: str, cluster: str = "sb1", **more: Any) -> Draft:
    """A device."""
    return draft(name, records.Device(name=name, kind=kind, cluster=cluster, **more))


def natmap(port: int, address: str, int_port: int, frontend: str = "sb1", place: int = 0) -> Draft:
    """A TCP map."""
    body = records.NatMap(
        frontend=frontend,
        cluster=frontend,
        protocol="TCP",
        port=port,
        address=address,
        int_port=int_port,
        place=place,
    )
    return draft(f"{frontend}/TCP/{port}", body)


def link(device_name: str, name: str, role: str = "trunk", state: str = "up", **more: Any) -> Draft:
    """A registration other than a phone's."""
    body = records.Link(device=device_name, cluster="sb1", name=name, role=role, state=state, **more)
    return draft(f"{device_name}/{name}", body)


def alarm(device_name: str, code: str = "0x00010002", severity: int = 2, remote: str = "") -> Draft:
    """An active alarm."""
    body = records.Alarm(
        device=device_name,
        cluster="sb1",
        code=code,
        severity=severity,
        channel="list",
        source="PBX0",
        text="registration failed",
        remote=remote,
    )
    return draft(f"{device_name}/{code}/{remote or device_name}/PBX0", body)


def certificate(device_name: str, sha256: str = "aa", port: int = 443) -> Draft:
    """A certificate as served, good until 2030."""
    body = records.Certificate(
        device=device_name,
        cluster="sb1",
        port=port,
        subject_cn=device_name,
        issuer_cn="hoster.example",
        serial="01",
        sha256=sha256,
        not_before=1_700_000_000,
        not_after=1_900_000_000,
        key="RSA 4096",
        anchored=True,
    )
    return draft(f"{device_name}/{port}", body)


# --- random histories ----------------------------------------------------------------------------

_FRONTENDS = st.sampled_from(CLUSTERS)
_CPES = st.sampled_from([f"{customer}-00{place}" for customer in CUSTOMERS for place in range(2)])
_LEGS = st.sampled_from([leg.value for leg in Leg if leg is not Leg.STALE])
_TEXTS = st.sampled_from(["", "10.0.0.7", "Zoe Ünal", "1.2.3.4", "zoe"])

STATES = st.one_of(
    st.builds(sbc, _FRONTENDS, _CPES, _LEGS, _LEGS, address=_TEXTS),
    st.builds(user, _FRONTENDS, _CPES, st.booleans(), name=_TEXTS, number=_TEXTS),
    st.builds(lambda frontend, cpe: gone("sbc", f"{frontend}/{cpe}"), _FRONTENDS, _CPES),
    st.builds(lambda frontend, cpe: gone("user", f"{frontend}/{cpe}"), _FRONTENDS, _CPES),
    st.builds(source, st.sampled_from(CLUSTERS + CUSTOMERS), st.sampled_from(SUBJECTS), st.booleans()),
    st.builds(device, st.sampled_from(CLUSTERS), st.just("frontend"), version=_TEXTS),
    st.builds(natmap, st.just(8001), _TEXTS, st.just(443), _FRONTENDS),
    st.builds(lambda frontend: gone("natmap", f"{frontend}/TCP/8001"), _FRONTENDS),
    st.builds(link, st.sampled_from(CUSTOMERS), st.just("SIP1"), state=st.sampled_from(["up", "down"])),
    st.builds(alarm, st.sampled_from(CLUSTERS), severity=st.integers(0, 2)),
    st.builds(lambda name: gone("alarm", f"{name}/0x00010002/{name}/PBX0"), st.sampled_from(CLUSTERS)),
    st.builds(certificate, st.sampled_from(CUSTOMERS), st.sampled_from(["aa", "bb"])),
)
"""One change of state of a platform so small that its keys collide often."""

HISTORIES = st.lists(STATES, min_size=1, max_size=40)


def record_history(directory: Path, history: Sequence[Draft], clock: Clock) -> Log:
    """A log in which each draft was appended a second after the one before."""
    log = Log.open(directory, now=clock)
    for one in history:
        log.append([one])
        clock.forward(1)
    return log


def projection(conn: sqlite3.Connection) -> dict[str, list[tuple[Any, ...]]]:
    """Every projection table in the order of its keys, without row numbers."""
    tables = {
        table: conn.execute(f"SELECT * FROM {table} ORDER BY subject").fetchall()
        for table in schema.SMALL_TABLES
    }
    columns = [row[1] for row in conn.execute("PRAGMA table_xinfo(phone)") if row[1] != "id"]
    phones = f"SELECT {', '.join(columns)} FROM phone ORDER BY frontend, cpe"
    tables["fact"] = conn.execute("SELECT * FROM fact ORDER BY kind, subject").fetchall()
    return {**tables, "phone": conn.execute(phones).fetchall()}
