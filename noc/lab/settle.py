"""Lets the world settle: applies the rules, so that registrations and alarms follow from what is.

What a device knows is only touched while it runs; a stopped device keeps its last state, which
nobody can read. Called after every change of the world; takes about 5 us a phone.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from noc.hosting.alarms import REGISTRATION_DOWN
from noc.hosting.states import Leg
from noc.lab import licences, rules
from noc.lab.diary import clear_alarm, note_confirmed, note_rejected, raise_alarm
from noc.lab.kerberos import replicate
from noc.lab.memory import remember
from noc.lab.model import Cluster, Device, World
from noc.lab.objects import ACTIVE, HTTP_EXT, LOCAL, STANDBY
from noc.lab.pieces import Alarm, PbxObject, Phone, SessionBorder
from noc.lab.timekeeping import keep_time

MINOR, MAJOR = 0, 2
_TEXT = "Registration down"
_LICENCE_SOURCE = "PBX0/LICENCE"


class _Legs(NamedTuple):
    """Both legs of a phone, and the public address of its site."""

    outer: rules.LegState
    inner: rules.LegState
    site: str


def settle(world: World, now: int, clusters: Iterable[int] = ()) -> None:
    """Bring the registrations and alarms of these clusters (numbers; none: all) to what follows."""
    remember(world, now)
    world.changes += 1
    _times(world, now)
    wanted = set(clusters)
    for cluster in world.clusters:
        if not wanted or cluster.number in wanted:
            _phones(world, cluster, now)
            for customer in cluster.customers:
                _pbx(world, customer.pbx, now)
            _media(world, cluster, now)
            _licence_slave(world, cluster.frontend, now)
            for device in (cluster.frontend, cluster.media, *(item.pbx for item in cluster.customers)):
                _count_licences(world, device)
    _licence_servers(world)
    _kerberos_servers(world)


def _kerberos_servers(world: World) -> None:
    for device in world.devices.values():
        if device.up and device.settings.kdc.realm:
            replicate(world, device)


def _times(world: World, now: int) -> None:
    """Who has the time: a Frontend or Kerberos device serves it to devices of other clusters too."""
    for device in world.devices.values():
        if device.up:
            keep_time(world, device, now)


def _phones(world: World, cluster: Cluster, now: int) -> None:
    """Both legs of every phone of a cluster, and what Frontend and customer PBXs keep of them."""
    frontend, told = cluster.frontend, world.changes > 1
    registered: dict[str, set[str]] = {customer.pbx.inside: set() for customer in cluster.customers}
    users = {customer.pbx.inside: _by_name(customer.pbx) for customer in cluster.customers}
    for border in frontend.borders.values():
        phone = world.phones.get(border.external)
        outer = rules.outer_leg(phone, border, frontend)
        user = users.get(border.gatekeeper, {}).get(border.name)
        inner = rules.inner_leg(outer.leg, frontend, world.by_inside.get(border.gatekeeper), user)
        if inner.leg is Leg.REGISTERED:
            registered[border.gatekeeper].add(border.name)
        if frontend.up:
            legs = _Legs(outer, inner, phone.site.address if phone else "")
            if told:
                _write_down(frontend, world.by_inside.get(border.gatekeeper), border, legs, now)
            _frontend_knows(frontend, border, phone, legs, now)
    for customer in cluster.customers:
        if customer.pbx.up:
            inside = customer.pbx.inside
            _pbx_knows(users[inside], registered[inside], frontend.inside, now)
    if frontend.up:
        _strangers(frontend, cluster.phones, now)


def _by_name(pbx: Device) -> dict[str, PbxObject]:
    return {item.name: item for item in pbx.objects.values() if item.kind == "user"}


def _frontend_knows(
    frontend: Device,
    border: SessionBorder,
    phone: Phone | None,
    legs: _Legs,
    now: int,
) -> None:
    """What the SessionBorder object shows, and the Frontend's alarms for both legs."""
    outer, inner, site = legs
    if (outer.leg, inner.leg) != (border.outer, border.inner):
        border.outer, border.inner, border.since = outer.leg, inner.leg, now
    border.inner_reason = inner.reason
    border.address = site if outer.leg is Leg.REGISTERED else ""
    _note(frontend, f"PBX0/{border.long_name}", inner.reason, MINOR, now)
    if phone is not None and rules.reaches_frontend(phone, frontend):
        _note_remote(frontend, phone, outer.reason, now)


def _write_down(frontend: Device, pbx: Device | None, border: SessionBorder, legs: _Legs, now: int) -> None:
    """What the logs of Frontend and PBX tell of legs that have changed."""
    if legs.outer.leg is not border.outer:
        _registration(frontend, border.external, legs.outer, legs.site, now)
    if legs.inner.leg is not border.inner and pbx is not None and pbx.up:
        _registration(pbx, border.name, legs.inner, frontend.inside, now)


def _registration(server: Device, name: str, state: rules.LegState, address: str, now: int) -> None:
    if state.leg is Leg.REGISTERED:
        note_confirmed(server, name, address, now)
    elif state.leg is Leg.REFUSED:
        note_rejected(server, name, state.reason, now)


