"""Subject `snmp`: the interfaces of a device as its MIB shows them, where provider.yaml has a login for it.

Counters and uptime move by themselves and are no state. A device of another make at this address is an
error, since its interfaces would be taken for the device's own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final, Literal

from noc.collectors.fleet import Site
from noc.collectors.reading import Reading
from noc.devices.errors import DeviceError
from noc.devices.inno_mib import Mib, read_mib
from noc.devices.snmp import SnmpClient, User
from noc.hosting.errors import UsageError
from noc.hosting.records import Draft, Interface, draft
from noc.hosting.secret import Secret
from noc.settings import Settings, resolve_secret

_STATES: Final = {1: "up", 2: "down"}
_ISDN_STATES: Final = {1: "down", 2: "up"}
_VOICE_STATES: Final = {0: "down", 1: "up"}
_TYPES: Final = {6: "ethernet", 23: "ppp"}
_MODES: Final = {1: "te", 2: "nt"}
_VOICE_TYPES: Final = {1: "if", 2: "ep", 3: "gk", 4: "gw"}
_NO_ADDRESS: Final = "0.0.0.0"  # noqa: S104 - as devices say it


def asked(settings: Settings) -> bool:
    """Whether devices are read by SNMP at all: it is off on a device as it comes."""
    return settings.snmp is not None


async def read(site: Site) -> Reading:
    """Every interface with its state. Raises DeviceError."""
    port = site.settings.ports.real(site.dialect.integer("snmp.port"))
    login, version = site.fleet.snmp()
    async with SnmpClient(site.device.inside, port, login, version, device=site.name) as client:
        mib = await read_mib(client, site.dialect)
    enterprise = site.dialect["snmp.enterprise"]
    if not f"{mib.system.object_id}.".startswith(f"{enterprise}."):
        raise DeviceError(
            "wrong-device", f"its sysObjectID is {mib.system.object_id or 'missing'}", site.name
        )
    seen: Counter[str] = Counter()
    return Reading(drafts=tuple(_draft(body, seen) for body in interfaces(mib, site.name, site.cluster)))


def interfaces(mib: Mib, device: str, cluster: str) -> Iterator[Interface]:
    """The interfaces of all layers; a state that the MIB does not know is ``unknown``."""

    def body(layer: str, name: str, state: str | None, kind: str = "", **more: str) -> Interface:
        return Interface(
            device=device,
            cluster=cluster,
            layer=layer,
            name=name,
            state=state or "unknown",
            type=kind,
            **more,
        )

    for port in mib.interfaces:
        yield body("if", port.name, _STATES.get(port.oper), _word(_TYPES, port.type))
    for label, number in ((line.label, line.state) for lines in (mib.l1pri, mib.l1bri) for line in lines):
        yield body("l1", label, _ISDN_STATES.get(number))
    for link in mib.l2:
        yield body("l2", link.label, _ISDN_STATES.get(link.state), _word(_MODES, link.mode))
    for voice in mib.voice:
        state, kind = _VOICE_STATES.get(voice.state), _word(_VOICE_TYPES, voice.type)
        address = "" if voice.address == _NO_ADDRESS else voice.address
        yield body("voice", voice.name or voice.gateway, state, kind, address=address, number=voice.number)


def _word(words: dict[int, str], number: int) -> str:
    return words.get(number, str(number) if number else "")


def _draft(body: Interface, seen: Counter[str]) -> Draft:
    subject = f"{body.device}/{body.layer}/{body.name}"
    seen[subject] += 1
    return draft(subject if seen[subject] == 1 else f"{subject}#{seen[subject]}", body)


Login = tuple[Secret | User, Literal["1", "2c", "3"]]
"""Community or user, and the version it belongs to."""


def login_of(settings: Settings) -> Login:
    """The login with its secrets fetched. Raises SecretError, UsageError where there is none."""
    told = settings.snmp
    if told is not None and told.community:
        return resolve_secret(told.community), "1" if told.version == "1" else "2c"
    if told is not None and told.authentication and told.privacy:
        passwords = resolve_secret(told.authentication), resolve_secret(told.privacy)
        return User(name=told.user, authentication=passwords[0], privacy=passwords[1]), "3"
    raise UsageError("there is no login for SNMP", "provider.yaml", "write snmp: {community: {file: …}}")
