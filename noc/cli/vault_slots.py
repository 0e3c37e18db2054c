"""``noc vault init|status|trust|passphrase|slot …``: who opens the vault and who may approve."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from noc.cli.prompt import ask_new_secret, confirm
from noc.cli.vault_output import Cell, print_rows
from noc.hosting.errors import UsageError

if TYPE_CHECKING:
    from noc.vault.keys import Cost
    from noc.vault.operators import Request

_MEMORY_HELP = "memory of Argon2 in MiB, 64 at least (default: what this machine does in a second, up to 256)"


def register(kinds: Any, command: Any) -> None:
    """Add the commands below ``noc vault``."""
    init = command(kinds, "init", "make a vault", _init)
    founders = init.add_mutually_exclusive_group(required=True)
    founders.add_argument("--second", metavar="FILE", type=Path, help="the second approver's `slot request`")
    founders.add_argument("--single", action="store_true", help="one operator alone: nobody approves but you")
    init.add_argument("--memory", metavar="MIB", type=int, help=_MEMORY_HELP)
    status = command(kinds, "status", "the vault's operators, and whether an agent holds it", _status)
    status.add_argument("--json", action="store_true", help='one object {"as_of": …, "rows": […]}')
    command(kinds, "trust", "accept the file that lies there, though it is not the one known", _trust)
    other = command(kinds, "passphrase", "another passphrase for your slot", _passphrase)
    other.add_argument("--memory", metavar="MIB", type=int, help=_MEMORY_HELP)
    slot = kinds.add_parser("slot", help="let operators in and out")
    ways = slot.add_subparsers(title="commands", metavar="COMMAND", required=True)
    asked = command(ways, "request", "ask for a slot, in your own account", _request)
    asked.add_argument("file", metavar="FILE", type=Path, help="new file, to be handed to an operator")
    asked.add_argument("--memory", metavar="MIB", type=int, help=_MEMORY_HELP)
    added = command(ways, "add", "let an operator in who asked for it", _slot_add)
    added.add_argument("file", metavar="FILE", type=Path, help="their request")
    added.add_argument("--approver", action="store_true", help="they may approve as well; you must, too")
    removed = command(ways, "remove", "take an operator out and give the vault a new key", _slot_remove)
    removed.add_argument("name", metavar="OPERATOR")


def _init(args: argparse.Namespace) -> int:
    from noc.cli.vault import place
    from noc.vault.slots import create

    file, group = place(args), _group(args)
    second = _read_request(args.second) if args.second else None
    passphrase = ask_new_secret(f"New passphrase of {args.operator}")
    create(file, args.operator, passphrase, _cost(args), second=second, group=group)
    print(f"{file} made; keep copies of it: a lost vault is a lost fleet")
    return 0


def _group(args: argparse.Namespace) -> str | None:
    """The Unix group that shares the log shares the vault beside it."""
    from noc.cli.context import settings_of

    return None if args.vault else settings_of(args).group


def _cost(args: argparse.Namespace) -> Cost:
    from noc.vault.keys import DEFAULT, MIB, Cost, calibrated

    if args.memory is None:
        return calibrated()
    cost = Cost(DEFAULT.t, DEFAULT.p, args.memory * MIB)
    if not cost.allowed():
        raise UsageError(f"{args.memory} MiB are not allowed", "--memory", "64 to 4096")
    return cost


def _status(args: argparse.Namespace) -> int:
    """What may be known without opening it; only signatures are checked, the MAC is not."""
    from noc.cli.vault import place
    from noc.vault.client import AgentClient
    from noc.vault.roster import approvers
    from noc.vault.store import read_file

    path = place(args)
    file, agent = read_file(path), AgentClient(path).status()
    active = approvers(file, str(path))
    rows: list[dict[str, Cell]] = [
        {
            "operator": slot.op,
            "approver": slot.op in active,
            "added": slot.added,
            "memory_mib": slot.cost.m // 1024,
            "settled": slot.epoch == file.epoch,
        }
        for slot in file.slots
    ]
    minutes = agent.left / 60 if agent else 0.0
    told = f"{agent.operator}, {minutes:.0f} min left, memory locked: {agent.memory}" if agent else "none"
    if not args.json:
        print(f"vault {file.id} generation {file.gen} epoch {file.epoch}\nagent {told}\n")
    more: dict[str, Cell] = {"vault": file.id, "generation": file.gen, "epoch": file.epoch, "agent": told}
    print_rows(rows, ("operator", "approver", "added", "memory_mib", "settled"), as_json=args.json, **more)
    return 0


def _trust(args: argparse.Namespace) -> int:
    from noc.cli.vault import place
    from noc.vault.memory import Memory
    from noc.vault.roster import approvers
    from noc.vault.store import read_file

    path, memory = place(args), Memory.of_account()
    file, known = read_file(path), memory.known(path)
    print(
        f"there lies vault {file.id} generation {file.gen}, approvers {', '.join(approvers(file, str(path)))}"
    )
    if known is None:
        print("this account knows of no other")
        return 0
    print(f"known was vault {known.id} generation {known.gen}")
    confirm("What the journal says of later generations is not in it.", f"generation {file.gen}")
    memory.forget(path)
    return 0


def _passphrase(args: argparse.Namespace) -> int:
    from noc.cli.vault import passphrase, place
    from noc.vault.slots import change_passphrase
    from noc.vault.store import Vault

    old = passphrase(args)
    with Vault.open(place(args), args.operator, old) as vault:
        new = ask_new_secret(f"New passphrase of {args.operator}")
        change_passphrase(vault, old, new, _cost(args))
    return 0


def _request(args: argparse.Namespace) -> int:
    import msgspec

    from noc.vault.operators import request, request_fingerprint

    asked, _ = request(args.operator, ask_new_secret(f"New passphrase of {args.operator}"), _cost(args))
    try:
        descriptor = os.open(args.file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o640)
        with os.fdopen(descriptor, "wb") as file:
            file.write(msgspec.json.encode(asked))
    except OSError as error:
        raise UsageError(
            f"it cannot be written: {error.strerror}", str(args.file), "name a new file"
        ) from None
    print(f"fingerprint {request_fingerprint(asked)}: read it to who adds you")
    return 0


def _read_request(path: Path) -> Request:
    """A request, after the operator compared its fingerprint by voice."""
    import msgspec

    from noc.vault.operators import Request, check_request, request_fingerprint

    try:
        asked = msgspec.json.decode(path.read_bytes(), type=Request)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        raise UsageError(
            "this is no request for a slot", str(path), "`noc vault slot request` makes one"
        ) from None
    check_request(asked)
    confirm(f"{asked.slot.op} must read you the fingerprint {request_fingerprint(asked)}.", asked.slot.op)
    return asked


def _slot_add(args: argparse.Namespace) -> int:
    from noc.cli.vault import passphrase, place
    from noc.vault.slots import add_slot
    from noc.vault.store import Vault

    asked = _read_request(args.file)
    vault, signer = Vault.open_signing(place(args), args.operator, passphrase(args))
    with vault:
        add_slot(vault, asked, signer if args.approver else None)
    print(f"{asked.slot.op} opens the vault" + (" and approves" if args.approver else ""))
    return 0


def _slot_remove(args: argparse.Namespace) -> int:
    from noc.cli.vault import passphrase, place
    from noc.vault.slots import remove_slot
    from noc.vault.store import Vault

    vault, signer = Vault.open_signing(place(args), args.operator, passphrase(args))
    with vault:
        confirm(f"{args.name} loses the vault, which gets a new key.", args.name)
        names = remove_slot(vault, args.name, signer if args.name in vault.approvers() else None)
    print(f"{args.name} is out. They could read what follows: change it.")
    print("\n".join(names))
    return 0
