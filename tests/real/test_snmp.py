"""SNMP against net-snmp: its tools read the lab's agents, our client reads its agent and a real walk."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import socket
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from noc.devices.codec.ber import Varbind
from noc.devices.dialect import load
from noc.devices.errors import DeviceError
from noc.devices.inno_mib import L2, L3, read_mib
from noc.devices.snmp import SnmpClient, User, Version
from noc.hosting.secret import Secret
from noc.lab.build import build
from noc.lab.snmp import Agent
from noc.lab.snmp_setup import switch_on
from noc.lab.usm import Engine, engine_id
from noc.lab.usm_keys import UsmUser
from tests.devices.snmp_rig import agent, holding, recorded
from tests.platform_lab import LabPlatform, running_lab

pytestmark = pytest.mark.skipif(
    shutil.which("snmpwalk") is None or shutil.which("snmpd") is None, reason="net-snmp is not installed"
)
WORDS = load()
INNO = "1.3.6.1.4.1.6666"
PRI_TEST = f"{INNO}.1.2.1.10.80.82.73.49.45.76.49"
MIBS = Path(__file__).parent.parent / "data"
NUMERIC = ("-On", "-Oe", "-Ox", "-OU")
PATIENT = ("-t", "20", "-r", "1")
EITHER = pytest.mark.parametrize("version", ["1", "2c"])
ALL_THREE = pytest.mark.parametrize("version", ["1", "2c", "3"])


async def tool(*words: str, code: int = 0) -> str:
    """What one of net-snmp's programs prints; `code` is the exit code it must have."""
    child = await asyncio.create_subprocess_exec(
        *words, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    told, _ = await child.communicate()
    assert child.returncode == code, told.decode()
    return told.decode()


def login(version: str, *, level: str = "authPriv", **changed: str) -> tuple[str, ...]:
    """The words by which net-snmp's tools log in. changed: user, authentication, privacy other than right."""
    if version != "3":
        return (f"-v{version}", "-c", "public")
    told = {"user": "noc", "authentication": "authpassword", "privacy": "privpassword", **changed}
    privacy = ("-x", "AES", "-X", told["privacy"]) if level == "authPriv" else ()
    signed = ("-a", "SHA", "-A", told["authentication"]) if level != "noAuthNoPriv" else ()
    return ("-v3", "-l", level, "-u", told["user"], *signed, *privacy)


async def snmpwalk(
    port: int, version: str, oid: str, address: str = "127.0.0.1", **how: str
) -> dict[str, Any]:
    """identifier -> value as net-snmp reads them, in our types. how: of `login`."""
    target = (*PATIENT, f"{address}:{port}", oid)
    told = await tool("snmpwalk", *login(version, **how), *NUMERIC, "-m", "", *target)
    lines = re.findall(r"^\.([\d.]+) = (.*?)(?=^\.[\d.]+ = |\Z)", told, re.MULTILINE | re.DOTALL)
    return {name: by_net_snmp(value.strip()) for name, value in lines if not value.startswith("No ")}


def by_net_snmp(told: str) -> Any:
    """The value of a line: ``Hex-STRING: 41 42``, ``INTEGER: -1``, ``Timeticks: (12) 0:00:00.12``."""
    kind, _, value = told.removesuffix("End of MIB").strip().partition(": ")
    if kind == "Hex-STRING":
        return bytes.fromhex(value)
    if told == '""':
        return b""
    if kind == "Timeticks":
        return int(value.partition(")")[0].removeprefix("("))
    if kind in ("INTEGER", "Gauge32", "Counter32", "Counter64"):
        return int(value)
    if kind == "OID":
        return value.removeprefix(".")
    assert kind == "IpAddress", told
    return value


def ours(varbinds: tuple[Varbind, ...] | list[Varbind]) -> dict[str, Any]:
    return {one.name: one.value for one in varbinds}


def without_time(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if not name.startswith("1.3.6.1.2.1.1.3.")}


def needs_pysnmp() -> None:
    pytest.importorskip("pysnmp", reason="pysnmp is not installed")


# --- a device of the lab -----------------------------------------------------------------------------


@pytest.fixture
async def device() -> AsyncIterator[int]:
    """The port of a Media-PBX with an ISDN line."""
    media = build(now=1_000_000).devices["media1"]
    media.interfaces = (*media.interfaces, "PRI1")
    switch_on([media], WORDS)
    user = UsmUser(name="noc", authentication=Secret("authpassword"), privacy=Secret("privpassword"))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    engine = Engine(engine_id(INNO, media.serial), (user,), lambda: media.started, lambda: 1_000_060.0)
    served = Agent(media, ("127.0.0.1", port), WORDS, lambda: 1_000_060.0, engine=engine)
    served.port.open()
    yield port
    served.port.close()


@ALL_THREE
async def test_snmpwalk_and_the_client_read_the_same_of_the_agent(device: int, version: Version) -> None:
    by_tool = await snmpwalk(device, version, ".1")
    if version == "3":
        needs_pysnmp()
    known = USER if version == "3" else Secret("public")
    async with SnmpClient("127.0.0.1", device, known, version, deadline=30) as client:
        walk = await client.walk("1.3")
    assert ours(walk.rows) == by_tool
    assert walk.unordered() == ()
    assert by_tool["1.3.6.1.2.1.1.2.0"] == INNO
    assert by_tool["1.3.6.1.2.1.1.3.0"] == 6000


async def test_a_signed_question_need_not_be_hidden(device: int) -> None:
    assert await snmpwalk(device, "3", INNO, level="authNoPriv") == await snmpwalk(device, "1", INNO)


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({"level": "noAuthNoPriv"}, "unsupported security level"),
        ({"user": "nobody"}, "Unknown user name"),
        ({"authentication": "notthepassword"}, "Authentication failure"),
        ({"privacy": "notthepassword"}, "Decryption error"),
    ],
)
async def test_net_snmp_hears_why_it_is_refused(device: int, how: dict[str, str], words: str) -> None:
    target = (*PATIENT, f"127.0.0.1:{device}", "1.3.6.1.2.1.1.2.0")
    told = await tool("snmpget", *login("3", **how), *target, code=1)
    assert words.casefold() in told.casefold()


