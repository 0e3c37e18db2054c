"""Writes what a console needs to reach the lab: provider.yaml, the root certificate, the logins."""

from __future__ import annotations

import functools
import os
import secrets
from pathlib import Path

import yaml

from noc.devices.dialect import load
from noc.hosting.errors import UsageError
from noc.hosting.secret import Secret
from noc.lab.auth import Account
from noc.lab.model import Cluster, Device, World
from noc.lab.ports import PortBlock
from noc.lab.usm_keys import UsmUser
from noc.settings.tls import LEGACY

VIEWER, ADMIN = "noc-read", "admin"
_SNMP = ("snmp-authentication", "snmp-privacy")
_PASSWORDS = "cpe-passwords"
_SNMP_3 = f"""\
# Devices answer version 3 as well; write it in place of the line that begins with snmp:
# snmp: {{version: 3, user: {VIEWER},
#        authentication: {{file: secrets/{_SNMP[0]}}}, privacy: {{file: secrets/{_SNMP[1]}}}}}
"""
PUBLIC = ["127.120.0.0/13", "127.128.0.0/9"]
_SECONDS = {
    "registrations": 2,
    "box": 2,
    "nat": 10,
    "relay": 2,
    "certificate": 30,
    "alarms": 2,
    "snmp": 10,
    "backups": 30,
    "licences": 10,
    "x509": 30,
    "cdr": 30,
    "drive": 30,
    "logs": 30,
    "ntp": 10,
    "config": 30,
    "kerberos": 30,
    "soap": 20,
    "service": 10,
}
_DEVICES_AT_FULL_SPEED = 100


def accounts(directory: Path) -> list[Account]:
    """The lab's accounts with fresh passwords, written to ``secrets/`` (0600)."""
    folder = directory / "secrets"
    folder.mkdir(mode=0o700, exist_ok=True)
    made = [
        Account(VIEWER, "viewer", secrets.token_urlsafe(11)),
        Account(ADMIN, "admin", secrets.token_urlsafe(11)),
    ]
    for account, name in zip(made, ("collector", "admin"), strict=True):
        write_private(folder / name, account.password + "\n")
    return made


def snmp_user(directory: Path) -> UsmUser:
    """The user of SNMP version 3 with fresh passwords, written to ``secrets/`` (0600)."""
    passwords = [secrets.token_urlsafe(11) for _ in _SNMP]
    for name, password in zip(_SNMP, passwords, strict=True):
        write_private(directory / "secrets" / name, password + "\n")
    return UsmUser(name=VIEWER, authentication=Secret(passwords[0]), privacy=Secret(passwords[1]))


def write_provider(directory: Path, world: World, ports: PortBlock, dialect: str, root_pem: bytes) -> Path:
    """Write root.pem and provider.yaml, ready for ``noc --config``; returns the latter's path."""
    write_private(directory / "root.pem", root_pem.decode())
    write_private(directory / "secrets" / "snmp", load(dialect)["snmp.community"] + "\n")
    passwords = {name: customer.password for name, customer in world.customers.items()}
    write_private(directory / "secrets" / _PASSWORDS, yaml.safe_dump(passwords))
    path = directory / "provider.yaml"
    text = yaml.safe_dump(
        _document(world, ports, dialect), sort_keys=False, default_flow_style=None, width=110
    )
    write_private(path, text + _SNMP_3)
    return path


def old_tls(directory: Path) -> frozenset[str]:
    """The devices that provider.yaml as it is now lets its reader read over TLS 1.0. Raises UsageError."""
    path = directory / "provider.yaml"
    return _old_tls(path, path.stat().st_mtime_ns)


@functools.lru_cache(maxsize=1)
def _old_tls(path: Path, _changed: int) -> frozenset[str]:
    try:
        told = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except yaml.YAMLError as error:
        raise UsageError("not YAML any more", str(path), str(error)) from None
    return frozenset(name for name, profile in told.get("tls", {}).items() if profile == LEGACY)


def _document(world: World, ports: PortBlock, dialect: str) -> dict[str, object]:
    return {
        "provider": {
            "name": world.provider,
            "country": world.country,
            "timezone": "Europe/Berlin",
            "root": "root.pem",
        },
        "public": PUBLIC,
        "ports": {
            int(key) if key.isdecimal() else key: _number(value) for key, value in ports.table().items()
        },
        "dialect": dialect,
        "log": "log",
        "intervals": _intervals(len(world.devices)),
        "credentials": {"collector": {"user": VIEWER, "password": {"file": "secrets/collector"}}},
        "cpe_passwords": {"file": f"secrets/{_PASSWORDS}"},
        "snmp": {"version": "2c", "community": {"file": "secrets/snmp"}},
        "clusters": [_cluster(cluster) for cluster in world.clusters],
        "services": {
            name: _service(world.devices[name], first=place == 0)
            for place, name in enumerate(world.licence_servers)
        }
        | {
            name: {"kind": role, "inside": world.shared.devices[name].inside}
            for name, role in world.shared.once().items()
        },
    }


def _number(value: str) -> int | str:
    return int(value) if value.isdecimal() else value


def _cluster(cluster: Cluster) -> dict[str, object]:
    return {
        "name": cluster.name,
        "frontend": _dual(cluster.frontend),
        "media": _dual(cluster.media),
        "services": {
            name: {"kind": kind, "inside": inside} for name, (kind, inside) in cluster.services.items()
        },
    }


def _dual(device: Device) -> dict[str, str]:
    return {"name": device.name, "outside": device.outside, "inside": device.inside}


def _service(device: Device, *, first: bool) -> dict[str, object]:
    roles = ["kerberos", "rootca", "licence"] if first else ["kerberos", "licence"]
    return {"roles": roles, "inside": device.inside}


def _intervals(devices: int) -> dict[str, str]:
    """Short, so that a lab feels alive; longer in proportion where there are many devices."""
    factor = max(1, round(devices / _DEVICES_AT_FULL_SPEED))
    return {subject: f"{seconds * factor}s" for subject, seconds in _SECONDS.items()}


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    temporary = path.with_suffix(path.suffix + ".new")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(text)
    temporary.replace(path)
