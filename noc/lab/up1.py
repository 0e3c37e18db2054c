"""UP1 and UP0, the update client in a phone: reads a script line by line and does what it says.

Sources: reference/device-interface.md, ch. 7 (commands, place-holders, variables) and ch. 12
("php-update-server"). What the words are is the dialect's business; where an address leads is the world's.
"""

from __future__ import annotations

import functools
import re
import time
from collections.abc import Callable
from itertools import pairwise
from typing import Final, Protocol
from urllib.parse import quote, unquote

from noc.devices.codec.cfgtext import ConfigTextError, parse
from noc.devices.dialect import Dialect
from noc.lab.markup import element
from noc.lab.pieces import Phone
from noc.lab.up1_phone import PhoneConfig, UpdateState

_MOST_NESTED: Final = 4
_MINUTE: Final = 60


class Network(Protocol):
    """What a phone reaches from its site."""

    def fetch(self, phone: Phone, url: str, moment: int) -> bytes | None:
        """What stands at an address at that moment (unix seconds), None if nothing can be had."""

    def store(self, phone: Phone, url: str, make: Callable[[], bytes], moment: int) -> None:
        """PUT a file; a server that refuses it costs the phone nothing."""


class UpdateClient:
    """The update client of all phones; each has its own `UpdateState`."""

    def __init__(self, words: Dialect, config: PhoneConfig, network: Network) -> None:
        self.words = words
        self.config = config
        self.network = network
        self.place = (words["update.config-module"], "")
        self.command = words["console.command"].split()
        self.write, self.activate = words["console.write"], words["console.activate"]
        self.restarts = frozenset(words.tokens("console.restart."))
        head, tail = words["update.variable"].split("{name}")
        self.variable = re.compile(f"{re.escape(head)}(.*?){re.escape(tail)}")
        self.commands: dict[tuple[str, str], Callable[[_Run, list[str]], bool]] = {
            (words[f"update.{module}"], words[f"update.{name}"]): command
            for module, name, command in _COMMANDS
        }
        self.fill_ins: tuple[tuple[str, Callable[[Phone], str]], ...] = (
            (words["update.place.mac"], lambda phone: phone.serial),
            (words["update.place.type"], lambda phone: phone.product),
            (words["update.place.hardware-id"], lambda phone: phone.hardware_id),
            (words["update.place.address"], _address),
        )

    def poll(self, phone: Phone, state: UpdateState, moment: int, url: str = "") -> None:
        """One poll: fetch the script (url "": the configured one), run it, remember what came of it."""
        state.polled = moment
        run = _Run(self, phone, state, moment)
        url = url or self.config.value(state.changed, self.place, self.words["update.url"])
        run.script(run.with_arguments(run.filled(url)))
        self._settle(state)

    def told(self, phone: Phone, line: str) -> str:
        """What a phone answers to a console line: its name and its certificates, of which it has none."""
        words = self.words
        path, _, query = words["x509.url"].partition("?")
        ask = query.partition("=")[2]
        if line == f"{words['console.command']} {words['command.module']} {ask}":
            return element(words["answer.root"], {words["command.name"]: phone.hardware_id})
        if line == f"{words['console.command']} {path.split('/')[1]} {ask}":
            return element(words["answer.root"], {})
        return words["answer.unknown-module"]

    def _settle(self, state: UpdateState) -> None:
        """How often it polls from now on."""
        minutes = self.config.value(state.changed, self.place, self.words["update.poll"])
        configured = int(minutes) * _MINUTE if minutes.isascii() and minutes.isdecimal() else 0
        state.period = state.fast or configured or state.period