async def test_net_snmp_finds_the_engine_s_time_by_itself(device: int) -> None:
    """It asks with a wrong number of starts and a wrong time first, and is told the right ones."""
    target = (*PATIENT, f"127.0.0.1:{device}", "1.3.6.1.2.1.1.2.0")
    told = await tool("snmpget", *login("3"), "-Z", "3,4", *NUMERIC, *target)
    assert told.strip() == f".1.3.6.1.2.1.1.2.0 = OID: .{INNO}"


async def test_snmptable_reads_the_agent_with_a_mib_of_our_own(device: int) -> None:
    words = ("-v1", "-c", "public", *PATIENT, "-M", str(MIBS), "-m", "NOC-INNO-MIB", "-Cf", "|")
    target = f"127.0.0.1:{device}"
    voice = (await tool("snmptable", *words, target, "NOC-INNO-MIB::voiceIfTable")).splitlines()
    assert voice[2].split("|")[0] == "voiceIfGwName"
    assert '"MOH"|gk|127.21.0.253|up|"###10"|"47 57 31 00 00 00 00 00 "|"-"|6|-1' in voice
    lines = (await tool("snmptable", *words, target, "NOC-INNO-MIB::l2Table")).splitlines()
    assert lines[2:] == ["l2Label|l2State|l2Mode|l2L1Label", '"PRI1-L2"|up|te|"PRI1-L1"']


@ALL_THREE
async def test_nobody_sets_anything(device: int, version: str) -> None:
    before = await snmpwalk(device, "1", INNO)
    words = (*login(version), *PATIENT, f"127.0.0.1:{device}", PRI_TEST, "i", "1")
    told = await tool("snmpset", *words, code=2)
    assert ("noSuchName" if version == "1" else "notWritable") in told
    assert await snmpwalk(device, "1", INNO) == before


async def test_a_wrong_community_is_not_answered(device: int) -> None:
    told = await tool("snmpget", "-v1", "-c", "wrong", "-t", "0.3", "-r", "0", f"127.0.0.1:{device}",
                      "1.3.6.1.2.1.1.2.0", code=1)  # fmt: skip
    assert "Timeout" in told


async def test_the_public_checks_find_what_they_look_for(device: int) -> None:
    """Checkmk compares sysObjectID; check_snmp_innovaphone wants columns from 1 and numbers that differ."""
    values = await snmpwalk(device, "1", ".1")
    assert values["1.3.6.1.2.1.1.2.0"] == "1.3.6.1.4.1.6666"
    for column in (1, 2, 5, 9):
        assert f"{INNO}.1.2.1.{column}.80.82.73.49.45.76.49" in values
    table = f"{INNO}.2.1.1.1"
    rows = [[values[f"{table}.{column}.{row}"] for column in range(1, 10)] for row in range(1, 11)]
    assert {row[3] for row in rows} <= {0, 1}
    assert not any(b"," in cell for row in rows for cell in row[:5] if isinstance(cell, bytes))
    numbers = [row[4] for row in rows if row[4] != b"-"]
    assert len(set(numbers)) == len(numbers) == 4


