"""Who may approve: a signed, append-only chain of enrolments and removals.

The first link is the founder's, signed by itself when the vault is made; every later one is signed by
somebody who is enrolled at that moment and is not the one it is about. Knowing the vault key does not
help in forging it, and a chain that lost or changed a link is refused (safe changes, ch. 4.2).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from noc.hosting.records import Micros
from noc.vault.errors import DamagedVaultError, VaultError
from noc.vault.format import Enrolment, VaultFile
from noc.vault.signing import ROSTER, Signer, signature_holds

ENROL: Final = "enrol"
REMOVE: Final = "remove"


def head(roster: Sequence[Enrolment]) -> bytes:
    """The hash of the last link: 32 bytes, b"" for an empty roster."""
    return hashlib.sha256(msgspec.json.encode(roster[-1])).digest() if roster else b""


def founded(vault: str, founder: Signer, at: Micros) -> tuple[Enrolment, ...]:
    """The roster of a new vault."""
    first = Enrolment(what=ENROL, op=founder.op, pub=founder.pub, by=founder.op, at=at, prev=b"")
    return (_signed(first, vault, founder),)


def enrolled(file: VaultFile, op: str, pub: bytes, by: Signer, at: Micros) -> tuple[Enrolment, ...]:
    """The roster with one approver more. Raises VaultError where `by` may not enrol them."""
    active = approvers(file, "")
    if op in active:
        raise VaultError(f"{op} is an approver already")
    _may_sign(active, op, by)
    link = Enrolment(what=ENROL, op=op, pub=pub, by=by.op, at=at, prev=head(file.roster))
    return (*file.roster, _signed(link, file.id, by))


def removed(file: VaultFile, op: str, by: Signer, at: Micros) -> tuple[Enrolment, ...]:
    """The roster with one approver less. Raises VaultError where `by` may not remove them."""
    active = approvers(file, "")
    _may_sign(active, op, by)
    link = Enrolment(what=REMOVE, op=op, pub=active[op], by=by.op, at=at, prev=head(file.roster))
    return (*file.roster, _signed(link, file.id, by))


def approvers(file: VaultFile, where: str) -> Mapping[str, bytes]:
    """Who may approve now, with their public keys. Raises DamagedVaultError where the chain is broken."""
    active: dict[str, bytes] = {}
    for place, link in enumerate(file.roster):
        if link.prev != head(file.roster[:place]) or not _stands(file.id, link, active, place == 0):
            raise DamagedVaultError(
                f"link {place + 1} of the approvers' roster is not what was signed",
                where,
                "trust no approval; compare with a backup",
            )
        if link.what == ENROL:
            active[link.op] = link.pub
        else:
            del active[link.op]
    for op, pub in active.items():
        slot = file.slot(op)
        if slot is None or slot.sign != pub:
            raise DamagedVaultError(
                f"the slot of approver {op} holds another key", where, "trust no approval"
            )
    return active


def _stands(vault: str, link: Enrolment, active: Mapping[str, bytes], first: bool) -> bool:
    """Whether a link follows the rules, given who was active before it."""
    if first:
        allowed, pub = link.what == ENROL and link.by == link.op, link.pub
    else:
        known = (link.op in active) == (link.what == REMOVE) and link.what in (ENROL, REMOVE)
        allowed, pub = known and link.by in active and link.by != link.op, active.get(link.by, b"")
        if link.what == REMOVE:
            allowed = allowed and active[link.op] == link.pub
    return allowed and signature_holds(pub, ROSTER, vault, _covered(link), link.sig)


def _may_sign(active: Mapping[str, bytes], op: str, by: Signer) -> None:
    if active.get(by.op) != by.pub:
        raise VaultError(f"{by.op} is no approver", remedy="let an approver do it")
    if by.op == op:
        raise VaultError("nobody enrols or removes themselves", remedy="let another approver do it")


def _signed(link: Enrolment, vault: str, by: Signer) -> Enrolment:
    return msgspec.structs.replace(link, sig=by.sign(ROSTER, vault, _covered(link)))


def _covered(link: Enrolment) -> bytes:
    return msgspec.json.encode(msgspec.structs.replace(link, sig=b""))
