"""What a correct observer knows of a device's configuration: public paths, logins, static DNS.

The configuration that others see holds what was edited and is not yet in force (device-interface, ch. 1).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from noc.devices.dialect import Dialect
from noc.hosting import records
from noc.lab.cf_access import public_entries
from noc.lab.config import Pairs
from noc.lab.memory import CONFIG, as_read
from noc.lab.model import Device, World
from noc.lab.observed import cluster_name
from noc.lab.pieces import Settings

_MODES = {"read": "r", "write": "w", "both": "rw"}
_LOGIN = re.compile(r"^((?:[^?]*://)?)[^?]*@")
"""A login within a URL, which nobody keeps."""
Named = tuple[str, records.Fact]


def configured(world: World, device: Device, words: Dialect) -> Iterator[Named]:
    """Every entry of the four lists; what is there twice is numbered."""
    known = as_read(device, CONFIG)
    settings = known.pending if known.pending is not None else known.settings
    cluster = cluster_name(world, device.cluster)
    times: Counter[tuple[str, str]] = Counter()
    for name, body in _entries(settings, device.name, cluster, words):
        key = (type(body).__name__, name)
        times[key] += 1
        yield f"{device.name}/{name}" + (f"#{times[key]}" if times[key] > 1 else ""), body


def _entries(settings: Settings, device: str, cluster: str, words: Dialect) -> Iterator[Named]:
    modes = words.tokens("http.public.")
    for path, told in public_entries(settings, words):
        mode = _MODES.get(modes.get(told, ""), told)
        yield path, records.PublicPath(device=device, cluster=cluster, path=path, mode=mode)
    for told, user in _listed(settings, words, "http-client.module", "http-client.url", "http-client.user"):
        url = _LOGIN.sub(r"\1", told)
        yield url, records.HttpLogin(device=device, cluster=cluster, url=url, user=user)
    for name, address in _listed(settings, words, "dns.config-module", "dns.name", "dns.address"):
        yield name, records.DnsName(device=device, cluster=cluster, name=name, address=address)
    for name, target, port, priority, weight in _listed(settings, words, "dns.config-module", *_SERVICE):
        body = records.DnsService(
            device=device,
            cluster=cluster,
            name=name,
            target=target,
            port=_number(port),
            priority=_number(priority),
            weight=_number(weight),
        )
        yield f"{name}/{target}/{body.port}", body


_SERVICE = ("dns.service", "dns.target", "dns.port", "dns.priority", "dns.weight")


def _number(text: str) -> int:
    """A number as a service record can hold it, 0 for what is none."""
    return int(text) if re.fullmatch(r"[0-9]{1,5}", text) and int(text) < 1 << 16 else 0


def _listed(settings: Settings, words: Dialect, module: str, *keys: str) -> list[tuple[str, ...]]:
    """The values of these keys, a row a record: one that lacks the first of them says nothing."""
    names = tuple(words[key] for key in keys)
    found: list[dict[str, str]] = [{}]
    for key, value in _pairs(settings, words[module]):
        if key in names:
            if key == names[0] or key in found[-1]:
                found.append({})
            found[-1][key] = value or ""
    return [tuple(row.get(key, "") for key in names) for row in found if names[0] in row]


def _pairs(settings: Settings, module: str) -> Pairs:
    return next((pairs for place, pairs in settings.other if place == (module, "")), ())