def _pbx_knows(users: dict[str, PbxObject], registered: set[str], frontend: str, now: int) -> None:
    for name, user in users.items():
        if user.endpoints == (LOCAL,):
            continue
        endpoints = (frontend,) if name in registered else ()
        if endpoints != user.endpoints:
            user.endpoints, user.registered_at = endpoints, now


def _strangers(frontend: Device, phones: list[Phone], now: int) -> None:
    """Phones whose hardware id no SessionBorder object has: refused, and they say so by HTTPS."""
    known = {border.external for border in frontend.borders.values()}
    for phone in phones:
        if phone.hardware_id not in known and rules.reaches_frontend(phone, frontend):
            reason = rules.outer_leg(phone, None, frontend).reason
            if _note_remote(frontend, phone, reason, now):
                note_rejected(frontend, phone.hardware_id, reason, now)


def _pbx(world: World, pbx: Device, now: int) -> None:
    """Trunk, gateway interfaces and licence registration of a customer PBX."""
    if not pbx.up:
        return
    for gateway in pbx.gateways:
        reason = rules.gateway_registration(world, pbx, gateway)
        gateway.up = not reason
        _note(pbx, f"RELAY/{gateway.interface}", reason, MAJOR, now)
    if pbx.trunk is not None:
        reason = rules.trunk_registration(world, pbx)
        pbx.trunk.up = not reason
        pbx.trunk.comment = "Timeout" if reason == rules.TIMED_OUT else ""
        alarm = "" if reason == "disabled" else reason
        _note(pbx, f"RELAY/{pbx.trunk.interface}", alarm, MAJOR, now)
    _licence_slave(world, pbx, now)


def _media(world: World, cluster: Cluster, now: int) -> None:
    """What the Media-PBX knows of its customers' PBXs: licence slaves and HTTP-EXT registrations."""
    media = cluster.media
    if not media.up:
        return
    _licence_slave(world, media, now)
    connected: list[str] = []
    for customer in cluster.customers:
        pbx = customer.pbx
        alive = pbx.up and not rules.inside_registration(pbx, media)
        _registered(media.objects.get(customer.name), pbx.inside if alive else "", now)
        if alive and any(item.name == HTTP_EXT and item.up for item in pbx.gateways):
            connected.append(pbx.inside)
    if HTTP_EXT in media.objects:
        media.objects[HTTP_EXT].endpoints = tuple(connected)


def _licence_servers(world: World) -> None:
    """Each Frontend and Media-PBX stands registered at the licence server it uses."""
    for name in world.licence_servers:
        server = world.devices[name]
        if not server.up:
            continue
        licences.count(world, server)
        for cluster in world.clusters:
            for slave in (cluster.frontend, cluster.media):
                alive = slave.up and rules.licence_server(world, slave) is server
                alive = alive and not rules.inside_registration(slave, server)
                _registered(server.objects.get(slave.name), slave.inside if alive else "", 0)
    _standby_pair(world)


def _standby_pair(world: World) -> None:
    """Master and standby of the licence servers are registered at each other while both run."""
    master, standby = (world.devices[name] for name in world.licence_servers)
    for device, name, other in ((master, STANDBY, standby), (standby, ACTIVE, master)):
        if device.up:
            _registered(device.objects.get(name), other.inside if other.up else "", 0)


def _count_licences(world: World, device: Device) -> None:
    if device.up:
        licences.count(world, device)


def _licence_slave(world: World, device: Device, now: int) -> None:
    if device.up:
        reason = rules.inside_registration(device, rules.licence_server(world, device))
        device.licence_up = not reason
        _note(device, _LICENCE_SOURCE, reason, MAJOR, now)


def _registered(item: PbxObject | None, address: str, now: int) -> None:
    endpoints = (address,) if address else ()
    if item is not None and item.endpoints != endpoints:
        item.endpoints, item.registered_at = endpoints, now


def _note(device: Device, source: str, reason: str, severity: int, now: int) -> None:
    """Raise, keep or clear the device's own alarm of that source."""
    key = (source, "")
    if _differs(device, key, reason):
        _stand(device, key, Alarm(REGISTRATION_DOWN, severity, source, _TEXT, now, reason=reason))


def _note_remote(frontend: Device, phone: Phone, reason: str, now: int) -> bool:
    """A phone raises and clears its own alarm at its Frontend; whether it was raised just now."""
    key = ("PHONE/SIG", phone.hardware_id)
    if _differs(frontend, key, reason):
        who = (phone.hardware_id, phone.serial)
        _stand(frontend, key, Alarm(REGISTRATION_DOWN, MINOR, key[0], _TEXT, now, *who, reason))
        return bool(reason)
    return False


def _differs(device: Device, key: tuple[str, str], reason: str) -> bool:
    """Whether an alarm stands for another reason ("": for none)."""
    known = device.alarms.get(key)
    return reason != (known.reason if known is not None else "")


def _stand(device: Device, key: tuple[str, str], alarm: Alarm) -> None:
    """Raise an alarm, or without a reason clear it."""
    if alarm.reason:
        raise_alarm(device, key, alarm, alarm.time)
    else:
        clear_alarm(device, key, alarm.time)
