"""Kerberos: the realm that a device has joined, and the server that a device may be.

Reference: device-interface, ch. 6; reference design, ch. Kerberos.
"""

from __future__ import annotations

import msgspec

from noc.devices.dialect import Dialect
from noc.devices.http import AdminClient
from noc.devices.reading import page_or_none, ticked


class RealmPage(msgspec.Struct, frozen=True):
    """Where a device asks for logins. server: address of the authentication server."""

    realm: str
    joined: bool
    server: str = ""


class KdcAccount(msgspec.Struct, frozen=True):
    """An account of the server. right: admin | viewer | join, else as the device says it."""

    name: str
    right: str


class KdcPage(msgspec.Struct, frozen=True):
    """A Kerberos server. realm "": it is off; master: address of its master, "" = it is the master itself."""

    realm: str
    master: str = ""
    replicated: bool = False
    accounts: tuple[KdcAccount, ...] = ()


async def realm_page(client: AdminClient, dialect: Dialect) -> RealmPage | None:
    """The realm of a device, None where it cannot join any. Raises DeviceError."""
    page = await page_or_none(client, dialect, dialect["realm.url"])
    if page is None:
        return None
    root, _ = page
    return RealmPage(
        realm=root.get(dialect["realm.name"], ""),
        joined=ticked(root.get(dialect["realm.joined"], "")),
        server=root.get(dialect["realm.server"], ""),
    )


async def kdc_page(client: AdminClient, dialect: Dialect) -> KdcPage | None:
    """The Kerberos server of a device, None where it cannot be one. Raises DeviceError."""
    page = await page_or_none(client, dialect, dialect["kdc.url"])
    if page is None:
        return None
    root, rows = page
    name, right, rights = dialect["kdc.user-name"], dialect["kdc.user-right"], dialect.tokens("kdc.right.")
    found = [row for row in rows if row.element == dialect["kdc.user"]]
    return KdcPage(
        realm=root.get(dialect["kdc.realm"], ""),
        master=root.get(dialect["kdc.master"], ""),
        replicated=ticked(root.get(dialect["kdc.replicated"], "")),
        accounts=tuple(
            KdcAccount(row.get(name), rights.get(row.get(right), row.get(right))) for row in found
        ),
    )