# --- the lab as a whole ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabPlatform]:
    """A small lab, collected once."""
    words = ("--clusters", "1", "--customers", "2", "--phones", "2")
    with running_lab(tmp_path_factory.mktemp("snmp") / "lab", *words) as platform:
        platform.noc("collect", "--once")
        yield platform


def told_by(lab: LabPlatform, device: str) -> dict[str, tuple[str, str]]:
    """subject -> (state of the interface, of the fact) of what `noc devices --json` has of a device."""
    (row,) = lab.rows("devices", "--filter", f"name={device}")
    facts = [fact for fact in row["facts"] if fact["kind"] == "interface"]
    return {fact["subject"]: (fact["value"]["state"], fact["state"]) for fact in facts}


async def test_what_snmpwalk_sees_is_what_the_log_holds(lab: LabPlatform) -> None:
    port = yaml.safe_load(lab.config.read_text())["ports"][161]
    devices = [row for row in lab.rows("devices") if row["kind"] in ("frontend", "media", "pbx")]
    assert len(devices) == 4
    for row in devices:
        assert [one["state"] for one in row["sources"] if one["subject"] == "snmp"] == ["ok"]
        values = await snmpwalk(port, "2c", ".1", row["address"])
        names = [values[name].decode() for name in values if name.startswith("1.3.6.1.2.1.2.2.1.2.")]
        states = {f"{row['name']}/if/{name}": ("up", "ok") for name in names}
        voice = f"{INNO}.2.1.1.1"
        for name in (name for name in values if name.startswith(f"{voice}.6.")):
            word = "up" if values[name.replace(f"{voice}.6.", f"{voice}.4.")] else "down"
            states[f"{row['name']}/voice/{values[name].rstrip(bytes(1)).decode()}"] = (word, "ok")
        assert told_by(lab, row["name"]) == states


def test_a_device_that_is_down_leaves_stale_interfaces(lab: LabPlatform) -> None:
    before = told_by(lab, "media1")
    lab.do("device-down", "media1")
    try:
        lab.noc("collect", "--once")
        assert told_by(lab, "media1") == {subject: (state, "stale") for subject, (state, _) in before.items()}
    finally:
        lab.do("mend", "all")
    lab.noc("collect", "--once")
    assert told_by(lab, "media1") == before


def interfaces_of(lab: LabPlatform) -> dict[str, tuple[str, str]]:
    return {subject: state for name in ("sb1", "media1") for subject, state in told_by(lab, name).items()}


@ALL_THREE
def test_every_version_tells_the_collector_the_same(lab: LabPlatform, version: str) -> None:
    if version == "3":
        needs_pysnmp()
    before, written = interfaces_of(lab), lab.config.read_text()
    settings = yaml.safe_load(written)
    settings["snmp"] = {"version": version, "community": {"file": "secrets/snmp"}}
    if version == "3":
        passwords = {word: {"file": f"secrets/snmp-{word}"} for word in ("authentication", "privacy")}
        settings["snmp"] = {"version": 3, "user": "noc-read", **passwords}
    lab.config.write_text(yaml.safe_dump(settings))
    try:
        lab.noc("collect", "--once")
        rows = [row for row in lab.rows("devices") if row["kind"] != "service"]
        states = {one["state"] for row in rows for one in row["sources"] if one["subject"] == "snmp"}
        assert (states, interfaces_of(lab)) == ({"ok"}, before)
    finally:
        lab.config.write_text(written)


# --- net-snmp's agent --------------------------------------------------------------------------------

USER = User(name="noc", authentication=Secret("authpassword"), privacy=Secret("privpassword"))


