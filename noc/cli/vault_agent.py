"""``noc vault agent``: opens the vault once and leaves a process behind that holds it for minutes."""

from __future__ import annotations

import argparse
import os
import signal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from noc.vault.agent import Agent

_MINUTES = 15.0


def register(kinds: Any, command: Any) -> None:
    """Add the command below ``noc vault``."""
    agent = command(kinds, "agent", "hold the opened vault until nobody asks for a while", _agent)
    agent.add_argument("--idle", metavar="MINUTES", type=_minutes, default=_MINUTES, help="(%(default).0f)")
    agent.add_argument("--foreground", action="store_true", help="stay in this terminal")
    agent.add_argument("--stop", action="store_true", help="let the running agent forget the vault")


def _minutes(text: str) -> float:
    minutes = float(text)
    if not 0 < minutes <= 24 * 60:
        raise argparse.ArgumentTypeError(f"{text} is no number of minutes up to a day")
    return minutes


def _agent(args: argparse.Namespace) -> int:
    from noc.cli.vault import opened, place
    from noc.vault import wire
    from noc.vault.agent import Agent
    from noc.vault.client import AgentClient
    from noc.vault.errors import AgentError
    from noc.vault.process import lock_memory

    path = place(args)
    if args.stop:
        AgentClient(path).close()
        return 0
    if AgentClient(path).status():
        raise AgentError("an agent holds this vault already", str(path), "`noc vault agent --stop` ends it")
    vault = opened(args)
    agent = Agent(vault, wire.socket_path(path), idle=args.idle * 60, memory_lock=lock_memory)
    if not args.foreground and _is_parent():
        vault.close()
        print(f"an agent holds the vault; it ends {args.idle:.0f} minutes after the last question")
        return 0
    _end_on_signals(agent)
    agent.serve()
    if not args.foreground:
        os._exit(0)
    return 0


def _is_parent() -> bool:
    """Split in two: the child has no terminal and no open output any more."""
    if os.fork():
        return True
    os.setsid()
    os.chdir("/")
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)
    os.close(null)
    return False


def _end_on_signals(agent: Agent) -> None:
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: agent.stop())
