"""A device's certificates as device-interface.md, ch. 5 has its page, over real HTTPS."""

from __future__ import annotations

import pytest

from noc.devices.errors import DeviceError
from noc.devices.x509 import Refused, Store, Told, certificate_store, moment
from tests.devices.conftest import Bench, Call, Handler

NOON = 1_763_985_600
ISSUER = "hoster.example Device Certification Authority"
PAGE = f"""<info>
<servercert><certificate subject_cn="IPVA-01-02-03" issuer_cn="{ISSUER}"
 not_before="2025-11-24T12:00:00" not_after="2025-11-25T12:00:00"/>
<certificate subject_cn="{ISSUER}" issuer_cn="{ISSUER}" not_before="" not_after="soon"/></servercert>
<requests><request/></requests><busy/><request-error/>
<trust><certificate id="1" subject_cn="{ISSUER}" issuer_cn="{ISSUER}" not_before="2025-11-24T12:00:00Z"
 not_after="2025-11-24T14:00:00+02:00" fingerprint="ab"/><other/></trust>
<rejected><chain id="7" reason="Unknown CA" time="2025-11-24T12:00:00" remote="127.0.0.9">
<certificate subject_cn="x" issuer_cn="y"/></chain><chain id="8" reason="Untrusted CA"/></rejected>
</info>"""


def serving(page: str, status: str = "200 OK") -> Handler:
    async def answer(call: Call) -> None:
        assert call.target == "/X509/mod_cmd.xml?cmd=xml-info"
        await call.answer(page, status, Content_Type="text/xml")

    return answer


async def test_everything_that_a_device_tells(bench: Bench) -> None:
    async with bench.device(serving(PAGE)) as (_, client):
        store = await certificate_store(client, bench.dialect)
    assert store == Store(
        own=(Told("IPVA-01-02-03", ISSUER, NOON, NOON + 86400), Told(ISSUER, ISSUER)),
        request=True,
        busy=True,
        failed=True,
        trusted=(Told(ISSUER, ISSUER, NOON, NOON, "ab"),),
        rejected=(
            Refused("7", "Unknown CA", "127.0.0.9", NOON, (Told("x", "y"),)),
            Refused("8", "Untrusted CA", "", 0),
        ),
    )


async def test_a_device_with_nothing_and_one_without_the_module(bench: Bench) -> None:
    for empty in ("<info/>", "<info><requests/><trust/><rejected/><servercert/></info>"):
        async with bench.device(serving(empty)) as (_, client):
            assert await certificate_store(client, bench.dialect) == Store()
    for page, status in (("?\r\n", "200 OK"), ("not found", "404 Not Found")):
        async with bench.device(serving(page, status)) as (_, client):
            assert await certificate_store(client, bench.dialect) is None


@pytest.mark.parametrize("page", ["<info><servercert>", "<html/>", "", "<!DOCTYPE info []><info/>"])
async def test_garbage_is_named(bench: Bench, page: str) -> None:
    async with bench.device(serving(page)) as (_, client):
        with pytest.raises(DeviceError) as caught:
            await certificate_store(client, bench.dialect)
    assert caught.value.code == "garbage"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2025-11-24T12:00:00", NOON),
        ("2025-11-24 12:00:00", NOON),
        ("2025-11-24T13:00:00+01:00", NOON),
        ("1969-12-31T23:59:59", 0),
        ("0001-01-01T00:00:00", 0),
        ("9999-12-31T23:59:59", 253402300799),
        ("2025-13-24T12:00:00", 0),
        ("", 0),
    ],
)
def test_times(text: str, seconds: int) -> None:
    assert moment(text) == seconds
