"""The gate for operators: whatever a person does or asks for passes here and becomes a record.

The screens' own check is courtesy; this one decides. Who acted stands in the record as the account
and its SSH connection *claim* it. Approvals are signed besides, where plans are approved.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from noc.hosting import records
from noc.hosting.errors import NocError
from noc.hosting.operations import Need, may
from noc.hosting.records import Body, Cls, Origin
from noc.log.store import LogStore

NEEDS: Final[dict[str, Need]] = {
    "ask": Need.OPERATE,
    "tick": Need.OPERATE,
    "ack": Need.OPERATE,
    "assign": Need.OPERATE,
    "silence": Need.OPERATE,
    "maintenance": Need.OPERATE,
    "note": Need.OPERATE,
    "card": Need.OPERATE,
}
"""What each kind of journal record asks of the role; a kind that is not here cannot be acted."""


class NotAllowedError(NocError):
    """The role does not cover what was asked, or nobody can do it this way. Exit code 1."""

    exit_code = 1


def allowed(kind: str, role: Need) -> bool:
    """Whether a role covers appending this kind of record."""
    return kind in NEEDS and may(NEEDS[kind], role)


def act(
    log: LogStore,
    subject: str,
    body: Body,
    *,
    author: str,
    role: Need,
    cause: int | None = None,
) -> int:
    """Append what an operator did or asks for; its seq.

    author: account and origin as claimed; role: of the account, read unless writing was unlocked.
    Raises NotAllowedError saying what is needed, and LogError.
    """
    return act_all(log, [(subject, body)], author=author, role=role, cause=cause)[0]


def act_all(
    log: LogStore,
    acts: Sequence[tuple[str, Body]],
    *,
    author: str,
    role: Need,
    cause: int | None = None,
) -> list[int]:
    """As `act`, for several (subject, body) at once: all of them or none."""
    drafts = []
    for subject, body in acts:
        kind = records.KIND_OF[type(body)]
        _admit(kind, subject, author, role)
        drafts.append(
            records.Draft(kind=kind, subject=subject, body=body, origin=Origin.OPERATOR, cause=cause)
        )
    return log.append(drafts, author)


def _admit(kind: str, subject: str, author: str, role: Need) -> None:
    need = NEEDS.get(kind)
    if need is None or records.KINDS[kind].cls is not Cls.JOURNAL:
        raise NotAllowedError(f"{kind} of {subject} is not for operators to write", "log")
    if not author:
        raise NotAllowedError(f"{kind} of {subject} names nobody who did it", "log", "name the account")
    if not may(need, role):
        raise NotAllowedError(
            f"{kind} of {subject} needs the role {need.value}, {author} has {role.value}",
            "log",
            "start with --write, or have your account's role raised in provider.yaml",
        )
