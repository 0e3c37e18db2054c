"""A phone's configuration backup: the few facts that tell whether it is staged rightly.

The rest, passwords above all, is dropped unread or with the line it stands in. Source:
reference/device-interface.md, ch. 1 "Configuration text" and ch. 7.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

from noc.devices.codec.cfgtext import ConfigLine, KeptLine, LineFilter
from noc.devices.dialect import Dialect

_LOGIN = re.compile(r"(?<=://)[^/@]*@")


class PhoneFacts(msgspec.Struct, frozen=True):
    """What a backup says. ras_port 0: as it comes; gatekeeper, update_url "": none; poll: minutes, 0: unset.

    update_url stands here without login and query, since both may hold secrets.
    """

    ras_port: int = 0
    gatekeeper: str = ""
    update_url: str = ""
    poll: int = 0


def line_filter(dialect: Dialect) -> LineFilter:
    """Keeps the lines of a backup that `phone_facts` wants."""
    signalling = f"{dialect['phone.config-module']} {dialect['phone.config-part']}"
    return LineFilter((dialect["h323.config-module"], signalling, dialect["update.config-module"]))


def phone_facts(lines: Iterable[KeptLine], dialect: Dialect) -> PhoneFacts:
    """The facts from the kept lines; of a line that stands twice the last one counts."""
    by_place = {(kept.line.module, " ".join(kept.line.sub)): kept.line for kept in lines}
    signalling = by_place.get((dialect["phone.config-module"], dialect["phone.config-part"]))
    updates = by_place.get((dialect["update.config-module"], ""))
    return PhoneFacts(
        ras_port=_number(_value(by_place.get((dialect["h323.config-module"], "")), dialect["h323.ras-port"])),
        gatekeeper=_value(signalling, dialect["phone.gatekeeper"]),
        update_url=without_secrets(_value(updates, dialect["update.url"])),
        poll=_number(_value(updates, dialect["update.poll"])),
    )


def without_secrets(url: str) -> str:
    """An address without login and query."""
    return _LOGIN.sub("", url.partition("?")[0])


def _value(line: ConfigLine | None, key: str) -> str:
    return (line.value(key) or "") if line else ""


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
