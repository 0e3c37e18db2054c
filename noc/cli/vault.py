"""``noc vault``: secrets at rest, who opens them, and the agent that holds them for minutes.

Passphrases and secrets are asked at the terminal, never taken from arguments or the environment; only
``show`` prints a secret. Exit codes: 0 done, 1 the vault refuses, 2 usage or configuration.
"""

from __future__ import annotations

import argparse
import getpass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from noc.cli import vault_agent, vault_slots
from noc.cli.context import settings_of
from noc.cli.prompt import ask_new_secret, ask_secret, show_secret
from noc.cli.vault_output import print_rows, told_versions
from noc.hosting.errors import UsageError

if TYPE_CHECKING:
    from noc.hosting.secret import Secret
    from noc.settings import Settings
    from noc.vault.provider import SecretProvider
    from noc.vault.store import Vault

FILE = "vault"


def register(commands: Any) -> None:
    """Add ``noc vault``."""
    vault = commands.add_parser("vault", help="secrets at rest, their operators, the agent")
    kinds = vault.add_subparsers(title="commands", metavar="COMMAND", required=True)
    listed = _command(kinds, "list", "the secrets with their versions and fingerprints", _list)
    listed.add_argument("--json", action="store_true", help='one object {"as_of": …, "rows": […]}')
    added = _command(kinds, "add", "store a secret that is in use already, or a new one", _add)
    added.add_argument("name", metavar="NAME")
    added.add_argument(
        "--generate", metavar="LENGTH", type=int, help="make one of that length instead of asking for it"
    )
    shown = _command(kinds, "show", "show one secret on the alternate screen", _show)
    shown.add_argument("name", metavar="NAME")
    shown.add_argument("--version", metavar="N", type=int, help="this version instead of the current one")
    imported = _command(kinds, "import", "store the logins that provider.yaml points at", _import)
    imported.add_argument("devices", metavar="DEVICE", nargs="*", help="default: all but the collector's")
    _command(kinds, "rotate-key", "give the vault a new key", _rotate)
    vault_slots.register(kinds, _command)
    vault_agent.register(kinds, _command)


def _command(kinds: Any, name: str, words: str, run: Any) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = kinds.add_parser(
        name, help=words, description=f"{words.capitalize()}."
    )
    command.add_argument("--vault", metavar="FILE", type=Path, help="default: `vault` beside the log")
    command.add_argument("--operator", metavar="NAME", help="whose slot (default: this account's)")
    command.set_defaults(run=lambda args: run(_prepared(args)))
    return command


def _prepared(args: argparse.Namespace) -> argparse.Namespace:
    """The process protected, and the account's name where no operator was named. Raises UsageError."""
    from noc.vault.process import harden

    harden()
    if args.operator is None:
        try:
            args.operator = getpass.getuser()
        except (KeyError, OSError):
            raise UsageError("this account has no name", remedy="name the operator: --operator") from None
    return args


def place(args: argparse.Namespace) -> Path:
    """The vault's file: --vault, else `vault` in the directory of the log. Raises SettingsError."""
    return args.vault or settings_of(args).log_path / FILE


def opened(args: argparse.Namespace) -> Vault:
    """The vault, opened with the operator's passphrase."""
    from noc.vault.store import Vault

    return Vault.open(place(args), args.operator, passphrase(args))


def passphrase(args: argparse.Namespace) -> Secret:
    """The operator's passphrase."""
    return ask_secret(f"Passphrase of {args.operator}")


def _held(args: argparse.Namespace) -> SecretProvider:
    """The agent's vault where one runs, else the vault opened here."""
    from noc.vault.client import AgentClient

    client = AgentClient(place(args))
    return client if client.status() else opened(args)


def _list(args: argparse.Namespace) -> int:
    provider = _held(args)
    rows = [row for name in provider.names() for row in told_versions(provider, name)]
    print_rows(rows, ("name", "version", "label", "since", "fingerprint"), as_json=args.json)
    return 0


def _add(args: argparse.Namespace) -> int:
    from noc.vault.generate import password

    provider = _held(args)
    asked = args.generate is None
    secret = ask_new_secret(f"Secret {args.name}") if asked else password(args.generate)
    version = provider.add(args.name, secret)
    print(f"{args.name} version {version}, fingerprint {provider.fingerprint(args.name, version)}")
    return 0


def _show(args: argparse.Namespace) -> int:
    """Always with the passphrase: an agent that runs does not let a passer-by look."""
    from noc.vault.format import Label

    which = args.version or Label.CURRENT
    with opened(args) as vault:
        show_secret(f"{args.name}, {which}", vault.reveal(args.name, which))
    return 0


def _import(args: argparse.Namespace) -> int:
    from noc.settings.secrets import resolve_secret

    settings = settings_of(args)
    wanted = _logins(settings, args.devices)
    provider = _held(args)
    known = provider.names()
    for device, name in wanted.items():
        if name in known:
            print(f"{name} is in the vault already")
            continue
        provider.add(name, resolve_secret(settings.credentials[device].password))
        print(f"{name} imported; in provider.yaml, credentials, {device}: password: {{vault: {name}}}")
    return 0


def _logins(settings: Settings, devices: list[str]) -> dict[str, str]:
    """Device -> name in the vault, of the logins that are elsewhere yet."""
    from noc.settings.model import COLLECTOR

    for device in devices:
        if device not in settings.credentials:
            raise UsageError(
                f"{device} has no login of its own", str(settings.path), "see `credentials:` there"
            )
    chosen = devices or [device for device in settings.credentials if device != COLLECTOR]
    return {
        device: f"login/{device}/{settings.credentials[device].user}"
        for device in chosen
        if settings.credentials[device].password.kind != "vault"
    }


def _rotate(args: argparse.Namespace) -> int:
    from noc.vault.slots import rotate_key

    with opened(args) as vault:
        rotate_key(vault)
        print(f"the vault has a new key (epoch {vault.epoch}); agents must be started anew")
    return 0
