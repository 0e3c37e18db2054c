"""From the rows of a MIB to the interfaces of the log: states, types, names that stand twice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import pytest

from noc.collectors import snmp
from noc.collectors.fleet import Site
from noc.devices.codec import ber
from noc.devices.codec.ber import Varbind
from noc.devices.dialect import load
from noc.devices.errors import DeviceError
from noc.devices.inno_mib import L2, Interface, L1Bri, L1Pri, Mib, System, VoiceInterface
from noc.hosting import records
from noc.hosting.inventory import PortMap, PortSpan
from noc.hosting.secret import Secret
from tests.devices.snmp_rig import agent, holding, number, text

OBJECT_ID = "1.3.6.1.2.1.1.2.0"
ENTERPRISE = Varbind(ber.oid(OBJECT_ID), ber.OID, ber.oid("1.3.6.1.4.1.6666"))


@dataclass(frozen=True)
class Settings:
    ports: PortMap


@dataclass(frozen=True)
class Fleet:
    """Knows only the login."""

    def snmp(self) -> snmp.Login:
        return Secret("public"), "1"


def site(port: int) -> Site:
    """A Frontend at loopback whose port 161 is `port`."""
    device = records.Device(name="sb1", kind="frontend", cluster="sb1", inside="127.0.0.1")
    settings = Settings(PortMap((PortSpan(161, 161, port),)))
    return Site(device, cast("Any", settings), load(), cast("Any", Fleet()))


async def read(*varbinds: Varbind) -> dict[str, records.Interface]:
    async with agent(holding(varbinds)) as port:
        reading = await snmp.read(site(port))
    found = {}
    for item in reading.drafts:
        assert isinstance(item.body, records.Interface)
        assert item.kind == "interface"
        assert records.source_of(item.body) == "sb1/snmp"
        found[item.subject] = item.body
    assert len(found) == len(reading.drafts)
    return found


def test_every_layer_has_its_own_numbers_for_up_and_down() -> None:
    mib = Mib(
        system=System(),
        interfaces=tuple(Interface(name=f"ETH{n}", type=6, oper=n) for n in range(4)),
        l1pri=tuple(L1Pri(label=f"P{n}", state=n) for n in range(4)),
        l1bri=(L1Bri(label="B2", state=2),),
        l2=tuple(L2(label=f"L{n}", state=n, mode=n) for n in range(4)),
        voice=tuple(VoiceInterface(name=f"V{n}", state=n, type=n) for n in range(3)),
    )
    told = {one.name: (one.layer, one.state, one.type) for one in snmp.interfaces(mib, "sb1", "sb1")}
    assert told == {
        "ETH0": ("if", "unknown", "ethernet"),
        "ETH1": ("if", "up", "ethernet"),
        "ETH2": ("if", "down", "ethernet"),
        "ETH3": ("if", "unknown", "ethernet"),
        "P0": ("l1", "unknown", ""),
        "P1": ("l1", "down", ""),
        "P2": ("l1", "up", ""),
        "P3": ("l1", "unknown", ""),
        "B2": ("l1", "up", ""),
        "L0": ("l2", "unknown", ""),
        "L1": ("l2", "down", "te"),
        "L2": ("l2", "up", "nt"),
        "L3": ("l2", "unknown", "3"),
        "V0": ("voice", "down", ""),
        "V1": ("voice", "up", "if"),
        "V2": ("voice", "unknown", "ep"),
    }


async def test_names_that_stand_twice_stay_apart() -> None:
    entry = "1.3.6.1.4.1.6666.2.1.1.1"
    cells = [
        cell
        for row in (1, 2, 3)
        for cell in (text(f"{entry}.6.{row}", b"GW1\0\0\0\0\0"), number(f"{entry}.4.{row}", row % 2))
    ]
    found = await read(ENTERPRISE, *cells)
    assert {subject: body.state for subject, body in found.items()} == {
        "sb1/voice/GW1": "up",
        "sb1/voice/GW1#2": "down",
        "sb1/voice/GW1#3": "up",
    }


async def test_where_a_voice_interface_is_registered() -> None:
    entry = "1.3.6.1.4.1.6666.2.1.1.1"
    up = Varbind(ber.oid(f"{entry}.3.1"), ber.IP_ADDRESS, bytes((10, 1, 0, 253)))
    nowhere = Varbind(ber.oid(f"{entry}.3.2"), ber.IP_ADDRESS, bytes(4))
    names = (text(f"{entry}.1.1", "MOH"), text(f"{entry}.1.2", "TONE"), text(f"{entry}.5.1", "###10"))
    found = await read(ENTERPRISE, up, nowhere, *names)
    assert {one.name: (one.address, one.number) for one in found.values()} == {
        "MOH": ("10.1.0.253", "###10"),
        "TONE": ("", ""),
    }


@pytest.mark.parametrize("object_id", ["", "1.3.6.1.4.1.66661", "1.3.6.1.4.1.8072.3.2.10"])
async def test_a_device_of_another_make_is_an_error(object_id: str) -> None:
    told = [Varbind(ber.oid(OBJECT_ID), ber.OID, ber.oid(object_id))] if object_id else []
    with pytest.raises(DeviceError) as caught:
        await read(*told, text("1.3.6.1.2.1.2.2.1.2.1", "eth0"))
    assert caught.value.code == "wrong-device"
    assert caught.value.where == "sb1"


async def test_a_device_of_the_make_without_any_table_has_no_interface() -> None:
    assert await read(ENTERPRISE) == {}
