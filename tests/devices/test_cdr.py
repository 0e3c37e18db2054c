"""The test of call detail records as device-interface.md, ch. 2 has it, over real HTTPS."""

from __future__ import annotations

from pathlib import Path

import pytest

from noc.collectors import cdr
from noc.devices.cdr import CallTest, call_test, is_on
from noc.devices.errors import DeviceError
from noc.hosting.records import CallRecords
from tests.devices.asked_by_collector import asked_by_collector
from tests.devices.conftest import Bench, Call, Handler

URL, CONFIG = "/CDR0/mod_cmd.xml?cmd=test-cdr", "/cfg.txt"
PAGE = """<info>
<cdr guid="0a" sys="kuenkel.example" pbx="Kuenkel00001" node="root" cn="Anna" e164="10" h323="a"
 device="" dir="from" utc="1764000600" local="1764004200" id="7"><event msg="setup-to" time="17" type="int"/>
</cdr><other utc="1764009999"/><cdr utc="1764000000" dir="cf"/><cdr utc="soon"/></info>"""
ON = "config change CMD0 /name n\r\nconfig change CDR0 /test-cdr\r\n"
OFF = (
    "config change CDR0 /addr 10.0.0.1\r\nconfig change CDR1 /test-cdr\r\n"
    "config change CDR0 SUB /test-cdr\r\n"
)


def serving(pages: dict[str, str]) -> Handler:
    async def answer(call: Call) -> None:
        await call.answer(pages.get(call.target, "?\r\n"), Content_Type="text/xml")

    return answer


async def test_the_calls_on_the_page(bench: Bench) -> None:
    async with bench.device(serving({URL: PAGE})) as (_, client):
        assert await call_test(client, bench.dialect) == CallTest(3, 1764000600)
    async with bench.device(serving({URL: "<info/>"})) as (_, client):
        assert await call_test(client, bench.dialect) == CallTest()
    async with bench.device(serving({})) as (_, client):
        assert await call_test(client, bench.dialect) is None


@pytest.mark.parametrize("page", ["<info><cdr ", "<cdr/>", "", "text"])
async def test_garbage_is_named(bench: Bench, page: str) -> None:
    async with bench.device(serving({URL: page})) as (_, client):
        with pytest.raises(DeviceError) as caught:
            await call_test(client, bench.dialect)
    assert caught.value.code == "garbage"


@pytest.mark.parametrize(("text", "on"), [(ON, True), (OFF, False), ("", False)])
async def test_the_configuration_switches_it_on(bench: Bench, text: str, on: bool) -> None:
    async with bench.device(serving({CONFIG: text})) as (_, client):
        assert await is_on(client, bench.dialect) is on


@pytest.mark.parametrize(
    ("pages", "told"),
    [
        ({URL: PAGE, CONFIG: ON}, (True, 3, 1764000600_000_000)),
        ({URL: "<info/>", CONFIG: ON}, (True, 0, 0)),
        ({URL: "<info/>", CONFIG: OFF}, (False, 0, 0)),
        ({CONFIG: ON}, None),
    ],
)
async def test_what_the_collector_makes_of_it(
    bench: Bench, tmp_path: Path, pages: dict[str, str], told: tuple[bool, int, int] | None
) -> None:
    async with asked_by_collector(bench, serving(pages), tmp_path) as site:
        drafts = (await cdr.read(site)).drafts
    bodies = [one.body for one in drafts if isinstance(one.body, CallRecords)]
    assert [(body.on, body.calls, body.last_call) for body in bodies] == ([told] if told else [])
