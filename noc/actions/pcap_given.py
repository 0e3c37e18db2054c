"""What an operator gives beside a capture: LAN addresses and registration passwords, as YAML by alias.

A password is read as it is written (``0815`` stays four characters), becomes a key at once and is
repeated in no error; neither is what YAML says of a line it could not read, for it quotes the line.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from pathlib import Path

import yaml

from noc.hosting.errors import UsageError
from noc.hosting.h323.evidence import ByAlias, Network
from noc.hosting.h323.proof import RegistrationKey

_WIDEST = 8  # bits of the largest network that can be searched, a minute's work
_PASSWORDS_REMEDY = "write one `alias: password` a line, quotes around special characters"
_LANS_REMEDY = "write `alias: [address, address]` or `alias: 10.0.0.0/24`"


class GivenError(UsageError):
    """A password or LAN file is wrong. where: file and line. Exit code 2."""


def load_passwords(path: Path) -> ByAlias[RegistrationKey]:
    """Registration keys by alias from a YAML file of `alias: password`. Raises GivenError."""
    keys: dict[str, RegistrationKey] = {}
    for alias, node, where in _entries(path, _PASSWORDS_REMEDY):
        if not isinstance(node, yaml.ScalarNode) or not node.value or node.tag.endswith(":null"):
            raise GivenError("a password is missing or is no text", where, _PASSWORDS_REMEDY)
        try:
            keys[alias] = RegistrationKey(node.value)
        except UnicodeEncodeError:
            raise GivenError("a password holds what is no character", where, _PASSWORDS_REMEDY) from None
    return ByAlias(keys)


def load_lans(path: Path) -> ByAlias[tuple[Network, ...]]:
    """LAN networks by alias from a YAML file; one address is a network of one. IPv6 addresses are
    accepted and passed over: only IPv4 is rewritten. Raises GivenError."""
    lans: dict[str, tuple[Network, ...]] = {}
    for alias, node, where in _entries(path, _LANS_REMEDY):
        if isinstance(node, yaml.SequenceNode):
            items = [(item, f"{path}:{item.start_mark.line + 1}") for item in node.value]
        else:
            items = [(node, where)]
        networks = [_network(item, place) for item, place in items]
        lans[alias] = tuple(network for network in networks if network is not None)
    return ByAlias(lans)


def _entries(path: Path, remedy: str) -> Iterator[tuple[str, yaml.Node, str]]:
    """Alias, value and `file:line` of each entry of a YAML mapping; an empty file has none."""
    root = _parse(path, remedy)
    if root is None:
        return
    if not isinstance(root, yaml.MappingNode):
        raise GivenError("this is no list of `alias: value`", f"{path}:1", remedy)
    seen: set[str] = set()
    for key, value in root.value:
        where = f"{path}:{key.start_mark.line + 1}"
        if not isinstance(key, yaml.ScalarNode) or not key.value:
            raise GivenError("an alias is no text", where, remedy)
        if key.value in seen:
            raise GivenError(f"alias {key.value} stands twice", where, "keep one of the two lines")
        seen.add(key.value)
        yield key.value, value, where


def _parse(path: Path, remedy: str) -> yaml.Node | None:
    try:
        text = path.read_text(encoding="utf-8")
        return yaml.compose(text, Loader=yaml.SafeLoader)
    except OSError as error:
        what = f"the file cannot be read: {error.strerror or type(error).__name__}"
        raise GivenError(what, str(path), "check the path and its permissions") from None
    except UnicodeDecodeError:
        raise GivenError("the file is no UTF-8 text", str(path), "save it as UTF-8") from None
    except yaml.MarkedYAMLError as error:
        line = f":{error.problem_mark.line + 1}" if error.problem_mark else ""
        raise GivenError("this line is no YAML", f"{path}{line}", remedy) from None
    except yaml.YAMLError:
        raise GivenError("the file holds characters that YAML does not know", str(path), remedy) from None


def _network(node: yaml.Node, where: str) -> Network | None:
    if not isinstance(node, yaml.ScalarNode):
        raise GivenError("a LAN is neither an address nor a network", where, _LANS_REMEDY)
    try:
        network = ipaddress.ip_network(node.value.strip(), strict=False)
    except ValueError:
        raise GivenError(f"{node.value} is no address and no network", where, _LANS_REMEDY) from None
    if isinstance(network, ipaddress.IPv6Network):
        return None
    if network.prefixlen < _WIDEST:
        raise GivenError(
            f"{network} is too large to be searched", where, f"narrow it to a /{_WIDEST} or less"
        )
    return network
