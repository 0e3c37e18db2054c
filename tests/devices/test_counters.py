"""Counters as device-interface.md, ch. 2 has them, over real HTTPS."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from noc.collectors import counters
from noc.devices.counters import Counted, Listed, counter, counter_list
from noc.devices.errors import DeviceError
from noc.hosting.records import Counter
from tests.devices.asked_by_collector import asked_by_collector
from tests.devices.conftest import Bench, Call, Handler

URL = "/LOG0/CNT/mod_cmd.xml"
CPU = Listed("CPU", "0")


def serving(pages: dict[str, str], status: str = "200 OK") -> Handler:
    """Pages by query."""

    async def answer(call: Call) -> None:
        path, _, query = call.target.partition("?")
        assert path == URL
        await call.answer(pages.get(query, "?\r\n"), status, Content_Type="text/xml")

    return answer


def minutes(*values: object) -> str:
    return "<h>" + "".join(f'<m c="{value}"/>' for value in values) + "</h>"


async def test_which_counters_there_are(bench: Bench) -> None:
    page = (
        '<info><cnt n="CPU" x="0"/><cnt n="MEM" x="2"/><cnt n="TEMP" x="a&amp;b"/><cnt n="CPU" x="9"/>'
        '<cnt n="NONE"/><cnt x="7"/><other n="X" x="1"/></info>'
    )
    async with bench.device(serving({"cmd=xml-counts": page})) as (_, client):
        told = await counter_list(client, bench.dialect)
    assert told == (CPU, Listed("MEM", "2"), Listed("TEMP", "a&b"))


async def test_a_device_without_counters(bench: Bench) -> None:
    async with bench.device(serving({})) as (_, client):
        assert await counter_list(client, bench.dialect) is None
    async with bench.device(serving({}, "404 Not Found")) as (_, client):
        assert await counter_list(client, bench.dialect) is None


async def test_the_hours_of_one(bench: Bench) -> None:
    page = f'<info s="131072">{minutes(*range(60))}<x/>{minutes(0, 100)}<h/></info>'
    asked = {"cmd=xml-count&x=a%26b": page}
    async with bench.device(serving(asked)) as (_, client):
        told = await counter(client, bench.dialect, Listed("MEM", "a&b"))
    assert told == Counted((tuple(range(60)), (0, 100), ()), 131072)


@pytest.mark.parametrize(
    ("page", "what"),
    [
        (f"<info>{minutes(1, 101)}</info>", "CPU: no percentage: '101'"),
        (f"<info>{minutes(-1)}</info>", "CPU: no percentage: '-1'"),
        (f"<info>{minutes('')}</info>", "CPU: no percentage: ''"),
        (f"<info>{minutes(*[5] * 61)}</info>", "CPU: an hour has 61 minutes"),
        ("<info><h>", "the document breaks off"),
        ("<html/>", "the root is <html>"),
    ],
)
async def test_garbage_is_named(bench: Bench, page: str, what: str) -> None:
    async with bench.device(serving({"cmd=xml-count&x=0": page})) as (_, client):
        with pytest.raises(DeviceError) as caught:
            await counter(client, bench.dialect, CPU)
    assert caught.value.code == "garbage"
    assert what in caught.value.what
    assert caught.value.where == f"sb1 {URL}"


async def test_one_spoiled_counter_leaves_the_others(bench: Bench, tmp_path: Path) -> None:
    """What was last read of it stays; if none can be read, the subject cannot."""
    pages = {
        "cmd=xml-counts": '<info><cnt n="CPU" x="0"/><cnt n="MEM" x="2"/><cnt n="TEMP" x="1"/></info>',
        "cmd=xml-count&x=0": f"<info>{minutes(*range(60))}{minutes(7)}</info>",
        "cmd=xml-count&x=1": f"<info>{minutes(30)}</info>",
        "cmd=xml-count&x=2": f"<info>{minutes(300)}</info>",
    }
    known = Counter(device="sb1", cluster="sb1", name="MEM", hour=60_000_000, peaks=(7,) * 60)
    async with asked_by_collector(bench, serving(pages), tmp_path) as site:
        site.fleet.recall([known])
        drafts = (await counters.read(site)).drafts
        told = {one.subject: one.body for one in drafts}
        pages["cmd=xml-count&x=0"] = pages["cmd=xml-count&x=1"] = "<info><h>"
        with pytest.raises(DeviceError) as caught:
            await counters.read(site)
    assert set(told) == {"sb1/CPU", "sb1/MEM"}, "TEMP has no full hour yet"
    assert told["sb1/MEM"] == known
    cpu = told["sb1/CPU"]
    assert isinstance(cpu, Counter)
    assert cpu.peaks == tuple(range(60))
    assert abs(cpu.hour / 1e6 - (time.time() - 61 * 60)) < 5 * 60
    assert caught.value.code == "garbage"
