"""Pushes over real sockets into a real log: every form, every drop counted, answered only when stored."""

from __future__ import annotations

import asyncio
import base64
import socket
import ssl
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from noc.collectors.engine import HINTED, Engine
from noc.collectors.fleet import Fleet
from noc.collectors.hints import Hints
from noc.collectors.listed import happened, unread
from noc.collectors.receivers import intake
from noc.collectors.receivers.receivers import Receivers
from noc.devices.dialect import load as load_dialect
from noc.hosting.records import Audit, Body, Fault, Origin, Receiver, Record, Unparsed
from noc.log.files import LogFullError
from noc.log.store import Log
from noc.settings import load
from noc.settings.listen import Place
from tests.devices.authority import Authority
from tests.devices.test_pushes import AUDIT, CAPTURED

PATIENCE = 60
PROVIDER = """\
provider: {name: hoster.example, root: root.pem}
credentials:
  collector: {user: noc-read, password: {file: secrets/collector}}
clusters:
  - name: sb1
    frontend: {inside: 127.0.0.1}
"""
ALARM = b"FAULT alarm 0x00010002 2 RELAY/SIP1 Registration down"


def free_port() -> int:
    """A port where nothing listens now, by UDP or TCP."""
    while True:
        with socket.socket() as tcp, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            tcp.bind(("127.0.0.1", 0))
            with suppress(OSError):  # by UDP somebody has it
                udp.bind(tcp.getsockname())
                return int(tcp.getsockname()[1])