@asynccontextmanager
async def snmpd(folder: Path) -> AsyncIterator[int]:
    """The port of net-snmp's own agent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    (folder / "snmpd.conf").write_text(
        f"agentaddress udp:127.0.0.1:{port}\nrocommunity public 127.0.0.1\nsysLocation Hof, Büro\n"
        'createUser noc SHA "authpassword" AES "privpassword"\nrouser noc authPriv\n'
    )
    child = await asyncio.create_subprocess_exec(
        "snmpd", "-C", "-c", str(folder / "snmpd.conf"), "-f", "-LF", "0-3", str(folder / "log"),
        env={**os.environ, "SNMP_PERSISTENT_DIR": str(folder), "MIBS": ""},
    )  # fmt: skip
    try:
        await _answering(port)
        yield port
    finally:
        child.terminate()
        await child.wait()


async def _answering(port: int) -> None:
    end = time.monotonic() + 60
    while True:
        try:
            async with SnmpClient("127.0.0.1", port, Secret("public"), deadline=1) as client:
                await client.get(["1.3.6.1.2.1.1.1.0"])
                return
        except DeviceError:
            assert time.monotonic() < end, "snmpd does not answer"
            await asyncio.sleep(0.1)


@ALL_THREE
async def test_the_client_reads_net_snmps_agent(tmp_path: Path, version: Version) -> None:
    subtree = "1.3.6.1.2.1.1"
    async with snmpd(tmp_path) as port:
        known = USER if version == "3" else Secret("public")
        async with SnmpClient("127.0.0.1", port, known, version, deadline=30) as client:
            walk = await client.walk(subtree)
            got = await client.get([f"{subtree}.6.0", "1.3.6.1.9.9.9.0"])
        by_tool = await snmpwalk(port, "2c", subtree)
    assert without_time(ours(walk.rows)) == without_time(by_tool)
    assert len(walk.rows) > 10
    assert [one.value for one in got] == ["Hof, Büro".encode(), None]


@pytest.mark.parametrize(
    "user",
    [
        User(name="noc", authentication=Secret("notthepassword"), privacy=Secret("privpassword")),
        User(name="nobody", authentication=Secret("authpassword"), privacy=Secret("privpassword")),
    ],
)
async def test_a_wrong_user_of_version_3_is_a_wrong_login(tmp_path: Path, user: User) -> None:
    async with snmpd(tmp_path) as port, SnmpClient("127.0.0.1", port, user, "3", deadline=20) as client:
        with pytest.raises(DeviceError) as caught:
            await client.walk("1.3.6.1.2.1.1")
    assert caught.value.code == "login"
    assert "password" not in caught.value.what


# --- the walk of a real device -----------------------------------------------------------------------


@pytest.fixture
def real_walk() -> list[Varbind]:
    path = os.environ.get("NOC_REAL_WALK", "")
    if not path:
        pytest.skip("needs the real walk (its path in NOC_REAL_WALK; it may not be copied)")
    return recorded(Path(path))


@EITHER
async def test_the_client_and_snmpwalk_read_the_real_walk_alike(
    real_walk: list[Varbind], version: Version
) -> None:
    async with agent(holding(real_walk)) as port:
        by_tool = await snmpwalk(port, version, ".1")
        async with SnmpClient("127.0.0.1", port, Secret("public"), version, deadline=30) as client:
            walk = await client.walk("1.3")
            mib = await read_mib(client, WORDS)
    assert ours(walk.rows) == by_tool == ours(real_walk)
    assert mib.system.object_id == INNO
    assert mib.system.uptime == 275955.0
    assert [(row.name, row.admin, row.oper) for row in mib.interfaces] == [
        (f"ETH{place}", 0, 1) for place in range(3)
    ]
    assert mib.l2 == (L2(label="PRI1-L2", state=1, mode=2, l1="PRI1-L1"),)
    assert mib.l3 == (L3(label="PRI1", protocol=3, channels=31),)
    assert (mib.l1pri, mib.l1bri) == ((), ())
    assert [row.name for row in mib.voice] == "PRI1 TEST TONE HTTP ECHO SIG0 SIG1 FAX CONF".split()
    assert {(row.type, row.state, row.address, row.alias) for row in mib.voice} == {(1, 0, "0.0.0.0", -1)}


async def test_the_labs_agent_is_bent_as_the_real_device_is(real_walk: list[Varbind], device: int) -> None:
    """Same columns, same types of value, same form of index; only rows and values are the lab's own."""
    async with SnmpClient("127.0.0.1", device, Secret("public"), deadline=30) as client:
        walk = await client.walk("1.3")
    theirs, lab = shapes(real_walk), shapes(walk.rows)
    assert {column: lab[column] for column in theirs} == theirs


def shapes(varbinds: tuple[Varbind, ...] | list[Varbind]) -> dict[str, tuple[int, bool]]:
    """Column or scalar -> (tag, whether its index is one number)."""
    entries = [f"{WORDS[f'snmp.{table}']}." for table in ("if", "address", "l2", "l1pri", "l3", "voice")]
    found: dict[str, tuple[int, bool]] = {}
    for one in varbinds:
        entry = next((entry for entry in entries if one.name.startswith(entry)), one.name)
        column, _, index = one.name.removeprefix(entry).partition(".")
        found[entry + column] = (one.tag, index.isdecimal())
    return found
