"""The versions of secrets and how they move from label to label; pure over the list of them.

pending -> current -> previous -> retired, or pending -> abandoned -> retired. Versions only grow and
no value is ever overwritten; retiring destroys the value and keeps the dates (safe changes, ch. 3.2, 4.2).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from noc.hosting.records import Micros
from noc.hosting.secret import Secret
from noc.vault.errors import DamagedVaultError, NoVersionError, VaultError
from noc.vault.format import RESERVED, Label, Version, check_name
from noc.vault.keys import VaultKeys

Versions = tuple[Version, ...]
JOURNAL: Final = f"{RESERVED}journal"
FINGERPRINT_DIGITS: Final = 8


class VersionInfo(msgspec.Struct, frozen=True, kw_only=True):
    """What may be shown of a version. dates: when it got each of its labels, UTC microseconds."""

    name: str
    version: int
    label: Label
    dates: Mapping[Label, Micros]


def info(version: Version) -> VersionInfo:
    """A version without its ciphertext."""
    return VersionInfo(name=version.name, version=version.ver, label=version.label, dates=version.dates)


def of_name(versions: Sequence[Version], name: str) -> list[Version]:
    """All versions of a secret, the oldest first."""
    return sorted((one for one in versions if one.name == name), key=lambda one: one.ver)


def find(versions: Sequence[Version], name: str, which: Label | int) -> Version:
    """The newest version with a label, or the version of a number. Raises NoVersionError."""
    known = of_name(versions, name)
    if not known:
        raise NoVersionError(f"the vault holds no secret {name!r}", remedy="`noc vault list` shows the names")
    for one in reversed(known):
        if one.ver == which or (isinstance(which, Label) and one.label is which):
            return one
    told = f"version {which}" if isinstance(which, int) else f"{which} version"
    raise NoVersionError(f"{name} has no {told}", remedy="`noc vault list` shows what there is")


def value(version: Version, keys: VaultKeys) -> Secret:
    """Open one version. Raises NoVersionError once destroyed, DamagedVaultError where it was changed."""
    if version.label is Label.RETIRED:
        raise NoVersionError(f"{version.name} version {version.ver} is retired: its value was destroyed")
    plain = keys.open_record(version.n, version.ct, _aad(keys.vault, version.name, version.ver))
    if plain is None:
        raise DamagedVaultError(
            f"{version.name} version {version.ver} is not what was stored", remedy="put a backup back"
        )
    return Secret(plain.decode())


def fingerprint(secret: Secret, keys: VaultKeys) -> str:
    """8 hex digits that tell two secrets apart and say nothing of either without the vault's key."""
    return keys.fingerprint_mac(secret.reveal().encode()).hex()[:FINGERPRINT_DIGITS]


def following(versions: Versions, name: str, secret: Secret, at: Micros) -> Version:
    """The pending version that a new secret becomes, not sealed yet; refused while another one is open."""
    check_name(name)
    if not secret:
        raise VaultError("an empty secret protects nothing", name, "devices take it for 'unchanged'")
    known = of_name(versions, name)
    if any(one.label is Label.PENDING for one in known):
        raise VaultError(f"{name} has a pending version already", remedy="promote or abandon it first")
    number = known[-1].ver + 1 if known else 1
    return Version(name=name, ver=number, label=Label.PENDING, dates={Label.PENDING: at})


def staged(versions: Versions, name: str, secret: Secret, keys: VaultKeys, at: Micros) -> Versions:
    """With a new pending version (safe changes, ch. 2.2: one open action a secret)."""
    return (*versions, _sealed(following(versions, name, secret, at), secret, keys))


def not_current(versions: Versions, name: str) -> None:
    """Refuse to add what is in use already: that would be a change, and a change is staged."""
    if any(one.label is Label.CURRENT for one in of_name(versions, name)):
        raise VaultError(f"{name} is in the vault already", remedy="a guided action changes it")


def promoted(versions: Versions, name: str, at: Micros) -> Versions:
    """pending becomes current, current becomes previous."""
    pending = find(versions, name, Label.PENDING)
    moved = versions
    for one in of_name(versions, name):
        if one.label is Label.CURRENT:
            moved = _replaced(moved, _labelled(one, Label.PREVIOUS, at))
    return _replaced(moved, _labelled(pending, Label.CURRENT, at))


def abandoned(versions: Versions, name: str, at: Micros) -> Versions:
    """pending becomes abandoned; its value is kept, since a device may hold it."""
    return _replaced(versions, _labelled(find(versions, name, Label.PENDING), Label.ABANDONED, at))


def retired(versions: Versions, name: str, number: int, at: Micros) -> Versions:
    """Destroy the value of a previous or abandoned version."""
    one = find(versions, name, number)
    if one.label not in (Label.PREVIOUS, Label.ABANDONED):
        raise VaultError(
            f"{name} version {number} is {one.label}: only previous and abandoned ones are retired"
        )
    return _replaced(versions, msgspec.structs.replace(_labelled(one, Label.RETIRED, at), n=b"", ct=b""))


def kept(versions: Versions, name: str, secret: Secret, keys: VaultKeys, at: Micros) -> Versions:
    """With one more current version of a secret of the vault's own (``noc:…``)."""
    known = of_name(versions, name)
    new = Version(name=name, ver=len(known) + 1, label=Label.CURRENT, dates={Label.CURRENT: at})
    return (*versions, _sealed(new, secret, keys))


def rekeyed(versions: Versions, old: VaultKeys, new: VaultKeys) -> Versions:
    """Every value sealed again under the keys of the next epoch."""
    return tuple(
        one if one.label is Label.RETIRED else _sealed(one, value(one, old), new) for one in versions
    )


def _sealed(version: Version, secret: Secret, keys: VaultKeys) -> Version:
    aad = _aad(keys.vault, version.name, version.ver)
    nonce, ciphertext = keys.seal_record(secret.reveal().encode(), aad)
    return msgspec.structs.replace(version, n=nonce, ct=ciphertext)


def _labelled(version: Version, label: Label, at: Micros) -> Version:
    return msgspec.structs.replace(version, label=label, dates={**version.dates, label: at})


def _replaced(versions: Versions, new: Version) -> Versions:
    return tuple(new if (one.name, one.ver) == (new.name, new.ver) else one for one in versions)


def _aad(vault: str, name: str, ver: int) -> bytes:
    return f"{vault}|{name}|{ver}".encode()
