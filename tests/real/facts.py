"""Facts of devices as noc and the lab's truth have them, and lines of configuration written from outside."""

from __future__ import annotations

import ssl
import urllib.request
from base64 import b64encode
from typing import Any
from urllib.parse import quote

import yaml

from tests.platform_lab import LabPlatform, Lists, Row, differences

APPLY = ("config write", "config activate")


def same_facts(lab: LabPlatform) -> Lists:
    """What noc has after a sweep; everything, facts too, is what a correct observer can know."""
    seen = lab.collect()
    assert differences(seen, lab.truth()) == []
    return seen


def of(seen: Lists, kind: str, device: str = "") -> dict[str, Row]:
    """The facts of a kind by their subject, of one device or all."""
    rows = seen["facts"].values()
    return {row["subject"]: row for row in rows if row["kind"] == kind and device in ("", row["device"])}


def values(seen: Lists, kind: str, device: str, *fields: str) -> set[tuple[Any, ...]]:
    """Some fields of the facts of one kind of a device."""
    return {tuple(row["value"][name] for name in fields) for row in of(seen, kind, device).values()}


def url(lab: LabPlatform, address: str, path: str) -> str:
    """The address of a page of a device."""
    port = yaml.safe_load(lab.config.read_text())["ports"][443]
    return f"https://{address}:{port}{path}"


def page(lab: LabPlatform, address: str, path: str) -> str:
    """A page of a device as its admin gets it, over TLS that trusts the lab's root only."""
    password = (lab.folder / "secrets" / "admin").read_text().strip()
    token = b64encode(f"admin:{password}".encode()).decode()
    request = urllib.request.Request(url(lab, address, path), headers={"Authorization": f"Basic {token}"})
    context = ssl.create_default_context(cafile=lab.folder / "root.pem")
    with urllib.request.urlopen(request, context=context, timeout=60) as answer:
        told: str = answer.read().decode()
    return told


def configure(lab: LabPlatform, address: str, *lines: str) -> None:
    """Write lines into a device's configuration and put them into force."""
    for line in (*lines, *APPLY):
        assert page(lab, address, "/!" + quote(line, safe="")) == "ok\r\n", line
