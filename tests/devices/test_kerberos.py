"""Realm and Kerberos server of a device, as device-interface.md, ch. 6 writes them, over real HTTPS."""

from __future__ import annotations

import pytest

from noc.devices.errors import DeviceError
from noc.devices.kerberos import KdcAccount, KdcPage, RealmPage, kdc_page, realm_page
from tests.devices.conftest import Bench
from tests.devices.test_readers import serving

REALM, KDC = "/KERBEROS0/mod_cmd.xml", "/KDC0/mod_cmd.xml"


@pytest.mark.parametrize(
    ("body", "page"),
    [
        (
            '<info realm="hoster.example" joined="true" server="10.0.0.1" time="1764000000"/>',
            RealmPage("hoster.example", joined=True, server="10.0.0.1"),
        ),
        ('<info realm="" joined="false" server=""/>', RealmPage("", joined=False)),
        ('<info realm="hoster.example"/>', RealmPage("hoster.example", joined=False)),
    ],
)
async def test_the_realm(bench: Bench, body: str, page: RealmPage) -> None:
    async with bench.device(serving({REALM: body})) as (_, client):
        assert await realm_page(client, bench.dialect) == page


@pytest.mark.parametrize(
    ("body", "page"),
    [
        (
            '<info realm="hoster.example" master=""><user name="paccess" right="admin"/>'
            '<user name="joiner" right="join"/><user name="events" right="viewer"/>'
            '<user name="old" right="everything"/><trusted realm="other.example"/></info>',
            KdcPage(
                "hoster.example",
                accounts=(
                    KdcAccount("paccess", "admin"),
                    KdcAccount("joiner", "join"),
                    KdcAccount("events", "viewer"),
                    KdcAccount("old", "everything"),
                ),
            ),
        ),
        (
            '<info realm="hoster.example" master="10.0.0.1" replicated="true"/>',
            KdcPage("hoster.example", "10.0.0.1", replicated=True),
        ),
        ('<info realm="hoster.example" master="10.0.0.1"/>', KdcPage("hoster.example", "10.0.0.1")),
        ("<info/>", KdcPage("")),
    ],
)
async def test_the_server(bench: Bench, body: str, page: KdcPage) -> None:
    async with bench.device(serving({KDC: body})) as (_, client):
        assert await kdc_page(client, bench.dialect) == page


async def test_a_device_without_kerberos(bench: Bench) -> None:
    async with bench.device(serving({})) as (_, client):
        assert await realm_page(client, bench.dialect) is None
        assert await kdc_page(client, bench.dialect) is None


@pytest.mark.parametrize("body", ["<realm/>", "no realm", '<info error="locked"/>'])
async def test_what_is_no_page_is_no_answer(bench: Bench, body: str) -> None:
    async with bench.device(serving({REALM: body, KDC: body})) as (_, client):
        for reading, page in ((realm_page, REALM), (kdc_page, KDC)):
            with pytest.raises(DeviceError) as caught:
                await reading(client, bench.dialect)
            assert caught.value.where == f"sb1 {page}"
