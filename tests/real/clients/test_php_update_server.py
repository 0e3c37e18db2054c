"""php-update-server: asks the master for its version without login, and leads a phone of the lab to it."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPSConnection
from urllib.parse import urlsplit

import pytest

from noc.devices.codec.cfgtext import parse
from noc.devices.dialect import load
from noc.lab.build import build
from noc.lab.pieces import Phone
from noc.lab.up1 import UpdateClient
from noc.lab.up1_phone import PhoneConfig, UpdateState
from tests.devices.authority import Authority
from tests.real.clients.conftest import FRONTEND, Known
from tests.real.clients.update_server import UpdateServer, build_of, serving
from tests.real.clients.web import Web

WORDS = load("v10")
START = 1_800_000_000
SNIPPET = "config add H323 /ras-port 11719"


@dataclass
class Internet:
    """The way from a phone to servers: verified TLS, one connection a request, PUT in chunks."""

    root: str

    def fetch(self, phone: Phone, url: str, moment: int) -> bytes | None:
        return self._ask("GET", url, None)

    def store(self, phone: Phone, url: str, make: Callable[[], bytes], moment: int) -> None:
        self._ask("PUT", url, make())

    def _ask(self, method: str, url: str, body: bytes | None) -> bytes | None:
        parts = urlsplit(url)
        context = ssl.create_default_context(cadata=self.root)
        connection = HTTPSConnection(parts.hostname or "", parts.port, context=context, timeout=60)
        pieces = None if body is None else iter([body])
        connection.request(method, f"{parts.path}?{parts.query}", pieces, encode_chunked=body is not None,
                           headers={"Transfer-Encoding": "chunked"} if body is not None else {})  # fmt: skip
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        return text if answer.status == 200 else None


class LabPhone:
    """One phone of a lab, with its update client."""

    def __init__(self, root: str) -> None:
        world = build(clusters=1, customers=1, phones=1, now=START)
        self.phone = next(iter(world.phones.values()))
        config = PhoneConfig(WORDS, {cluster.name: cluster.frontend.outside for cluster in world.clusters})
        self.state = UpdateState((), START, START, 900, "1")
        self._client = UpdateClient(WORDS, config, Internet(root))
        self._moment = START

    def poll(self, url: str = "") -> None:
        """One poll, a minute after the one before; url: by which it is led to the server first."""
        self._moment += 60
        self._client.poll(self.phone, self.state, self._moment, url)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.make(tmp_path_factory.mktemp("update"))


def test_the_master_tells_its_build_without_login(web: Web, known: Callable[[], Known]) -> None:
    _, text = web.ask(FRONTEND, "/CMD0/box_info.xml", login=False)
    assert f'version="{known().device(FRONTEND)["version"]}"' in text
    system = web.xml(FRONTEND, "/CMD0/box_info.xml").find("sys")
    assert system is not None
    assert build_of(system.attrib["version"]) == "1013095"


def test_a_phone_is_led_through_all_its_steps(authority: Authority) -> None:
    """First its URL, then backup, queries, firmware and settings, until there is nothing left to do."""
    leaf = authority.context(authority.leaf("updates", addresses=("127.0.0.1",)))
    with serving(UpdateServer("1013095", SNIPPET), leaf) as server:
        phone = LabPhone(authority.root_pem)
        phone.poll(server.url)
        assert server.polls == [{}]
        for _ in range(4):
            phone.poll()
        first, *_, last = server.polls[1:]
        one = phone.phone
        assert (first["sn"], first["hwid"], first["type"]) == (one.serial, one.hardware_id, one.product)
        assert first["ip"].startswith("192.168.")
        assert (first["PROT"], first.get("BOOT"), first.get("CHECK")) == ("1", None, None)
        assert (last["PROT"], last["BOOT"], last["CHECK"]) == ("1013095", "1013095", server.serial)
        assert phone.state.period == 60
        lines = server.files[f"{one.serial}/config"].splitlines()
        assert "config change H323 /ras-port 11719" in lines
        assert all(parse(line) for line in lines)
        assert server.files[f"{one.serial}/admin"] == f'<info name="{one.hardware_id}"/>'
        assert server.files[f"{one.serial}/certificates"] == "<info/>"
        settled = phone.state.settled
        phone.poll()
        assert phone.state.settled == settled, "it is quiet now"


def test_new_settings_are_done_once(authority: Authority) -> None:
    leaf = authority.context(authority.leaf("updates", addresses=("127.0.0.1",)))
    with serving(UpdateServer("1013095", SNIPPET), leaf) as server:
        phone = LabPhone(authority.root_pem)
        phone.poll(server.url)
        for _ in range(3):
            phone.poll()
        server.snippet = "config add H323 /ras-port 11720"
        for _ in range(3):
            phone.poll()
        assert server.polls[-1]["CHECK"] == server.serial
        assert "/ras-port 11720" in server.files[f"{phone.phone.serial}/config"]
