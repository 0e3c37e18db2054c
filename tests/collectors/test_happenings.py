"""The subjects `events` and `log` against a device that serves what device-interface.md describes."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import msgspec
import pytest

from noc.collectors import devicelog, events
from noc.collectors.fleet import Site
from noc.devices.dialect import Dialect, Fact, load
from noc.devices.errors import DeviceError
from noc.devices.http import AdminClient
from noc.hosting.records import Audit, Body, Device, Fault, Refusal
from tests.devices.authority import Authority
from tests.devices.conftest import Bench, Call, Handler

if TYPE_CHECKING:
    from noc.collectors.fleet import Fleet
    from noc.settings import Settings

EVENTS = (
    "<info>"
    '<fault type="alarm" severity="2" code="0x00010002" time="1363098541" source="RELAY/SIP1">'
    '<text>Registration down</text><details><reg reason="timeout"/></details></fault>'
    '<fault type="clear" severity="2" code="0x00010002" time="0" host="IP232-30-00-af"'
    ' serial="00-90-33-30-00-af" source="PHONE/SIG"><text>Registration down</text></fault>'
    "</info>"
)
ALARM = Fault(
    device="sb1", cluster="sb1", type="alarm", code="0x00010002", severity=2, channel="list",
    source="RELAY/SIP1", text="Registration down", details="reg reason=timeout",
)  # fmt: skip
CLEAR = Fault(
    device="sb1", cluster="sb1", type="clear", code="0x00010002", severity=2, channel="list",
    source="PHONE/SIG", text="Registration down", remote="IP232-30-00-af", serial="00-90-33-30-00-af",
)  # fmt: skip
LOG = (
    "20130312-142901 CMD admin@10.0.0.9 config write\r\n"
    "20130312-142902 LOG_HTTP 3 TCP-Up 10.1.0.254:443 10.0.0.9:40112\r\n"
    "20130312-142903 RAS 3 REGISTER-REJ(12,H323=IP200A-10-10-b4,Reason=Unknown user)\r\n"
)
SECOND = 1_000_000


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    """What it takes to set a device up."""
    authority = Authority.make(tmp_path_factory.mktemp("root"))
    leaf = authority.leaf("IP811-01-02-03", addresses=("127.0.0.1",))
    return Bench(authority, authority.context(leaf), load("v10"))


def serving(page: str, status: str = "200 OK") -> Handler:
    """A device that answers everything so."""

    async def answer(call: Call) -> None:
        await call.answer(page, status)

    return answer


class Asked(Site):
    """The device at the test's client, of a collector that never read anything."""

    def __init__(self, client: AdminClient, dialect: Dialect) -> None:
        fleet = SimpleNamespace(recalled=lambda *_: [], client=lambda _site: client)
        body = Device(name="sb1", kind="frontend", cluster="sb1")
        super().__init__(body, cast("Settings", None), dialect, cast("Fleet", fleet))


def changed(dialect: Dialect, values: Mapping[str, str]) -> Dialect:
    """The dialect with other values of some facts."""
    facts: dict[str, Fact] = {key: dialect.fact(key) for key in dialect}
    facts |= {key: msgspec.structs.replace(facts[key], value=value) for key, value in values.items()}
    return Dialect("other", "other.yaml", facts)


async def test_events_are_recorded_as_listed_with_the_time_of_the_device(bench: Bench) -> None:
    async with bench.device(serving(EVENTS)) as (server, client):
        reading = await events.read(Asked(client, bench.dialect))
        assert "cmd=xml-faults" in server.calls[0].target
    assert reading.drafts == ()
    assert [(one.subject, one.device_at, one.body) for one in reading.happened] == [
        ("sb1", 1363098541 * SECOND, ALARM),
        ("sb1", 0, CLEAR),
    ]


async def test_a_list_with_the_newest_first_is_turned_round(bench: Bench) -> None:
    other = changed(bench.dialect, {"events.order": "newest-first"})
    async with bench.device(serving(EVENTS)) as (_, client):
        reading = await events.read(Asked(client, other))
    assert [one.body for one in reading.happened] == [CLEAR, ALARM]


async def test_a_log_gives_changes_and_refusals(bench: Bench) -> None:
    async with bench.device(serving(LOG)) as (_, client):
        site = Asked(client, bench.dialect)
        reading = await devicelog.read(site)
        assert (await devicelog.read(site)).happened == ()
    bodies: list[Body | None] = [one.body for one in reading.happened]
    assert bodies == [
        Audit(device="sb1", cluster="sb1", user="admin", address="10.0.0.9", command="config write"),
        Refusal(device="sb1", cluster="sb1", name="IP200A-10-10-b4", reason="Unknown user", number="12"),
    ]


@pytest.mark.parametrize("read", [events.read, devicelog.read])
async def test_a_device_without_the_list_has_nothing_and_a_broken_one_is_an_error(
    bench: Bench, read: object
) -> None:
    assert callable(read)
    for page, status in (("?\r\n", "200 OK"), ("nothing", "404 Not Found")):
        async with bench.device(serving(page, status)) as (_, client):
            assert (await read(Asked(client, bench.dialect))).happened == ()
    async with bench.device(serving("broken", "500 Internal Server Error")) as (_, client):
        with pytest.raises(DeviceError, match="500"):
            await read(Asked(client, bench.dialect))
