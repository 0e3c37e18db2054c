"""The way to every screen, so that what holds for all of them is tried on all of them."""

from __future__ import annotations

from dataclasses import dataclass

from noc.screens.route import PLACES


@dataclass(frozen=True)
class Way:
    """How a screen is opened. command: typed after the colon; keys: pressed when `before` is on screen;
    part: on screen once it is there; later: on screen a moment after; foreign: it shows text that devices
    sent."""

    command: str
    part: str
    keys: str = ""
    before: str = ""
    foreign: bool = True
    later: str = ""


WAYS: dict[str, Way] = {
    "wall": Way("wall", "› Wall", later="▇"),
    "alarms": Way("alarms", "› Alarms"),
    "changes": Way("changes 720", "› Changes"),
    "phones": Way("phones", "› Registrations"),
    "natmaps": Way("natmaps", "› NAT maps"),
    "certificates": Way("certificates", "› Certificates"),
    "devices": Way("devices", "› Devices"),
    "incidents": Way("incidents", "› Incidents"),
    "events": Way("events", "› Events"),
    "event": Way("events", "› Events › #", keys="v", before="are severe"),
    "collector": Way("collector", "› Collector"),
    "services": Way("services", "› Services", foreign=False),
    "service": Way(
        "services system=sessionborder cluster=sb2",
        "› sb2 › SessionBorder",
        keys="\r",
        before="of 3, ",
        foreign=False,
    ),
    "capacity": Way("capacity", "› Capacity", foreign=False, later="pace"),
    "resource": Way("capacity resource=maps", "› sb1 › NAT maps", keys="\r", before="pace", foreign=False),
    "room": Way("capacity 25", "› Capacity › a customer of 25 phones", foreign=False),
    "topology": Way("topology", "› Topology", foreign=False),
    "walk": Way("topology Zander00009-000", "› -000 › Topology"),
    "cluster": Way("cluster sb2", "› sb2", foreign=False),
    "customer": Way("customer zander", "› Zander00009"),
    "device": Way("device zander", "Devices › Zander00009"),
    "phone": Way("phones cpe=Zander00009-000", "› -000", keys="\r", before="1 phone of"),
    "messages": Way("messages", "› Messages", foreign=False),
    "help": Way("help", "› Help", foreign=False),
}


def missing() -> set[str]:
    """Screens that the console has and nobody wrote a way to."""
    return set(PLACES) - set(WAYS)
