"""What a device's configuration lets others do and where it finds them: public paths, logins, static DNS.

One look at ``cfg.txt``; lines of other modules are dropped unread, and a password never leaves this room.
Reference: device-interface, ch. 6 and 7; reference design, ch. Kerberos and Update Server.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

from noc.devices.codec.cfgtext import Arg, KeptLine, groups
from noc.devices.dialect import Dialect
from noc.devices.http import AdminClient
from noc.devices.reading import config_lines, number

_MODES: Final = {"read": "r", "write": "w", "both": "rw"}
_MOST_WORD: Final = 65535


class PublicPath(msgspec.Struct, frozen=True):
    """A path that needs no login. mode: r | w | rw, else as the device says it."""

    path: str
    mode: str


class HttpLogin(msgspec.Struct, frozen=True):
    """A URL for which the device has a login; a login that stands in the URL itself is cut out."""

    url: str
    user: str


class HostName(msgspec.Struct, frozen=True):
    """A static address record."""

    name: str
    address: str


class Service(msgspec.Struct, frozen=True):
    """A static service record (RFC 2782). port: 0 where the configuration names none that is one."""

    name: str
    target: str
    port: int
    priority: int = 0
    weight: int = 0


class Setup(msgspec.Struct, frozen=True):
    """All of them, each list in the order of the configuration."""

    public: tuple[PublicPath, ...] = ()
    logins: tuple[HttpLogin, ...] = ()
    names: tuple[HostName, ...] = ()
    services: tuple[Service, ...] = ()


async def setup(client: AdminClient, dialect: Dialect) -> Setup:
    """Read the configuration. Raises DeviceError."""
    modules = tuple(dialect[key] for key in ("http.config-module", "http-client.module", "dns.config-module"))
    return parse([line async for line in config_lines(client, dialect, modules)], dialect)


def parse(lines: Iterable[KeptLine], dialect: Dialect) -> Setup:
    """The setup from the kept lines."""
    args: dict[str, list[Arg]] = {}
    for kept in lines:
        if not kept.line.sub:
            args.setdefault(kept.line.module, []).extend(kept.line.args)

    def records(module: str, *keys: str) -> list[tuple[str, ...]]:
        names = tuple(dialect[key] for key in keys)
        found = groups(args.get(dialect[module], ()), names)
        return [tuple(one.get(name, "") for name in names) for one in found if names[0] in one]

    modes = {word: _MODES[key] for word, key in dialect.tokens("http.public.").items()}
    return Setup(
        public=tuple(
            PublicPath(path, modes.get(mode, mode))
            for path, mode in records("http.config-module", "http.public", "http.public-mode")
        ),
        logins=tuple(
            HttpLogin(_without_login(url), user)
            for url, user in records("http-client.module", "http-client.url", "http-client.user")
        ),
        names=tuple(HostName(*one) for one in records("dns.config-module", "dns.name", "dns.address")),
        services=tuple(_service(one) for one in records("dns.config-module", *_SERVICE)),
    )


_SERVICE: Final = ("dns.service", "dns.target", "dns.port", "dns.priority", "dns.weight")


def _service(told: tuple[str, ...]) -> Service:
    name, target, port, priority, weight = told
    return Service(name, target, *(_word(text) for text in (port, priority, weight)))


def _word(text: str) -> int:
    """A number of 16 bits, 0 for what is none."""
    told = number(text)
    return told if 0 <= told <= _MOST_WORD else 0


def _without_login(url: str) -> str:
    """A URL without user and password, which may hold anything but an ``@``."""
    head, mark, query = url.partition("?")
    scheme, slashes, rest = head.rpartition("://")
    return scheme + slashes + rest.rpartition("@")[2] + mark + query
