"""A page that a device may lack, over real HTTPS: lacking it is an answer, everything else an error."""

from __future__ import annotations

import pytest

from noc.devices.errors import DeviceError
from noc.devices.reading import page_or_none
from tests.devices.conftest import Bench, Call, Handler

PAGE = "/NTP0/mod_cmd.xml"


def saying(body: str, status: str = "200 OK") -> Handler:
    async def answer(call: Call) -> None:
        await call.answer(body, status, Content_Type="text/xml")

    return answer


@pytest.mark.parametrize(
    ("body", "status"), [("?\r\n", "200 OK"), ("", "404 Not Found"), ("<info/>", "404 Nowhere")]
)
async def test_a_device_without_the_module(bench: Bench, body: str, status: str) -> None:
    async with bench.device(saying(body, status)) as (_, client):
        assert await page_or_none(client, bench.dialect, PAGE) is None


async def test_a_device_with_the_module(bench: Bench) -> None:
    async with bench.device(saying('<info a="1"><b c="2"/></info>')) as (_, client):
        found = await page_or_none(client, bench.dialect, PAGE)
    assert found is not None
    root, rows = found
    assert (root, [row.element for row in rows]) == ({"a": "1"}, ["b"])


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ("?", "200 OK", "garbage"),
        ("??\r\n", "200 OK", "garbage"),
        ("", "200 OK", "garbage"),
        ("<other/>", "200 OK", "garbage"),
        ("?\r\n", "500 Sorry", "http"),
        ("?\r\n", "410 Gone", "http"),
        ("?\r\n", "403 Forbidden", "login"),
    ],
)
async def test_every_other_failure_is_told(bench: Bench, body: str, status: str, code: str) -> None:
    async with bench.device(saying(body, status)) as (_, client):
        with pytest.raises(DeviceError) as caught:
            await page_or_none(client, bench.dialect, PAGE)
    assert (caught.value.code, caught.value.where) == (code, f"sb1 {PAGE}")
