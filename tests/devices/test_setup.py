"""What a configuration opens, logs in to and resolves, as device-interface.md, ch. 6 and 7 writes it."""

from __future__ import annotations

import pytest

from noc.devices.errors import DeviceError
from noc.devices.setup import HostName, HttpLogin, PublicPath, Service, Setup, setup
from tests.devices.conftest import Bench
from tests.devices.test_readers import serving

KERBEROS, PASSWORD = "_kerberos._udp.hoster.example", "_kpasswd._udp.hoster.example"
CONFIG = (
    "config change CMD0 /name sb1",
    "config change HTTP0 /basic /public %2FDRIVE/CF0/update/ /public-mode r"
    " /public %2FDRIVE/CF0/directory/ /public-mode w",
    "config change HTTPCLIENT0 /url https:// /user paccess@hoster.example /pwd 0123abcd"
    " /url http://10.1.0.9/a%20b /user metadir /pwd Hunter2",
    "config change DNS0 /a-name kerberos1i.hoster.example /a-addr 10.0.0.1"
    " /a-name sbc1.hoster.example /a-addr 192.0.2.1"
    f" /srv-name {KERBEROS} /srv-target kerberos1i.hoster.example /srv-port 88 /srv-prio 0 /srv-weight 0"
    f" /srv-name {KERBEROS} /srv-target sbc1.hoster.example /srv-port 7088 /srv-prio 10 /srv-weight 0"
    f" /srv-name {PASSWORD} /srv-target kerberos1i.hoster.example /srv-port 464 /srv-prio 0 /srv-weight 0",
    "mod cmd FLASHDIR0 add-item 101 (cn=x)(h323=x)(loc=sb1)(node=root)",
    "vars create HTTP0 pb 00",
)


async def read(bench: Bench, *lines: str) -> Setup:
    text = "".join(f"{line}\r\n" for line in lines)
    async with bench.device(serving({"/cfg.txt": text})) as (_, client):
        return await setup(client, bench.dialect)


async def test_a_frontends_configuration(bench: Bench) -> None:
    found = await read(bench, *CONFIG)
    assert found == Setup(
        public=(PublicPath("/DRIVE/CF0/update/", "r"), PublicPath("/DRIVE/CF0/directory/", "w")),
        logins=(
            HttpLogin("https://", "paccess@hoster.example"),
            HttpLogin("http://10.1.0.9/a b", "metadir"),
        ),
        names=(
            HostName("kerberos1i.hoster.example", "10.0.0.1"),
            HostName("sbc1.hoster.example", "192.0.2.1"),
        ),
        services=(
            Service(KERBEROS, "kerberos1i.hoster.example", 88),
            Service(KERBEROS, "sbc1.hoster.example", 7088, priority=10),
            Service(PASSWORD, "kerberos1i.hoster.example", 464),
        ),
    )
    for secret in ("Hunter2", "0123abcd"):
        assert secret not in repr(found)


async def test_a_configuration_that_says_nothing_of_it(bench: Bench) -> None:
    assert await read(bench, "config change CMD0 /name sb1", "config change DNS0") == Setup()
    assert await read(bench) == Setup()


@pytest.mark.parametrize(
    ("line", "paths"),
    [
        ("/public a", [("a", "")]),
        ("/public a /public b /public-mode rw", [("a", ""), ("b", "rw")]),
        ("/public-mode r /public a", [("a", "")]),
        ("/public a /public-mode everybody", [("a", "everybody")]),
        ("/public a /public-mode r /public a /public-mode w", [("a", "r"), ("a", "w")]),
        ("/public-mode r", []),
    ],
)
async def test_groups_of_keys(bench: Bench, line: str, paths: list[tuple[str, str]]) -> None:
    found = await read(bench, f"config change HTTP0 {line}")
    assert [(one.path, one.mode) for one in found.public] == paths


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://user:Hunter2@10.1.0.9/x", "https://10.1.0.9/x"),
        ("https://user:Hun%2Fter2@10.1.0.9/", "https://10.1.0.9/"),
        ("user:Hunter2@10.1.0.9", "10.1.0.9"),
        ("https://user:a@Hunter2@10.1.0.9?q=a@b", "https://10.1.0.9?q=a@b"),
        ("https://[2001:db8::1]/", "https://[2001:db8::1]/"),
        ("http://", "http://"),
    ],
)
async def test_a_login_in_a_url_is_cut_out(bench: Bench, url: str, kept: str) -> None:
    found = await read(bench, f"config change HTTPCLIENT0 /url {url} /user u /pwd Hunter2")
    assert found.logins == (HttpLogin(kept, "u"),)


@pytest.mark.parametrize(
    ("port", "read_as"),
    [
        ("", 0),
        ("/srv-port", 0),
        ("/srv-port soon", 0),
        ("/srv-port -1", 0),
        ("/srv-port 65535", 65535),
        ("/srv-port 65536", 0),
        ("/srv-port 99999999999999999999", 0),
    ],
)
async def test_a_service_whose_port_is_none(bench: Bench, port: str, read_as: int) -> None:
    found = await read(bench, f"config change DNS0 /srv-name a /srv-target b {port} /srv-prio 7")
    assert found.services == (Service("a", "b", read_as, priority=7),)


async def test_a_line_that_is_none_is_no_answer(bench: Bench) -> None:
    with pytest.raises(DeviceError) as caught:
        await read(bench, "config change DNS0 /a-name a b")
    assert (caught.value.code, caught.value.where) == ("garbage", "sb1 /cfg.txt")


@pytest.mark.parametrize(
    "page", ["<html><body>login</body></html>", "\r\n\r\n<?xml version='1.0'?><info/>", "\ufeff<info/>"]
)
async def test_markup_is_no_configuration_that_says_nothing(bench: Bench, page: str) -> None:
    async with bench.device(serving({"/cfg.txt": page})) as (_, client):
        with pytest.raises(DeviceError, match="no configuration") as caught:
            await setup(client, bench.dialect)
    assert (caught.value.code, caught.value.where) == ("garbage", "sb1 /cfg.txt")
