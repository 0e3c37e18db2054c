"""A device's configuration as text: what `cfg.txt` shows, and what a config line does to it.

Typed settings (`model.Settings`) in, lines out, and back. Wire names come from the dialect, the
grammar from the codec (reference/device-interface.md, ch. 1 and 4, "Configuration text").
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace

from noc.devices.codec.cfgtext import Arg, ConfigLine, format_line, groups
from noc.devices.dialect import Dialect
from noc.hosting.errors import NocError
from noc.lab.model import Device
from noc.lab.pieces import KdcSettings, NatMap, PbxObject, SessionBorder, Settings

Pairs = tuple[tuple[str, str | None], ...]
Place = tuple[str, str]  # module and sub-module


class RefusedLineError(NocError):
    """The device does not take this configuration line; `what` is the text it answers with."""


class ConfigText:
    """Reads and writes the configuration of devices in the words of one dialect."""

    def __init__(self, words: Dialect) -> None:
        self._words = words
        self._nat: Place = (words["nat.config-module"], "")
        self._ip: Place = (words["ip.config-module"], "")
        self._map_keys = tuple(
            words[f"nat.config-{part}"] for part in ("protocol", "port", "address", "int-port")
        )
        self._range_keys = tuple(words[f"ip.{part}"] for part in _RANGE_FACTS)
        self._kdc: Place = (words["kdc.config-module"], "")
        self._time: Place = (words["time.config-module"], "")
        self._time_keys = tuple(words[f"time.config-{part}"] for part in ("server", "interval", "offset"))

    def pending(self, device: Device) -> Settings:
        """The settings that `cfg.txt` shows: edited ones if there are, else those that are active."""
        return device.pending if device.pending is not None else device.settings

    def render(self, device: Device) -> Iterator[str]:
        """The lines of `cfg.txt`, without line ends: pending values, then one line a PBX object."""
        for place, pairs in self._places(device, self.pending(device)).items():
            if pairs:
                yield self._format(place, pairs)
        for border in device.borders.values():
            yield self._object_line(device, border, border.password)
        for item in device.objects.values():
            yield self._object_line(device, item, item.password)

    def edit(self, device: Device, line: ConfigLine) -> Settings:
        """The pending settings with this line carried out. Raises RefusedLineError; then nothing changed."""
        settings = self.pending(device)
        place: Place = (line.module, " ".join(line.sub))
        known = self._places(device, settings).get(place, ())
        pairs = self._edited(place, known, line)
        if len(self._format(place, pairs)) > self._words.integer("config.line-limit"):
            raise RefusedLineError(self._words["config.line-too-long"], f"{device.name} {line.module}")
        return self._settings(device, settings, place, pairs)

    def _places(self, device: Device, settings: Settings) -> dict[Place, Pairs]:
        words = self._words
        mode = words["pbx.mode.slave" if device.kind != "kerberos" else "pbx.mode.master"]
        pbx: list[tuple[str, str | None]] = [(words["pbx.mode"], mode)]
        if device.kind != "kerberos":
            pbx.append((words["pbx.licence-only"], None))
        pbx.append((words["pbx.config-password"], scrambled(device.name, device.pbx_password)))
        places: dict[Place, Pairs] = {
            (words["command.module"], ""): ((words["command.name"], device.title),),
            self._ip: self._ip_pairs(settings),
            self._nat: self._nat_pairs(settings),
            (words["pbx.config-module"], ""): tuple(pbx),
            **dict(settings.other),
        }
        if device.kind == "kerberos":
            places[self._kdc] = self._kdc_pairs(settings.kdc)
        places[self._time] = self._time_pairs(settings) + places.get(self._time, ())
        if device.trunk is not None:
            trunk = (words["relay.config-module"], device.trunk.interface)
            rest = places.get(trunk, ((words["relay.aor"], device.trunk.account),))
            flag: Pairs = ((words["relay.disabled"], None),) if settings.trunk_disabled else ()
            places[trunk] = flag + rest
        return places

    def _ip_pairs(self, settings: Settings) -> Pairs:
        values = (settings.udp_first, settings.udp_count, settings.rtp_first, settings.rtp_count)
        return tuple((key, str(value)) for key, value in zip(self._range_keys, values, strict=True))

    def _kdc_pairs(self, kdc: KdcSettings) -> Pairs:
        words = self._words
        named = ((words["kdc.config-realm"], kdc.realm), (words["kdc.config-master"], kdc.master))
        pairs: Pairs = tuple((key, value) for key, value in named if value)
        return (*pairs, (words["kdc.config-replicate"], None)) if kdc.replicate else pairs

    def _time_pairs(self, settings: Settings) -> Pairs:
        values = (settings.time_server, str(settings.time_interval or ""), settings.time_zone)
        return tuple((key, value) for key, value in zip(self._time_keys, values, strict=True) if value)

    def _nat_pairs(self, settings: Settings) -> Pairs:
        pairs: list[tuple[str, str | None]] = []
        if settings.nat_enabled:
            pairs.append((self._words["nat.enabled"], None))
        for item in settings.nat:
            values = (item.protocol, str(item.port), item.address, str(item.int_port))
            pairs += zip(self._map_keys, values, strict=True)
        return tuple(pairs)

    def _edited(self, place: Place, known: Pairs, line: ConfigLine) -> Pairs:
        """`change` replaces all arguments, `add` sets and `rem` removes single ones; NAT maps go whole."""
        given: Pairs = tuple((arg.key, arg.value) for arg in line.args)
        if line.verb == "change":
            return given
        if place == self._nat:
            return self._edited_maps(known, line)
        names = {key for key, _ in given}
        kept = tuple(pair for pair in known if pair[0] not in names)
        return kept + given if line.verb == "add" else kept

    def _edited_maps(self, known: Pairs, line: ConfigLine) -> Pairs:
        before = self._maps(known)
        given = self._maps(tuple((arg.key, arg.value) for arg in line.args))
        if line.verb == "add":
            after = [*before, *given]
        else:
            gone = {(item.protocol, item.port) for item in given}
            after = [item for item in before if (item.protocol, item.port) not in gone]
        enable = self._words["nat.enabled"]
        enabled = any(key == enable for key, _ in known) or line.flag(enable)
        if line.verb == "rem" and line.flag(enable):
            enabled = False
        return self._nat_pairs(Settings(nat_enabled=enabled, nat=tuple(after)))

    def _maps(self, pairs: Pairs) -> list[NatMap]:
        protocol, port, address, int_port = self._map_keys
        found = []
        for group in groups((Arg(key, value) for key, value in pairs), self._map_keys):
            number = _number(group.get(port, ""), port)
            inner = _number(group[int_port], int_port) if int_port in group else number
            found.append(NatMap(group.get(protocol, ""), number, group.get(address, ""), inner))
        return found

    def _settings(self, device: Device, settings: Settings, place: Place, pairs: Pairs) -> Settings:
        """The settings with the arguments of one place replaced."""
        if place == self._nat:
            enabled = any(key == self._words["nat.enabled"] for key, _ in pairs)
            return replace(settings, nat_enabled=enabled, nat=tuple(self._maps(pairs)))
        if place == self._ip:
            given = dict(pairs)
            udp_first, udp_count, rtp_first, rtp_count = (
                _number(given.get(key) or "0", key) for key in self._range_keys
            )
            return replace(
                settings, udp_first=udp_first, udp_count=udp_count, rtp_first=rtp_first, rtp_count=rtp_count
            )
        if place == self._kdc and device.kind == "kerberos":
            given = dict(pairs)
            realm, master, flag = (
                self._words[f"kdc.config-{key}"] for key in ("realm", "master", "replicate")
            )
            kdc = KdcSettings(given.get(realm) or "", given.get(master) or "", flag in given)
            return replace(settings, kdc=kdc)
        if place == self._time:
            given = dict(pairs)
            server, interval, zone = (given.get(key) or "" for key in self._time_keys)
            every = _number(interval or "0", self._time_keys[1])
            settings = replace(settings, time_server=server, time_interval=every, time_zone=zone)
            pairs = tuple(pair for pair in pairs if pair[0] not in self._time_keys)
        disabled = self._words["relay.disabled"]
        if device.trunk and place == (self._words["relay.config-module"], device.trunk.interface):
            off = any(key == disabled for key, _ in pairs)
            settings = replace(settings, trunk_disabled=off)
            pairs = tuple(pair for pair in pairs if pair[0] != disabled)
        return replace(settings, other=tuple({**dict(settings.other), place: pairs}.items()))

    def _format(self, place: Place, pairs: Pairs) -> str:
        module, sub = place
        args = tuple(Arg(key, value or None) for key, value in pairs)
        return format_line(ConfigLine(verb="change", module=module, sub=tuple(sub.split()), args=args))

    def _object_line(self, device: Device, item: PbxObject | SessionBorder, password: str) -> str:
        words = self._words
        user = f'<{words["pbx.object"]} {words["query.password"]}="{scrambled(item.name, password)}"/>'
        fields = (
            (words["pbx.long-name"], item.long_name),
            (words["pbx.name"], item.name),
            (words["pbx.loc"], device.pbx_name),
            (words["config.object-pbx"], user),
        )
        return words["config.object-line"] + " " + "".join(f"({key}={value})" for key, value in fields)


_RANGE_FACTS = ("nat-first", "nat-count", "rtp-first", "rtp-count")


def _number(text: str, key: str) -> int:
    if not text.isascii() or not text.isdecimal():
        raise RefusedLineError(f"/{key} is no number")
    return int(text)


def scrambled(name: str, password: str) -> str:
    """48 hex digits that stand for a password: equal for equal pairs, of no use to anybody."""
    return hashlib.sha384(f"{name}:{password}".encode()).hexdigest()[:48]
