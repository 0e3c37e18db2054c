"""The section `snmp` of provider.yaml: the one login by which devices are read by SNMP."""

from __future__ import annotations

from typing import Final

import msgspec

from noc.settings import values
from noc.settings.reader import Table
from noc.settings.secrets import SecretRef, secret_ref

VERSIONS: Final = ("1", "2c", "3")
_OF_COMMUNITY: Final = ("version", "community")
_OF_USER: Final = ("version", "user", "authentication", "privacy")
_COMMUNITY: Final = "write community: {file: secrets/snmp}"
_USER: Final = "write version: 3, user: noc, authentication: {file: …}, privacy: {file: …}"


class SnmpLogin(msgspec.Struct, frozen=True, kw_only=True):
    """How devices are read by SNMP. version: ``1`` or ``2c`` with a community, ``3`` with a user.

    authentication, privacy: the user's two passwords, for SHA-1 and AES-128.
    """

    version: str
    community: SecretRef | None = None
    user: str = ""
    authentication: SecretRef | None = None
    privacy: SecretRef | None = None


def snmp_login(table: Table) -> SnmpLogin:
    """The login that the section holds; what is missing or does not fit its version is a problem."""
    told = table.get("version")
    version = (values.choice(told, VERSIONS) if told else "") or VERSIONS[0]
    if version != "3":
        table.only(_OF_COMMUNITY)
        return SnmpLogin(version=version, community=_secret(table, "community", _COMMUNITY))
    table.only(_OF_USER)
    return SnmpLogin(
        version=version,
        user=table.needed_word("user", _USER),
        authentication=_secret(table, "authentication", _USER),
        privacy=_secret(table, "privacy", _USER),
    )


def _secret(table: Table, key: str, remedy: str) -> SecretRef | None:
    value = table.need(key, remedy)
    return secret_ref(value) if value else None
