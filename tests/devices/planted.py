"""A device with secrets in every place that a capture could touch, and every form in which one could leak."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr

from noc.devices.dialect import Dialect
from tests.devices.conftest import Call, Handler

WORDS = (
    "Hunter2Secret",
    "correct-horse_battery",
    "Grünkohl.Geheim",
    "Kuenkelsoft00417",
)
"""Secrets that may stand as a name too."""

TEXTS = (
    *WORDS,
    "a pass phrase",
    "p%C3%A4sswort&<>'",
    "4970123456789",
    "00-90-33-a7-b8-c9",
    "009033a7b8c9",
    "IP232-a7-b8-c9",
    "Kuenkelsoft00417-003",
    "203.0.113.177",
    "10.177.166.155:1300",
    "2001:db8:77:88::99",
    "anna.gruen@kuenkelsoft.example",
    "sip:4970123456789@trunk.kuenkelsoft.example",
    "deadbeefcafebabe0123456789abcdef0011223344556677",
    "DEADBEEFCAFEBABE0123456789ABCDEF0011223344556677",
    base64.b64encode(b"a secret in base64").decode(),
    "\u202egnp.terces",
)

KNOWN_PIECES = (
    "kuenkelsoft",
    "gruen",
    "a7-b8-c9",
    "a7b8c9",
    "203.0.113",
    "10.177.166",
    "passphrase",
    "trunk",
)
"""Parts of the secrets that must not be there alone either."""


def forms(secret: str) -> Iterator[bytes]:
    """A secret as it could hide: plain, percent-encoded once and twice, hex, base64, UTF-16."""
    raw = secret.encode()
    yield from (raw, quote(secret, safe="").encode(), quote(quote(secret, safe=""), safe="").encode())
    yield from (escape(secret).encode(), quoteattr(secret)[1:-1].encode())
    yield from (raw.hex().encode(), raw.hex().upper().encode(), secret.encode("utf-16-le"))
    for offset in range(3):
        encoded = base64.b64encode(b"\0" * offset + raw).decode().rstrip("=")
        yield encoded[offset + 1 : -1].encode()


def pages(dialect: Dialect) -> dict[str, str]:
    """Every page by its path, full of secrets."""
    bodies = {
        "box.url": _box(dialect),
        "pbx.url": _pbx(dialect),
        "nat.url": _rows(dialect, dialect["nat.map"], ("nat.protocol", "nat.port", "nat.address")),
        "relay.url": _rows(dialect, dialect["relay.gateway"], ("relay.name", "relay.registration")),
        "alarms.url": _rows(dialect, dialect["alarm.element"], ("alarm.type", "alarm.code", "alarm.time")),
        "x509.url": _rows(dialect, dialect["x509.own"], ("x509.subject", "x509.not-before")),
        "cdr.url": _rows(dialect, dialect["cdr.element"], ("cdr.long-name", "cdr.number", "cdr.utc")),
        "counters.url": _rows(dialect, dialect["counters.element"], ("counters.id", "counters.name")),
        "config.url": config(dialect),
        "log.url": _log(),
        "time.url": _rows(
            dialect, dialect["answer.root"], ("time.server", "time.interval", "time.last-sync")
        ),
        "realm.url": _rows(dialect, dialect["answer.root"], ("realm.name", "realm.joined", "realm.server")),
        "kdc.url": _rows(dialect, dialect["kdc.user"], ("kdc.user-name", "kdc.user-right")),
    }
    return {dialect[key].partition("?")[0]: body for key, body in bodies.items()}


def serving(dialect: Dialect) -> Handler:
    """A device that answers with these pages, with secrets in its headers too."""
    known = pages(dialect)
    console = dialect["console.url"]

    async def answer(call: Call) -> None:
        body = known.get(call.target.partition("?")[0], f"no such page {TEXTS[0]}\r\n")
        if call.target.startswith(console):
            body = known[dialect["config.url"]]
        await call.answer(body, Content_Type=f"text/{WORDS[0]}", Server=WORDS[1], Set_Cookie=WORDS[0])

    return answer


def _attributes(names: tuple[str, ...], secret: str) -> str:
    return "".join(f" {name}={quoteattr(secret)}" for name in names)


def _box(dialect: Dialect) -> str:
    names = tuple(dialect[f"box.{key}"] for key in ("version", "serial", "hardware-id", "name", "time"))
    systems = "".join(f"<{dialect['box.sys']}{_attributes(names, secret)}/>" for secret in TEXTS)
    return f"<info>{systems}</info>"


def _pbx(dialect: Dialect) -> str:
    """Objects and registrations in one answer: the page of both queries."""
    keys = ("long-name", "guid", "node", "loc", "number", "name", "email", "text", "display-name")
    names = (*(dialect[f"pbx.{key}"] for key in keys), dialect["query.password"], "pwdx", "key", "vars")
    pseudo = dialect["pbx.pseudo"]
    known = (dialect["pbx.pseudo-type"], dialect["sbc.gatekeeper"], dialect["sbc.pbx-password"])
    rows = [
        f"<{element}{_attributes(names, secret)}><{pseudo}{_attributes(known, secret)}/>"
        f"<cfg><pwd>{escape(secret)}</pwd><![CDATA[{secret}]]>{escape(secret)}</cfg></{element}>"
        for element in (dialect["pbx.object"], dialect["pbx.registration"])
        for secret in TEXTS
    ]
    return f"<info{_attributes(('user', 'cmd', 'hint'), TEXTS[0])}>{''.join(rows)}</info>"


def _rows(dialect: Dialect, element: str, keys: tuple[str, ...]) -> str:
    """A page with secrets as values of known and unknown attributes, as names, text, comment, instruction."""
    names = (*(dialect[key] for key in keys), "state", "severity", "unknown", "password")
    rows = [
        f"<{element}{_attributes(names, secret)}><text>{escape(secret)}</text></{element}>"
        f"<!-- {secret.replace('--', '')} --><?note {secret}?>"
        for secret in TEXTS
    ]
    named = [f'<{word}><x {word}="1" {word}.{word}="{word}"/></{word}>' for word in WORDS]
    root = dialect["answer.root"]
    return f"<?xml version='1.0'?><{root}>{''.join(rows)}{''.join(named)}</{root}>"


def _log() -> str:
    """A log with secrets in every value of the lines that are known, and in lines that nobody knows."""
    lines = [
        line
        for secret in TEXTS
        for line in (
            f"20130312-142901 CMD {secret}@{secret} mod cmd {secret} x /cmd x /pwd {secret} /{secret}",
            f"20130312-142901 CMD admin@10.177.166.155 config change PBX0 /pwd {quote(secret, safe='')}",
            f"20130312-142901 RAS 3 REGISTER-REJ({secret},H323={secret},Reason={secret})",
            f"20130312-142901 {secret} 3 TCP-Up {secret} {secret}",
            secret,
        )
    ]
    return "\r\n".join(lines)


def config(dialect: Dialect) -> str:
    """A configuration with secrets as values, keys, modules, flags, in objects, variables and comments."""
    lines: list[str] = []
    head = dialect["config.object-line"]
    for secret in TEXTS:
        value = quote(secret, safe="")
        lines += [
            f"config change {dialect['nat.config-module']} /{dialect['nat.config-address']} {value}"
            f" /{dialect['nat.config-port']} {value} /{dialect['nat.config-protocol']} {value}",
            f"config change {dialect['pbx.config-module']} /{dialect['pbx.mode']} {value} /pwd {value}",
            f"config change {dialect['http-client.module']} /{dialect['http-client.url']} {value}"
            f" /{dialect['http-client.user']} {value} /{dialect['http-client.password']} {value}",
            f"config change {dialect['dns.config-module']} /{dialect['dns.name']} {value}"
            f" /{dialect['dns.address']} {value} /{dialect['dns.port']} {value}",
            f"config add CMD0 /name {value} /user {value},{value}",
            f"mod cmd UP0 cfg https://user:{value}@{value}/ iresetn",
            f'{head} (cn={secret})(h323={value})(pbx=<u pwd="{secret}" x={secret}/>)',
            f"vars create {value} pb {secret.encode().hex()}",
            f"# {secret}",
            secret,
        ]
    for word in WORDS:
        lines += [f"config change {word} {word} /{word} {word} /{word}", f"config {word} NAT0 /x y"]
    return "\r\n".join(lines) + "\r\n"