@dataclass
class Rig:
    """A collector that receives, but asks nobody."""

    log: Log
    engine: Engine
    receivers: Receivers
    ports: dict[str, int]
    folder: Path

    def bodies(self, kind: str) -> list[Body | None]:
        return [one.body for one in self.records(kind)]

    def records(self, kind: str) -> list[Record]:
        return self.log.read(0, 100_000, (kind,))

    def counts(self, name: str) -> Receiver:
        return self.receivers.intake.counts[name]

    async def until(self, condition: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < end, "it never came"
            await asyncio.sleep(0.02)

    def datagram(self, *messages: bytes) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
            for message in messages:
                out.sendto(message, ("127.0.0.1", self.ports["syslog-udp"]))

    async def sent(self, name: str, data: bytes, tls: ssl.SSLContext | None = None) -> bytes:
        """What a receiver answers to these bytes, until it closes or we have said all."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.ports[name], ssl=tls)
        writer.write(data)
        await writer.drain()
        if tls is None:
            writer.write_eof()
        answer = await asyncio.wait_for(reader.read(), PATIENCE) if name.startswith("http") else b""
        writer.close()
        await writer.wait_closed()
        return answer


@asynccontextmanager
async def receiving(folder: Path, *names: str, more: str = "", host: str = "127.0.0.1") -> AsyncIterator[Rig]:
    """A collector with these receivers. host: the inside address of its one Frontend."""
    (folder / "root.pem").write_text("root")
    ports = {name: free_port() for name in names}
    told = ", ".join(f'{name}: "127.0.0.1:{port}"' for name, port in ports.items())
    text = PROVIDER.replace("127.0.0.1", host) + f"listen: {{{told}{more}}}\n"
    (folder / "provider.yaml").write_text(text)
    settings = load(folder / "provider.yaml")
    with Log.open(folder / "log") as log:
        engine = Engine(log, Fleet(settings, load_dialect()))
        engine.start(time.monotonic())
        receivers = Receivers(engine)
        task = asyncio.create_task(receivers.forever())
        rig = Rig(log, engine, receivers, ports, folder)
        await rig.until(lambda: len(receivers.intake.counts) == len(names))
        try:
            yield rig
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await engine.fleet.close()


async def test_syslog_becomes_what_the_lists_tell_too(tmp_path: Path) -> None:
    async with receiving(tmp_path, "syslog-udp", "syslog-tcp") as rig:
        rig.datagram(b"<134>" + AUDIT, b"<134>" + ALARM)
        await rig.sent(
            "syslog-tcp", b"<134>first\n58 <134>" + ALARM[:-1] + b"n<134>LOG_HTTP 3 TCP-Up a b\r\n"
        )
        await rig.until(lambda: rig.counts("syslog-tcp").received == 3)
        await rig.until(lambda: len(rig.records("fault")) == 2 and len(rig.records("audit")) == 1)
        (audit,) = rig.records("audit")
        assert audit.origin is Origin.RECEIVER
        assert audit.device_at == 1363098541_000_000
        assert audit.body == Audit(
            device="sb1", cluster="sb1", user="admin", address="10.0.0.9", command="config write"
        )
        fault = rig.bodies("fault")[0]
        assert fault == Fault(
            device="sb1", cluster="sb1", type="alarm", code="0x00010002", severity=2, channel="push",
            source="RELAY/SIP1", text="Registration down",
        )  # fmt: skip
        await rig.until(lambda: rig.counts("syslog-tcp").quiet == 1)
        assert rig.counts("syslog-tcp").unparsed == 1
        assert rig.counts("syslog-udp").late == 1
        assert rig.bodies("unparsed") == [
            Unparsed(receiver="syslog-tcp", address="127.0.0.1", raw="<134>first", reason="unknown-form")
        ]


async def test_raw_bytes_are_kept_and_the_unknown_only_stored_and_counted(tmp_path: Path) -> None:
    async with receiving(tmp_path, "syslog-udp", host="10.1.0.254") as rig:
        rig.datagram(b"<134>" + ALARM, b"\x00\xff\\\n")
        await rig.until(lambda: len(rig.records("unparsed")) == 2)
        first, second = rig.records("unparsed")
        assert (first.subject, rig.records("fault")) == ("127.0.0.1", [])
        assert isinstance(second.body, Unparsed)
        assert (second.body.raw, second.body.reason) == ("\\x00\\xff\\\\\\x0a", "unknown-source")
        assert rig.counts("syslog-udp").unknown == 2


async def test_a_flood_is_counted_to_the_last_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "MOST_WAITING", 50)
    async with receiving(tmp_path, "syslog-udp") as rig:
        rig.datagram(*(b"<134>CMD a@b config change %d" % number for number in range(300)))
        await rig.until(lambda: rig.counts("syslog-udp").received == 300)
        await rig.until(lambda: len(rig.records("audit")) + rig.counts("syslog-udp").dropped == 300)
        told = rig.counts("syslog-udp")
        assert told.dropped > 0
        assert told.received == told.stored + told.dropped
    with Log.open(tmp_path / "log") as log:
        newest = next(one for one in log.newest() if one.kind == "receiver")
        assert newest.body == told


async def test_a_forwarded_event_is_answered_when_it_is_in_the_log(tmp_path: Path) -> None:
    event = b"GET /x?event=alarm&time=1363098541&severity=2&code=0x90001&source=CF0&text=bad HTTP/1.0\r\n\r\n"
    async with receiving(tmp_path, "http") as rig:
        answer = await rig.sent("http", event)
        assert answer.startswith(b"HTTP/1.1 200 ")
        (fault,) = rig.bodies("fault")
        assert isinstance(fault, Fault)
        assert (fault.code, fault.channel, fault.text) == ("0x00090001", "push", "bad")
        assert (await rig.sent("http", event)).startswith(b"HTTP/1.1 200 ")
        assert len(rig.records("fault")) == 1, "what is sent again for want of an answer is one record"
        assert rig.counts("http").doubled == 1


async def test_captured_events_are_taken_in_one_a_connection_and_four_at_once(tmp_path: Path) -> None:
    async with receiving(tmp_path, "http") as rig:
        answers = await asyncio.gather(*(rig.sent("http", CAPTURED) for _ in range(4)))
        assert all(one.startswith(b"HTTP/1.1 200 ") for one in answers)
        together = CAPTURED.replace(b"HTTP/1.0", b"HTTP/1.1") * 4
        assert (await rig.sent("http", together)).count(b"HTTP/1.1 200 ") == 4
        assert (await rig.sent("http", b"\x16\x03\x01\r\n\r\n")).startswith(b"HTTP/1.1 400 ")
        assert rig.counts("http").quiet == 8


async def test_whoever_waits_to_be_asked_for_the_body_is_asked(tmp_path: Path) -> None:
    async with receiving(tmp_path, "http") as rig:
        reader, writer = await asyncio.open_connection("127.0.0.1", rig.ports["http"])
        body = b"?event=B%3ACall&srv_id=00-90-33-06-00-14"
        head = b"POST /x HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: %d\r\n\r\n" % len(body)
        writer.write(head)
        assert (await asyncio.wait_for(reader.readline(), PATIENCE)).startswith(b"HTTP/1.1 100 ")
        writer.write(body)
        assert b"HTTP/1.1 200 OK" in await asyncio.wait_for(reader.readuntil(b"OK"), PATIENCE)
        writer.close()


async def test_http_asks_for_the_login_that_is_written(tmp_path: Path) -> None:
    (tmp_path / "logger").write_text("s3cret\n")
    (tmp_path / "logger").chmod(0o600)
    more = ", login: {user: logger, password: {file: logger}}"
    async with receiving(tmp_path, "http", more=more) as rig:
        assert b"401" in await rig.sent("http", CAPTURED)
        for password, status in ((b"wrong", b"401"), (b"s3cret", b"200")):
            login = b"Authorization: Basic " + base64.b64encode(b"logger:" + password)
            told = CAPTURED.replace(b"\r\n\r\n", b"\r\n" + login + b"\r\n\r\n")
            assert (await rig.sent("http", told)).split()[1] == status
        assert rig.counts("http").received == 1


async def test_with_a_full_disk_nobody_hears_that_all_is_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with receiving(tmp_path, "http") as rig:

        def full(*_: object) -> list[int]:
            raise LogFullError("the disk is full", "log", "make room")

        with monkeypatch.context() as patched:
            patched.setattr(rig.log, "append", full)
            event = CAPTURED.replace(b"A:Call", b"alarm")
            assert (await rig.sent("http", event)).startswith(b"HTTP/1.1 503 ")
            assert (await rig.sent("http", event)).startswith(b"HTTP/1.1 503 ")
        rig.engine.ledger.flush()
        assert (await rig.sent("http", event)).startswith(b"HTTP/1.1 200 ")
        assert len(rig.records("fault")) == 1


async def test_tls_carries_both(tmp_path: Path) -> None:
    authority = Authority.make(tmp_path)
    leaf = authority.leaf("noc", addresses=("127.0.0.1",))
    more = f", certificate: {leaf.file}, key: {leaf.file}"
    async with receiving(tmp_path, "syslog-tls", "https", more=more) as rig:
        trusting = ssl.create_default_context(cadata=authority.root_pem)
        assert (await rig.sent("https", CAPTURED, trusting)).startswith(b"HTTP/1.1 200 ")
        await rig.sent("syslog-tls", b"<134>" + ALARM + b"\n", trusting)
        await rig.until(lambda: len(rig.records("fault")) == 1)


async def test_poll_and_push_of_one_happening_are_one_record(tmp_path: Path) -> None:
    async with receiving(tmp_path, "syslog-udp") as rig:
        site = rig.engine.fleet.sites["sb1"]
        fault = Fault(
            device="sb1", cluster="sb1", type="alarm", code="0x00010002", severity=2, channel="list",
            source="RELAY/SIP1", text="Registration down", remote="IP232-30-00-af",
        )  # fmt: skip
        now = int(time.time())
        rig.datagram(b"<134>" + ALARM)
        await rig.until(lambda: len(rig.records("fault")) == 1)
        listed = [happened(site, fault, now)]
        assert unread(site, "events", listed, ("fault",)) == ()
        again = [*listed, happened(site, fault, now + 30)]
        assert unread(site, "events", again, ("fault",)) == (again[1],)
        rig.datagram(b"<134>" + ALARM)
        await rig.until(lambda: rig.counts("syslog-udp").doubled == 1)
        assert len(rig.records("fault")) == 1


async def test_after_a_restart_a_list_still_knows_what_was_pushed(tmp_path: Path) -> None:
    async with receiving(tmp_path, "syslog-udp") as rig:
        rig.datagram(b"<134>" + AUDIT)
        await rig.until(lambda: len(rig.records("audit")) == 1)
    async with receiving(tmp_path, "syslog-udp") as rig:
        site = rig.engine.fleet.sites["sb1"]
        told = Audit(device="sb1", cluster="sb1", user="admin", address="10.0.0.9", command="config write")
        assert unread(site, "log", [happened(site, told, 1363098541)], ("audit",)) == ()


async def test_a_port_that_is_taken_is_told_and_the_others_work(tmp_path: Path) -> None:
    async with receiving(tmp_path, "syslog-udp", "http") as first:
        (folder := tmp_path / "second").mkdir()
        taken = Place("127.0.0.1", first.ports["http"])
        async with receiving(folder, "syslog-tcp") as rig:
            await rig.receivers._begin("http", taken)
            assert "in use" in rig.counts("http").error
            assert rig.counts("syslog-tcp").error == ""


def test_hints_keep_their_budget_when_400_devices_push_100_times_each() -> None:
    hints, scheduled, polls = Hints(), 400 * 30.0, 0
    for step in range(100):
        for device in range(400):
            if hints.allows(f"sb{device}", len(HINTED), scheduled, step * 0.6):
                polls += len(HINTED)
    assert 0 < polls <= 0.2 * scheduled


async def test_a_push_brings_its_device_forward_and_no_other(tmp_path: Path) -> None:
    async with receiving(tmp_path, "syslog-udp") as rig:
        later = time.monotonic() + 1000
        for job in rig.engine.schedule.due(later):
            rig.engine.schedule.done(job, later, ok=True, took=0.0)
        rig.engine._scheduled = 1000.0
        rig.datagram(b"<134>" + ALARM)
        await rig.until(lambda: len(rig.records("fault")) == 1)
        soon = {job.subject for job in rig.engine.schedule.due(time.monotonic())}
        assert soon == set(HINTED)
