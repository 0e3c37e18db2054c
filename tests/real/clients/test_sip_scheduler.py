"""sipScheduler (an app on the App Platform): switches SIP trunks by the clock, by the Devices proxy."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from urllib.parse import quote

import pytest

from tests.lab.conftest import Operator
from tests.real.clients.conftest import ADMIN, FRONTEND, PBX, Known
from tests.real.clients.web import Web

MASTER, STANDBY = "127.20.0.1", "127.20.0.2"
APPS = MASTER
"""Who stands in for the App Platform."""


class Scheduler:
    """Speaks to one device through the proxy, which needs no login of the device. mac: of that device."""

    def __init__(self, web: Web, mac: str) -> None:
        self._web = web
        self._head = f"/hoster.example/devices/passthrough/{mac}/{uuid.uuid4()}"

    def line(self, trunk: str) -> str:
        """The configuration line of a SIP interface, which stands in column one."""
        head = f"config change RELAY0 {trunk}"
        (found,) = [line for line in self._get("/cfg.txt").split("\r\n") if line.startswith(head)]
        return found

    def switch(self, trunk: str, *, on: bool) -> None:
        """Send the whole line, with or without the flag behind the interface's name."""
        line = self.line(trunk).replace(f"{trunk} /disabled", trunk)
        if not on:
            line = line.replace(trunk, f"{trunk} /disabled", 1)
        for command in (line, "config write", "config activate"):
            self._get("/!" + quote(command, safe=""))

    def registered(self, name: str) -> bool:
        """Whether an object is registered at a PBX."""
        return f'cn="{name}"' in self._get(f"{ADMIN}?cmd=show&reg=*")

    def _get(self, path: str) -> str:
        status, text = self._web.ask(APPS, self._head + path, login=False)
        assert status == "HTTP/1.1 200 OK"
        return text


def test_a_trunk_is_switched_off_and_on(web: Web, known: Callable[[], Known]) -> None:
    device = known().device(PBX)
    scheduler = Scheduler(web, device["serial"].replace("-", ""))
    before = scheduler.line("SIP1")
    assert "/disabled" not in before
    scheduler.switch("SIP1", on=False)
    off = known()
    assert scheduler.line("SIP1").startswith("config change RELAY0 SIP1 /disabled ")
    scheduler.switch("SIP1", on=True)
    on = known()
    assert scheduler.line("SIP1") == before
    trunks = [seen.rows("customers", customer=device["name"])[0]["trunk"] for seen in (off, on)]
    assert trunks == ["unknown", "ok"]


def test_the_standby_takes_over(operator: Operator, web: Web, known: Callable[[], Known]) -> None:
    seen = known()
    master, standby = (Scheduler(web, seen.device(address)["serial"]) for address in (MASTER, STANDBY))
    assert master.registered("_STANDBY_")
    assert standby.registered("_ACTIVE_")
    operator.lab.do("device-down", seen.device(STANDBY)["name"])
    assert not master.registered("_STANDBY_")
    assert known().device(STANDBY)["state"] != "ok"


@pytest.mark.parametrize(
    "path",
    [
        "/x/devices/passthrough/009033000000/{key}/cfg.txt",
        "/x/devices/passthrough/{mac}/no-key/cfg.txt",
        "/passthrough/{mac}/{key}/cfg.txt",
    ],
)
def test_the_proxy_is_no_way_around_the_login(web: Web, known: Callable[[], Known], path: str) -> None:
    mac = known().device(FRONTEND)["serial"]
    asked = path.format(mac=mac, key=uuid.uuid4())
    assert web.ask(APPS, asked, login=False)[0] == "HTTP/1.0 401 Unauthorized"


def test_a_device_is_no_app_platform(web: Web, known: Callable[[], Known]) -> None:
    mac = known().device(FRONTEND)["serial"]
    asked = f"/x/devices/passthrough/{mac}/{uuid.uuid4()}/cfg.txt"
    assert web.ask(FRONTEND, asked, login=False)[0] == "HTTP/1.0 401 Unauthorized"
