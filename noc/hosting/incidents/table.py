"""The rules of incidents as data: kinds of roots, and for each symptom the causes that are tried in order.

Documentation and screens read these tables; `holds` names what must hold (a word of `conditions`).
Hosting rules, part 3.
"""

from __future__ import annotations

from typing import Final

import msgspec


class RootKind(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of root. reach: what hangs on it: members (the phones among its evidence) | customer | cluster |
    platform; breaks: for whom it breaks what; patience: seconds that its evidence must have lasted."""

    title: str
    severity: str
    reach: str
    breaks: str
    patience: int = 0


WAIT: Final = 5
"""Seconds before a small cause is believed: the larger one behind it may not have been noticed yet."""

ROOTS: Final[dict[str, RootKind]] = {
    "collector": RootKind(
        title="this collector's own network", severity="critical", reach="platform",
        breaks="sight of the whole platform; customers may notice nothing",
    ),
    "cluster-network": RootKind(
        title="inside network of a cluster", severity="critical", reach="cluster",
        breaks="every device of the cluster at once", patience=WAIT,
    ),
    "host": RootKind(
        title="power or storage of a host", severity="critical", reach="platform",
        breaks="devices that have nothing else in common", patience=WAIT,
    ),
    "frontend": RootKind(
        title="Frontend", severity="critical", reach="cluster",
        breaks="registrations, trunks, NAT maps and time of the whole cluster",
    ),
    "media": RootKind(
        title="Media-PBX", severity="critical", reach="cluster",
        breaks="music, tones, announcements, voicemail and fax of the cluster; plain calls go on",
    ),
    "pbx": RootKind(
        title="customer PBX", severity="critical", reach="customer", breaks="one customer", patience=WAIT,
    ),
    "kerberos": RootKind(
        title="Kerberos, RootCA and licence server", severity="major", reach="platform",
        breaks="logins, joins, issuing and refresh of licences, nothing at once for calls",
    ),
    "service": RootKind(
        title="service", severity="major", reach="members", breaks="that service", patience=WAIT,
    ),
    "provider": RootKind(
        title="SIP provider", severity="critical", reach="platform",
        breaks="outside calls of all customers", patience=WAIT,
    ),
    "password": RootKind(
        title="PBX password of a Frontend", severity="critical", reach="cluster",
        breaks="all inner legs of the cluster",
    ),
    "router": RootKind(
        title="site router", severity="major", reach="members", breaks="all phones of a site", patience=WAIT,
    ),
    "trunk": RootKind(
        title="SIP trunk", severity="critical", reach="customer",
        breaks="outside calls of one customer", patience=WAIT,
    ),
    "natmap": RootKind(
        title="NAT map", severity="major", reach="customer", breaks="what is reached through that port",
    ),
    "certificate": RootKind(
        title="certificate", severity="major", reach="members", breaks="trust in that device",
    ),
    "clock": RootKind(
        title="clock", severity="major", reach="members", breaks="certificates, tickets, times in records",
    ),
    "licence": RootKind(
        title="licences", severity="major", reach="members", breaks="features, later", patience=WAIT,
    ),
    "card": RootKind(
        title="CF card", severity="major", reach="members", breaks="files, backups and logs of that device",
    ),
    "phone": RootKind(title="phone", severity="minor", reach="members", breaks="one phone", patience=WAIT),
}  # fmt: skip


class Cause(msgspec.Struct, frozen=True):
    """A cause that is tried. kind: of the root, ``device`` for the kind of the device itself; holds: the
    condition that must hold and names the root; words: why it is this."""

    kind: str
    holds: str
    words: str


_COLLECTOR = Cause("collector", "all-silent", "no device of the platform answers")
_NETWORK = Cause("cluster-network", "cluster-silent", "no device of the cluster answers")
_HOST = Cause("host", "many-silent", "devices with nothing in common fell silent at once")
_FRONTEND = Cause("frontend", "frontend-silent", "its Frontend does not answer")
_PBX = Cause("pbx", "pbx-silent", "the customer's PBX does not answer")
_MEDIA = Cause("media", "media-silent", "its Media-PBX does not answer")
_PEER = Cause("device", "peer-silent", "the device behind it does not answer")
_ITSELF = Cause("device", "itself-silent", "the device itself does not answer")
_PASSWORD = Cause("password", "password-wrong", "the Frontend is refused by every PBX: wrong PBX password")

RULES: Final[dict[str, tuple[Cause, ...]]] = {
    "silent": (_COLLECTOR, _NETWORK, _HOST, Cause("device", "itself", "it does not answer")),
    "unreadable": (
        _ITSELF,
        Cause("clock", "clock-off", "its clock is wrong"),
        Cause("certificate", "certificate-bad", "its certificate is not in order"),
        Cause("device", "itself", "it answers, but cannot be read"),
    ),
    "clock": (Cause("clock", "itself", "its clock is off by more than 5 min"),),
    "certificate": (
        Cause("clock", "clock-off", "its clock is wrong"),
        Cause("certificate", "itself", "its certificate is not in order"),
    ),
    "natmap": (Cause("natmap", "subject", "the map does not fit the port plan"),),
    "outer-timeout": (
        _FRONTEND,
        Cause("frontend", "door-shut", "no phone of any customer comes through to it"),
        Cause("router", "site-dead", "all phones of the site are silent"),
        Cause("phone", "phone", "nothing comes from this phone, others of its site are well"),
    ),
    "outer-refused": (
        Cause("router", "site-refused", "all phones of the site are refused: its router rewrites H.323, or "
              "the registration password was changed"),
        Cause("phone", "phone", "this phone is refused, others of its site are well"),
    ),
    "inner-timeout": (
        _PBX, _FRONTEND,
        Cause("pbx", "inner-dead", "no inner leg of the customer comes about at its PBX"),
        Cause("phone", "phone", "its inner leg alone does not come about"),
    ),
    "inner-refused": (
        _PASSWORD,
        Cause("pbx", "inner-dead", "the PBX refuses every inner leg of the customer"),
        Cause("phone", "phone", "its inner leg alone is refused"),
    ),
    "trunk": (
        _PBX, _FRONTEND,
        Cause("provider", "all-trunks", "no trunk of the platform is registered"),
        Cause("frontend", "cluster-trunks", "no trunk of the cluster is registered, those of others are"),
        Cause("trunk", "customer", "this customer's trunk alone is down"),
    ),
    "media-leg": (
        _PBX, _MEDIA,
        Cause("media", "media-unreached", "no PBX of the cluster is registered at it"),
        Cause("pbx", "customer", "this PBX alone is not registered at the Media-PBX"),
    ),
    "medium": (_MEDIA, Cause("device", "itself", "one of its media is not registered")),
    "pbx-object": (
        _PBX, _MEDIA, Cause("pbx", "customer", "it is not registered at its object of the Media-PBX"),
    ),
    "licence-leg": (
        _PEER, _ITSELF,
        Cause("password", "device-password", "it is refused by every PBX: wrong PBX password"),
        Cause("licence", "peer", "it is registered at no licence server"),
    ),
    "own-leg": (_PBX, _MEDIA, Cause("device", "itself", "a registration of its own is down")),
    "probe": (
        _ITSELF, _PEER,
        Cause("frontend", "through-silent", "its Frontend does not answer"),
        Cause("service", "direct-failing", "the service itself does not answer as it should"),
        Cause("service", "peer-failing", "the service behind the map does not answer as it should"),
        Cause("natmap", "map-wrong", "the map leads to another device"),
        Cause("clock", "clock-off", "its clock is wrong"),
        Cause("certificate", "certificate-bad", "its certificate is not in order"),
        Cause("provider", "provider-gone", "no trunk of the platform is registered"),
        Cause("service", "itself", "it does not answer as it should"),
    ),
    "card": (_ITSELF, Cause("card", "itself", "its CF card is damaged")),
    "alarm": (
        Cause("", "told-of", "it is told of in another way too"),
        _ITSELF,
        Cause("password", "device-password", "it is refused by every PBX: wrong PBX password"),
        Cause("media", "licence-media", "its Media-PBX does not answer"),
        _PEER,
        Cause("phone", "remote", "a phone raised it"),
        Cause("device", "itself", "it raised an alarm that nothing else explains"),
    ),
}  # fmt: skip
"""symptom -> causes in order; the first that holds is the root."""

SYMPTOMS: Final[dict[str, str]] = {
    "silent": "a device does not answer",
    "unreadable": "a device answers, but its pages cannot be read",
    "clock": "a device's clock is wrong",
    "certificate": "a certificate ends soon, has ended or does not chain to the root",
    "natmap": "a NAT map does not fit the port plan",
    "outer-timeout": "nothing comes from a phone",
    "outer-refused": "a Frontend refuses a phone",
    "inner-timeout": "a phone's inner leg does not come about",
    "inner-refused": "a PBX refuses a phone's inner leg",
    "trunk": "a SIP trunk is not registered",
    "media-leg": "a PBX is not registered at HTTP-EXT of its Media-PBX",
    "medium": "MOH, TONE, HTTP-OUT or fax is not registered at the Media-PBX",
    "pbx-object": "a PBX is not registered at its object of the Media-PBX",
    "licence-leg": "a device is registered at no licence server",
    "own-leg": "another registration of a PBX is down",
    "probe": "a service does not answer to a look from outside as it should",
    "card": "a CF card is damaged",
    "alarm": "a device lists an alarm",
}
"""The symptoms in words."""
