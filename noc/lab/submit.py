"""Changes to PBX objects by `submit-object`: create, change, delete.

Device interface, ch. 3: an object is matched by its guid or Long Name; a masked or missing password
means unchanged. Objects of a Frontend with an external name are SessionBorder objects.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from noc.devices.dialect import Dialect
from noc.lab.model import Device
from noc.lab.pieces import Part, PbxObject, SessionBorder


@dataclass(frozen=True, slots=True)
class Record:
    """What a record says beyond the query of `submit-object`. kind: as `PbxObject.kind`."""

    kind: str
    further: tuple[tuple[str, str], ...]
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Submitted:
    """guid of the object, or the device's error text."""

    guid: int = 0
    error: str = ""


def submit(
    words: Dialect, device: Device, query: Mapping[str, str], record: Record | None = None
) -> Submitted:
    """Create the object of this Long Name, or change the one that has this guid or Long Name."""
    known = find(words, device, query)
    long_name = query.get(words["pbx.long-name"], known.long_name if known else "")
    if not long_name:
        return Submitted(error="no name")
    twin = device.borders.get(long_name) or device.objects.get(long_name)
    if twin is not None and twin is not known:
        return Submitted(error="duplicate name")
    if known is None:
        known = _new(words, device, long_name, query)
    else:
        device.borders.pop(known.long_name, None)
        device.objects.pop(known.long_name, None)
    _change(words, known, long_name, query)
    if isinstance(known, PbxObject) and record is not None:
        known.kind, known.further, known.parts = record.kind, record.further, record.parts
    if isinstance(known, SessionBorder):
        device.borders[long_name] = known
    else:
        device.objects[long_name] = known
    return Submitted(known.guid)


def delete(words: Dialect, device: Device, query: Mapping[str, str]) -> Submitted:
    """Remove the object with this guid or Long Name."""
    known = find(words, device, query)
    if known is None:
        return Submitted(error="not found")
    device.borders.pop(known.long_name, None)
    device.objects.pop(known.long_name, None)
    return Submitted(known.guid)


def find(words: Dialect, device: Device, query: Mapping[str, str]) -> PbxObject | SessionBorder | None:
    """The object with this guid, else with this Long Name."""
    if guid := query.get(words["pbx.guid"], ""):
        everything: list[PbxObject | SessionBorder] = [*device.borders.values(), *device.objects.values()]
        return next((item for item in everything if f"{item.guid:032x}" == guid.lower()), None)
    long_name = query.get(words["pbx.long-name"], "")
    return device.borders.get(long_name) or device.objects.get(long_name)


def _new(
    words: Dialect, device: Device, long_name: str, query: Mapping[str, str]
) -> PbxObject | SessionBorder:
    guid = int.from_bytes(hashlib.sha256(f"{device.name}/{long_name}".encode()).digest()[:16], "big")
    name = query.get(words["pbx.name"], long_name)
    external = query.get(words["query.external-name"], "")
    if device.kind != "frontend" or not external:
        return PbxObject(guid, long_name, name)
    customer = name.rpartition("-")[0]
    return SessionBorder(guid, long_name, name, external, "", customer, "", "")


def _change(
    words: Dialect, item: PbxObject | SessionBorder, long_name: str, query: Mapping[str, str]
) -> None:
    item.long_name = long_name
    item.name = query.get(words["pbx.name"], item.name)
    password = query.get(words["query.password"], "")
    if password and password != words["pbx.masked-password"]:
        item.password = password
    if isinstance(item, SessionBorder):
        item.external = query.get(words["query.external-name"], item.external)
        item.gatekeeper = query.get(words["sbc.gatekeeper"], item.gatekeeper)
        item.gatekeeper_id = query.get(words["sbc.gatekeeper-id"], item.gatekeeper_id)
        item.customer = item.name.rpartition("-")[0]
        return
    item.number = query.get(words["pbx.number"], item.number)
    item.email = query.get(words["pbx.email"], item.email)
    item.text = query.get(words["pbx.text"], item.text)
    item.config = query.get(words["pbx.template"], item.config)
    item.node = query.get(words["pbx.node"]) or item.node
    item.hardware_id = query.get(words["query.device-hardware"], item.hardware_id)
    if display := query.get(words["pbx.display-name"]):
        item.further = tuple({**dict(item.further), words["pbx.display-name"]: display}.items())
