"""No wire name stands in code: what devices call things is in the dialect, and code asks for it by our key.

Looked for are names that cannot be words of our own: modules with their number, console grammar, values of
the dialect that hold capitals, digits or dashes. Plain small words (``name``, ``type``) cannot be told apart
from ours this way; for those `noc probe` and the readers' own tests have to do. The lab's observers say by
themselves what a record holds: a judge must not share the mistakes of what it judges.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import noc
from noc.devices.dialect import load

ROOMS = ("devices", "collectors", "lab", "actions", "notify")
HOME = Path(noc.__file__).parent
WORDS = load()
ODD = re.compile(r"[A-Z]{2}|[0-9]|[-_]")
"""What makes a value of the dialect one that nobody writes by chance."""
SHAPES = re.compile(
    r"(?<![\w/])(?:BMC|BOOT|CDR|CF|CMD|CPU|DNS|DRIVE|FLASH|FLASHDIR|FLASHMAN|HTTP|HTTPCLIENT|IP|KDC|KERBEROS|LDAP|LOG"
    r"|NAT|NTP|PBX|PHONE|PRI|RELAY|SNMP|TELNET|UP|X509)[0-9](?!\w)|mod[ _]cmd|vars (?:create|read|del)\b"
    r"|config (?:add|change|rem|write|activate)\b|\.soap\b|^/[!A-Z]"
)
"""Modules, grammar of the console, addresses of pages."""
OBSERVERS = re.compile(r"observed\w*\.py")
ALLOWED = {
    ("devices/codec/cfgtext.py", "config change "): "the grammar of a line",
    ("devices/codec/cfgtext.py", "expected `config add|change|rem MODULE ...`"): "a message",
    ("devices/codec/cfgtext.py", "expected a module such as NAT0"): "a message",
    ("devices/logtext.py", "UTC"): "a time zone that needs no data of the system",
    ("lab/captured.py", "UTC"): "the provider's time zone",
    ("lab/cf_props.py", "CF0"): "what a listing calls the drive itself",
    ("lab/kerberos.py", "config change "): "a command's arguments are read by the grammar of a line",
    ("lab/settle.py", "PBX0/"): "the source of an alarm, a text that nobody takes apart",
    ("lab/settle.py", "PBX0/LICENCE"): "the source of an alarm",
    ("lab/traps.py", "CF0"): "the source of an alarm",
    ("devices/codec/traps.py", "1.3.6.1.2.1.1.3.0"): "sysUpTime of RFC 3416, in every trap of version 2c",
}
"""Where such a text is none of a device: (file, text) -> why."""


def literals(file: Path) -> Iterator[tuple[int, str]]:
    """Every text in the code of a file with its line, pieces of f-strings too; docstrings are none."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            yield node.lineno, node.value


def found(file: Path) -> Iterator[tuple[int, str, str]]:
    """Line, text and what is wrong with it, of every wire name in a file."""
    values = {str(WORDS.fact(key).value): key for key in WORDS}
    parts = {part for key in WORDS for part in (key, *key.split("."))}
    for line, text in literals(file):
        if SHAPES.search(text) and text not in WORDS:
            yield line, text, "it looks like one"
        elif text in values and text not in parts and len(text) > 2 and ODD.search(text):
            yield line, text, f"write words[{values[text]!r}]"


@pytest.mark.parametrize("room", ROOMS)
def test_no_wire_name_stands_in_code(room: str) -> None:
    wrong = []
    files = (file for file in sorted((HOME / room).rglob("*.py")) if not OBSERVERS.match(file.name))
    for file in files:
        name = str(file.relative_to(HOME))
        wrong += [
            f"noc/{name}:{line}: {text!r}: {why}"
            for line, text, why in found(file)
            if (name, text) not in ALLOWED
        ]
    assert wrong == []


def test_what_is_allowed_is_still_there() -> None:
    told = {(name, text) for name, _ in ALLOWED for _, text, _ in found(HOME / name)}
    assert set(ALLOWED) - told == set()


@pytest.mark.parametrize(
    "code",
    [
        'url = "/NTP0/mod_cmd.xml"',
        'line = f"config change {module} /key"',
        'line = f"/!{line}"',
        'module = "RELAY0"',
        'row = {"x": "H323"}',
        'row.get("cmd-lics-time")',
        'element == "0x00010002"',
        'device.send("mod cmd UP1 poll")',
    ],
)
def test_a_wire_name_in_code_is_found(code: str, tmp_path: Path) -> None:
    file = tmp_path / "code.py"
    file.write_text(f'"""NTP0, mod cmd: prose may say anything."""\n{code}\n')
    assert [line for line, _, _ in found(file)] == [2]


@pytest.mark.parametrize(
    "code", ['words["ntp.config-module"]', 'port = "NAT"', 'key = f"nat.{part}"', 'words["nat.int-port"]']
)
def test_our_own_words_are_none(code: str, tmp_path: Path) -> None:
    file = tmp_path / "code.py"
    file.write_text(code + "\n")
    assert list(found(file)) == []