class _Run:
    """One poll of one phone."""

    def __init__(self, client: UpdateClient, phone: Phone, state: UpdateState, moment: int) -> None:
        self._client = client
        self._words = client.words
        self._phone = phone
        self._state = state
        self._moment = moment
        self._nested = 0
        self._check: tuple[str, str] | None = None

    def script(self, url: str) -> None:
        """Fetch a script and run it to its end, or to the line that stops it."""
        if self._included(url) and self._check is not None:
            final, serial = self._check
            self._remember(self._words["update.variable.check"], serial)
            self._finally(final)

    def with_arguments(self, url: str) -> str:
        """An address that has arguments, with what the phone adds of itself: builds, the last serial."""
        if "?" not in url:
            return url
        names = [self._words[f"update.variable.{name}"] for name in ("prot", "boot", "check")]
        known = {names[0]: self._state.build, **dict(self._state.variables)}
        return url + "".join(f"&{name}={quote(known[name], safe='')}" for name in names if name in known)

    def filled(self, text: str) -> str:
        """A text with its variables and place-holders filled in; unknown variables are empty."""
        if "#" not in text:
            return text
        known = dict(self._state.variables)
        text = self._client.variable.sub(lambda match: known.get(match[1], ""), text)
        for mark, value in self._client.fill_ins:
            text = text.replace(mark, value(self._phone))
        return text

    def _included(self, url: str) -> bool:
        """Run the text at an address; False if a line of it stopped everything."""
        text = self._client.network.fetch(self._phone, url, self._moment)
        return text is None or all(self._line(self.filled(line)) for line in _lines(text))

    def _line(self, line: str) -> bool:
        """Do one line; False if nothing after it may be done. What the phone does not know it skips."""
        words = line.split()
        if line == self._client.write:
            self._state.saved = self._state.changed
        elif line.startswith("config "):
            if line != self._client.activate:
                self._configure(line)
        elif line in self._client.restarts:
            self._finally(line)
        elif words[:2] == self._client.command and len(words) > 3:
            command = self._client.commands.get((words[2], words[3]))
            return command(self, words[4:]) if command else True
        else:
            self._variable(line)
        return True

    def _configure(self, line: str) -> None:
        try:
            parsed = parse(line)
        except ConfigTextError:  # a line that the phone does not understand changes nothing
            return
        self._state.changed = self._client.config.edited(self._phone, self._state.changed, parsed)

    def _variable(self, line: str) -> None:
        prefix = self._words["update.variables"]
        for key in ("vars.create", "vars.delete"):
            head = f"{self._words[key]} {prefix}"
            name, *value = line.removeprefix(head).split() if line.startswith(head) else [""]
            if name and (key == "vars.delete" or value):
                self._remember(name, value[-1] if value else None)

    def _remember(self, name: str, value: str | None) -> None:
        known = {**dict(self._state.variables), name: value}
        self._state.variables = tuple((key, text) for key, text in known.items() if text is not None)

    def check_serial(self, words: list[str]) -> bool:
        """``check <final> <serial>``: what follows is done once a serial."""
        if len(words) != 2:
            return True
        known = dict(self._state.variables).get(self._words["update.variable.check"])
        self._check = (words[0], words[1])
        return known != words[1]

    def times(self, words: list[str]) -> bool:
        """``times /allow H,H /initial M``: only at these hours (UTC), and not right after a restart."""
        given = dict(pairwise(words))
        hours = given.get(f"/{self._words['update.times-allow']}", "")
        minutes = given.get(f"/{self._words['update.times-initial']}", "0")
        fresh = dict(self._state.variables).get(self._words["update.variable.check"]) is None
        if not fresh and minutes.isdecimal() and self._moment < self._state.started + int(minutes) * _MINUTE:
            return False
        allowed = {int(hour) for hour in hours.split(",") if hour.isdecimal()}
        return not allowed or time.gmtime(self._moment).tm_hour in allowed

    def provision(self, words: list[str]) -> bool:
        """``provision <n>``: poll fast, 0 as configured."""
        if words and words[0].isdecimal():
            self._state.fast = int(words[0]) * self._words.integer("update.provision-unit")
        return True

    def save_config(self, words: list[str]) -> bool:
        """``scfg <url>``: PUT the configuration; ``/always <command>``: the output of that command."""
        changed, phone, config = self._state.changed, self._phone, self._client.config
        if words and f"/{self._words['update.scfg-always']}" not in words:
            self._client.network.store(phone, words[0], lambda: config.render(phone, changed), self._moment)
        elif words:
            answer = self._client.told(phone, unquote(words[-1])).encode()
            self._client.network.store(phone, words[0], lambda: answer, self._moment)
        return True

    def load_config(self, words: list[str]) -> bool:
        """``cfg <url> [<final>]``: the lines of another file stand here."""
        if not words or self._nested >= _MOST_NESTED:
            return True
        self._nested += 1
        go_on = self._included(words[0])
        self._nested -= 1
        if len(words) > 1:
            self._finally(words[1])
        return go_on

    def firmware(self, kind: str, words: list[str]) -> bool:
        """``prot|boot <url> <final> <build>``: load it unless it is there; then start again as told."""
        if len(words) != 3:
            return True
        url, final, build = words
        name = self._words[f"update.variable.{kind}"]
        running = self._state.build if kind == "prot" else None
        if dict(self._state.variables).get(name, running) == build:
            return True
        if self._client.network.fetch(self._phone, url, self._moment) is None:
            return True
        self._remember(name, build)
        if kind == "prot":
            self._state.build = build
        self._finally(final)
        return True

    def _finally(self, final: str) -> None:
        """Start again, if the word says so: what was not written is lost."""
        if final in self._client.restarts:
            self._state.changed = self._state.saved
            self._state.started = self._moment


_COMMANDS: Final[tuple[tuple[str, str, Callable[[_Run, list[str]], bool]], ...]] = (
    ("config-module", "check", _Run.check_serial),
    ("config-module", "times", _Run.times),
    ("config-module", "provision", _Run.provision),
    ("transfer-module", "scfg", _Run.save_config),
    ("transfer-module", "cfg", _Run.load_config),
    ("transfer-module", "prot", lambda run, words: run.firmware("prot", words)),
    ("transfer-module", "boot", lambda run, words: run.firmware("boot", words)),
)


@functools.lru_cache(maxsize=1024)
def _lines(text: bytes) -> tuple[str, ...]:
    """The lines of a script without comments and empty ones."""
    lines = (line.strip() for line in text.decode("utf-8", "replace").splitlines())
    return tuple(line for line in lines if line and not line.startswith("#"))


def _address(phone: Phone) -> str:
    """The phone's own address behind its router: it follows from the last byte of its MAC."""
    return f"192.168.0.{max(1, int(phone.serial[-2:], 16) % 255)}"
