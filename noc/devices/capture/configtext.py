"""A configuration under pseudonyms, line by line; lines of a grammar that nobody knows keep no word.

Reference: device-interface, ch. 1, "Configuration text and console".
"""

from __future__ import annotations

import re
from typing import Final

from noc.devices.capture.harmless import AllowList
from noc.devices.capture.pseudonyms import Pseudonyms
from noc.devices.codec.cfgtext import Arg, ConfigLine, ConfigTextError, format_line, is_secret, parse
from noc.devices.dialect import Dialect

_PARTS: Final = re.compile(
    r"\((?P<key>[\w.-]{1,64})=|(?P<tag></?)(?P<element>[\w.-]{1,64})|(?P<attribute>[\w.-]{1,64})=\"(?P<value>[^\"]*)\"",
    re.ASCII,
)


def disguised(body: bytes, dialect: Dialect, allowed: AllowList, pseudonyms: Pseudonyms) -> bytes:
    """The same lines under pseudonyms, as UTF-8 with CR LF."""
    writer = _Lines(dialect["config.object-line"], allowed, pseudonyms)
    lines = body.decode("utf-8", "replace").split("\n")
    return "\r\n".join(writer.line(line.rstrip("\r")) for line in lines).encode()


class _Lines:
    def __init__(self, object_head: str, allowed: AllowList, pseudonyms: Pseudonyms) -> None:
        self._object_head = object_head
        self._allowed = allowed
        self._pseudonyms = pseudonyms

    def line(self, text: str) -> str:
        """One line without its end."""
        if text.startswith(self._object_head + " "):
            return self._object_head + " " + self._object(text[len(self._object_head) + 1 :])
        try:
            return format_line(self._config(parse(text)))
        except ConfigTextError:
            return self._pseudonyms.text(text)

    def _config(self, line: ConfigLine) -> ConfigLine:
        args = tuple(self._arg(line.module, arg) for arg in line.args)
        sub = tuple(
            word if self._allowed.interface(word) else self._pseudonyms.word(word) for word in line.sub
        )
        return ConfigLine(line.verb, self._name(line.module), sub, args)

    def _arg(self, module: str, arg: Arg) -> Arg:
        if arg.value is None:
            return Arg(self._name(arg.key))
        if self._allowed.key(module, arg.key, arg.value):
            return Arg(arg.key, arg.value)
        secret = is_secret(arg.key) or not self._allowed.name(arg.key)
        made = self._pseudonyms.secret(arg.value) if secret else self._pseudonyms.text(arg.value)
        return Arg(self._name(arg.key), made)

    def _name(self, name: str) -> str:
        return name if self._allowed.name(name) else self._pseudonyms.word(name)

    def _object(self, text: str) -> str:
        """``(cn=x)(pbx=<user pwd="…"/>)``: names by the dialect, all else by pseudonyms."""
        made, end = [], 0
        for part in _PARTS.finditer(text):
            made += [self._pseudonyms.text(text[end : part.start()]), self._part(part)]
            end = part.end()
        return "".join([*made, self._pseudonyms.text(text[end:])])

    def _part(self, part: re.Match[str]) -> str:
        if part["key"]:
            return f"({self._name(part['key'])}="
        if part["element"]:
            return part["tag"] + self._name(part["element"])
        name, value = part["attribute"], part["value"]
        made = self._pseudonyms.secret(value) if is_secret(name) else self._pseudonyms.text(value)
        return f'{self._name(name)}="{made}"'
