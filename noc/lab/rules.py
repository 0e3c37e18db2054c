"""Who is registered: pure rules of the registration chain (reference design, ch. Frontend).

A phone's outer leg ends at the SessionBorder object of its hardware id on the Frontend, the inner
leg leads from there to the user object of its CPE-ID at the customer PBX. Every rule takes the
world as it is and says what is so; nothing here changes anything.
"""

from __future__ import annotations

from typing import NamedTuple

from noc.hosting.states import Leg
from noc.lab.model import Device, World
from noc.lab.objects import LOCAL
from noc.lab.pieces import Gateway, PbxObject, Phone, SessionBorder

UNAUTHORIZED = "unauthorized"  # the name is known, the password is wrong
REJECTED = "rejected"  # nobody of that name
TIMED_OUT = "timeout"


class LegState(NamedTuple):
    """A leg and why it is not up ("" if it is, or was never asked)."""

    leg: Leg
    reason: str = ""


_UP = LegState(Leg.REGISTERED)
_TIMEOUT = LegState(Leg.TIMEOUT, TIMED_OUT)
_NEVER_ASKED = LegState(Leg.UNKNOWN)


def reaches_frontend(phone: Phone, frontend: Device) -> bool:
    """Whether packets of the phone arrive at its Frontend."""
    return phone.powered and phone.site.up and frontend.up and phone.frontend == frontend.name


def outer_leg(phone: Phone | None, border: SessionBorder | None, frontend: Device) -> LegState:
    """The leg from a phone to its Frontend; border: the object of the phone's hardware id there."""
    if phone is None or not reaches_frontend(phone, frontend):
        return _TIMEOUT
    if border is None:
        return LegState(Leg.REFUSED, REJECTED)
    if phone.password != border.password:
        return LegState(Leg.REFUSED, UNAUTHORIZED)
    return _UP


def inner_leg(outer: Leg, frontend: Device, pbx: Device | None, user: PbxObject | None) -> LegState:
    """The leg from the Frontend to the customer PBX; user: the object of the CPE-ID there.

    It is only asked for while the outer leg is registered, and proves itself by the PBX password.
    """
    if outer is not Leg.REGISTERED:
        return _NEVER_ASKED
    if pbx is None or not pbx.up:
        return _TIMEOUT
    if frontend.pbx_password != pbx.pbx_password:
        return LegState(Leg.REFUSED, UNAUTHORIZED)
    return LegState(Leg.REFUSED, REJECTED) if user is None else _UP


def inside_registration(client: Device, server: Device | None) -> str:
    """Why `client` is not registered at `server` by the PBX password ("" if it is; rule REG-11)."""
    if server is None or not server.up:
        return TIMED_OUT
    return "" if client.pbx_password == server.pbx_password else UNAUTHORIZED


def gateway_registration(world: World, device: Device, gateway: Gateway) -> str:
    """Why a GW interface is not registered ("" if it is)."""
    if gateway.target == LOCAL:
        return ""
    server = world.by_inside.get(gateway.target)
    if (reason := inside_registration(device, server)) or server is None:
        return reason
    return "" if gateway.name in server.objects else REJECTED


def licence_server(world: World, device: Device) -> Device | None:
    """Whom a licence-only slave registers with (ch. Licences): CP its Media-PBX, FE and MP the server.

    The standby serves while the master is silent. None for the servers themselves.
    """
    if device.kind == "pbx":
        return world.clusters[device.cluster - 1].media
    if device.kind in ("frontend", "media"):
        servers = [world.devices[name] for name in world.licence_servers]
        return next((server for server in servers if server.up), servers[0])
    return None


def trunk_registration(world: World, device: Device) -> str:
    """Why the SIP trunk of a customer PBX is not registered ("" if it is; rules SIP-02, NAT-07).

    It leaves by its Frontend's UDP-NAT range, one port a trunk.
    """
    trunk = device.trunk
    if trunk is None or device.settings.trunk_disabled:
        return "disabled"
    frontend = world.clusters[device.cluster - 1].frontend
    reachable = frontend.up and frontend.settings.udp_count > 0 and frontend.settings.nat_enabled
    return "" if reachable and trunk.provider_up else TIMED_OUT
