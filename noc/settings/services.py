"""The `services` of provider.yaml: what there is besides devices, and how each is looked at from outside."""

from __future__ import annotations

import re
from typing import Final

import msgspec

from noc.hosting.inventory import ServiceEntry
from noc.settings import values
from noc.settings.reader import Table, Value
from noc.settings.secrets import Credential, credential_of

SERVICE_ROLES: Final = (
    "application", "dns", "fax", "kerberos", "licence", "mail", "management", "metadir", "ntp", "reporting",
    "rootca", "sip", "syslog",
)  # fmt: skip
_WHAT: Final = ("kind", "roles", "inside")
_HOW: Final = ("base", "login", "names")
_DNS_NAME: Final = re.compile(r"(?=.{1,253}$)[A-Za-z0-9_]([A-Za-z0-9_-]{0,62})(\.[A-Za-z0-9_-]{1,63})*")


class ServiceOptions(msgspec.Struct, frozen=True):
    """How a service is looked at from outside.

    base: where a search of a directory begins ("" = its root); login: for a directory that needs one (None:
    looked at without); names: what a name server is asked besides the names that the design needs; those
    that begin with ``_`` are services (SRV), the others addresses.
    """

    base: str = ""
    login: Credential | None = None
    names: tuple[str, ...] = ()


class Services:
    """Reads the sections `services`, of the clusters and of the platform. options: by the service's name."""

    def __init__(self) -> None:
        self.options: dict[str, ServiceOptions] = {}

    def read(self, table: Table | None, cluster: str) -> tuple[ServiceEntry, ...]:
        """The services of a section (None: there is none)."""
        return (
            tuple(self._service(name, value.table(), cluster) for name, value in table.entries())
            if table
            else ()
        )

    def _service(self, name: str, table: Table, cluster: str) -> ServiceEntry:
        """A service says what it is by ``kind: one`` or ``roles: [several]``."""
        table.only((*_WHAT, *_HOW))
        kind, roles = table.get("kind"), table.get("roles")
        told = [kind] if kind else roles.items() if roles else []
        if not told:
            table.wrong("does not say what it is", "write kind: metadir, or roles: [kerberos, licence]")
        if options := _options(table):
            self.options[name] = options
        return ServiceEntry(
            name=name,
            inside=values.address(table, "inside", needed=True),
            roles=tuple(values.choice(one, SERVICE_ROLES) for one in told),
            cluster=cluster,
        )


def _options(table: Table) -> ServiceOptions | None:
    """What is written of how it is looked at, None if nothing is."""
    base, login, names = (table.get(key) for key in _HOW)
    if base is None and login is None and names is None:
        return None
    return ServiceOptions(
        base=base.text() if base else "",
        login=credential_of(login.table()) if login else None,
        names=tuple(name for one in names.items() if (name := _dns_name(one))) if names else (),
    )


def _dns_name(value: Value) -> str:
    text = value.text()
    if text and not _DNS_NAME.fullmatch(text):
        value.wrong("is no name of the DNS", "write one such as sbc1.hoster.example")
        return ""
    return text.lower()
