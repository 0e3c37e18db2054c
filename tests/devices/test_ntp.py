"""The page of a device's time client, as device-interface.md, ch. 2 writes it, over real HTTPS."""

from __future__ import annotations

import pytest

from noc.devices.errors import DeviceError
from noc.devices.ntp import TimePage, time_page
from tests.devices.conftest import Bench
from tests.devices.test_readers import serving

PAGE = "/NTP0/mod_cmd.xml"


@pytest.mark.parametrize(
    ("body", "page"),
    [
        (
            '<info server="10.1.0.1" interval="60" last-sync="1764000000" offset="CET-1" state="sync"/>',
            TimePage("10.1.0.1", synced=True, interval=60, last_sync=1764000000),
        ),
        (
            '<info server="ntp.hoster.example" interval="60" last-sync="0" state="nosync"><more/></info>',
            TimePage("ntp.hoster.example", synced=False, interval=60),
        ),
        ('<info state="nosync"/>', TimePage("", synced=False)),
        (
            '<info server="10.1.0.1" interval="-5" last-sync="999999999999999" state="sync"/>',
            TimePage("10.1.0.1", synced=True),
        ),
    ],
)
async def test_the_page(bench: Bench, body: str, page: TimePage) -> None:
    async with bench.device(serving({PAGE: body})) as (_, client):
        assert await time_page(client, bench.dialect) == page


async def test_a_device_without_a_time_client(bench: Bench) -> None:
    async with bench.device(serving({})) as (_, client):
        assert await time_page(client, bench.dialect) is None


@pytest.mark.parametrize("body", ['<info server="10.1.0.1" state="often"/>', "<info/>", "<ntp/>", "sync"])
async def test_what_says_nothing_of_the_time_is_no_answer(bench: Bench, body: str) -> None:
    async with bench.device(serving({PAGE: body})) as (_, client):
        with pytest.raises(DeviceError) as caught:
            await time_page(client, bench.dialect)
    assert (caught.value.code, caught.value.where) == ("garbage", f"sb1 {PAGE}")
