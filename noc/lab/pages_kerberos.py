"""The Kerberos pages of a device: the realm it has joined, and its own server (device-interface, ch. 6)."""

from __future__ import annotations

from noc.lab.exchange import TEXT, Answer, Context, Request
from noc.lab.markup import element
from noc.lab.model import Device

Attributes = dict[str, str | int | None]


def realm(context: Context, device: Device, _request: Request) -> Answer:
    """Which realm it belongs to, and who checks the logins."""
    words = context.words
    attributes: Attributes = {
        words["realm.name"]: device.realm,
        words["realm.joined"]: "true" if device.realm else "false",
        words["realm.server"]: device.realm_server,
        words["realm.time"]: device.time(context.now()),
    }
    return Answer([element(words["answer.root"], attributes)])


def server(context: Context, device: Device, _request: Request) -> Answer:
    """The accounts of a Kerberos server; other devices have no such module."""
    words, kdc = context.words, device.settings.kdc
    if device.kind != "kerberos":
        return Answer([words["answer.unknown-module"]], TEXT)
    attributes: Attributes = {words["kdc.realm"]: kdc.realm, words["kdc.master"]: kdc.master}
    if kdc.master:
        attributes[words["kdc.replicated"]] = "true" if device.replicated else "false"
    name, right = words["kdc.user-name"], words["kdc.user-right"]
    accounts = (
        element(words["kdc.user"], {name: user, right: words[f"kdc.right.{may}"]})
        for user, may in device.accounts
    )
    return Answer([element(words["answer.root"], attributes, "".join(accounts))])
