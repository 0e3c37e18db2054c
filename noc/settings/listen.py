"""The section `listen` of provider.yaml: where `noc collect` takes in what devices push.

Nothing listens unless it is written here. `networks` is information only: a sender's address can be forged.
"""

from __future__ import annotations

from ipaddress import ip_address
from pathlib import Path
from typing import Final

import msgspec

from noc.settings import values
from noc.settings.reader import Table, Value
from noc.settings.secrets import Credential, credential_of

RECEIVERS: Final = ("syslog-udp", "syslog-tcp", "syslog-tls", "http", "https", "traps")
_TLS: Final = ("syslog-tls", "https")
_PLACE: Final = "write address and port, such as 10.1.0.9:514"


class Place(msgspec.Struct, frozen=True):
    """Where a receiver listens: an IP address and a port."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


class Listen(msgspec.Struct, frozen=True, kw_only=True):
    """What listens. places: receiver (one of `RECEIVERS`) -> where; certificate, key: of those with TLS.

    login: what HTTP asks for (None: nothing); networks: where pushes are expected from.
    """

    places: dict[str, Place] = msgspec.field(default_factory=dict)
    certificate: Path | None = None
    key: Path | None = None
    login: Credential | None = None
    networks: tuple[str, ...] = ()


def listen_of(table: Table) -> Listen:
    """What the section says; a receiver with TLS but no certificate is a problem."""
    table.only((*RECEIVERS, "certificate", "key", "login", "networks"))
    told = {name: value for name in RECEIVERS if (value := table.get(name))}
    places = {name: place for name, value in told.items() if (place := _place(value))}
    certificate, key = _file(table, "certificate"), _file(table, "key")
    for name in _TLS:
        if name in places and not (certificate and key):
            told[name].wrong("has no certificate", "write certificate: FILE and key: FILE beside it")
    login, networks = table.get("login"), table.get("networks")
    return Listen(
        places=places,
        certificate=certificate,
        key=key,
        login=credential_of(login.table()) if login else None,
        networks=tuple(filter(None, map(values.network, networks.items()))) if networks else (),
    )


def _place(value: Value) -> Place | None:
    host, _, port = value.text().rpartition(":")
    try:
        address = str(ip_address(host.removeprefix("[").removesuffix("]")))
    except ValueError:
        value.wrong("is no place to listen at", _PLACE)
        return None
    if not (port.isascii() and port.isdigit() and 0 < int(port[:6]) <= 65535):
        value.wrong("has no port", _PLACE)
        return None
    return Place(address, int(port))


def _file(table: Table, key: str) -> Path | None:
    value = table.get(key)
    if value is None or not value.text():
        return None
    path = table.reader.path.parent / Path(value.text()).expanduser()
    if not path.is_file():
        value.wrong(f"names no file: {path}", "write the path of a PEM file")
        return None
    return path
