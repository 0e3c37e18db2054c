"""Licences as device-interface.md, ch. 2 has them, over real HTTPS."""

from __future__ import annotations

import pytest

from noc.devices.errors import DeviceError
from noc.devices.licences import Licence, LicencePage, licences
from tests.devices.conftest import Bench, Call, Handler

ADMIN = "/PBX0/ADMIN/mod_cmd_login.xml"
PAGE = (
    '<info cmd-lics-time="2592000"><lic name="Port" count="120" used="98"/><other count="1"/>'
    '<lic name="Voicemail" count="5" used="0"/></info>'
)


def serving(page: str, status: str = "200 OK") -> Handler:
    async def answer(call: Call) -> None:
        assert call.target == ADMIN, "the page is asked for without a command"
        await call.answer(page, status, Content_Type="text/xml")

    return answer


async def test_what_a_device_shows(bench: Bench) -> None:
    async with bench.device(serving(PAGE)) as (_, client):
        told = await licences(client, bench.dialect)
    assert told == LicencePage((Licence("Port", 120, 98), Licence("Voicemail", 5, 0)), 2592000)


async def test_a_pbx_without_licences_and_a_device_without_a_pbx(bench: Bench) -> None:
    async with bench.device(serving("<info/>")) as (_, client):
        assert await licences(client, bench.dialect) == LicencePage()
    for page, status in (("?\r\n", "200 OK"), ("not found", "404 Not Found")):
        async with bench.device(serving(page, status)) as (_, client):
            assert await licences(client, bench.dialect) is None


@pytest.mark.parametrize(
    ("page", "what"),
    [
        ('<info cmd-lics-time="soon"/>', "the time of its licences is no count: 'soon'"),
        ('<info cmd-lics-time="253402300800"/>', "the time of its licences is no count: '253402300800'"),
        ('<info><lic name="Port" count="many" used="1"/></info>', "count of its licence 'Port' is no count"),
        ('<info><lic name="Port" count="1" used="-1"/></info>', "used of its licence 'Port' is no count"),
        ('<info><lic name="Port" count="1"/></info>', "used of its licence 'Port' is no count: ''"),
        ('<info><lic name="Port" count="1"', "the document breaks off"),
    ],
)
async def test_garbage_is_named(bench: Bench, page: str, what: str) -> None:
    async with bench.device(serving(page)) as (_, client):
        with pytest.raises(DeviceError) as caught:
            await licences(client, bench.dialect)
    assert caught.value.code == "garbage"
    assert what in caught.value.what
    assert caught.value.where == f"sb1 {ADMIN}"
