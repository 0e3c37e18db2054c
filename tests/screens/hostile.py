"""A platform whose devices say, wherever they can say anything, what would do harm on a terminal."""

from __future__ import annotations

from pathlib import Path

from noc.hosting import records
from noc.hosting.records import draft
from noc.log.store import Log
from tests.screens.sample import border

MARKUP = "[red]x[/red]"
EVIL = f"\x1b]52;c;aGk=\x07{MARKUP}\x9b2J\x1b[31m\u202e\u200b\x00\r\n"
"""OSC 52, markup, C1, colours, bidi override, a zero-width space, NUL and line ends."""
VISIBLE = "\\x1b]52;c"
"""How it has to look."""


def poison(log: Path) -> None:
    """Append it to a log."""
    phone = border("Zander00009", 0, hardware_id=EVIL, address=EVIL, outer="refused", outer_reason=EVIL)
    where = f"{phone.frontend}/{phone.cpe}"
    user = records.UserRegistration(
        frontend=phone.frontend,
        cluster=phone.cluster,
        customer=phone.customer,
        cpe=phone.cpe,
        registered=False,
        hardware_id=EVIL,
        number=EVIL,
        name=EVIL,
    )
    with Log.open(log) as opened:
        opened.append([draft(where, phone), draft(where, user), *_of_the_device(), *_of_the_frontend()])


def _of_the_device() -> list[records.Draft]:
    name = "Zander00009"
    device = records.Device(
        name=name,
        kind="pbx",
        cluster="sb2",
        customer=name,
        inside=EVIL,
        product=EVIL,
        version=EVIL,
        hardware_id=EVIL,
        serial=EVIL,
    )
    link = records.Link(
        device=name,
        cluster="sb2",
        name=EVIL,
        role="trunk",
        state="down",
        customer=name,
        number=EVIL,
        peer=EVIL,
        detail=EVIL,
    )
    source = records.Source(device=name, subject="box", ok=False, error="garbage", text=EVIL, remedy=EVIL)
    certificate = records.Certificate(
        device=name,
        cluster="sb2",
        port=636,
        subject_cn=EVIL,
        issuer_cn=EVIL,
        serial=EVIL,
        sha256="9c" * 32,
        not_before=0,
        not_after=1,
        key=EVIL,
        sans=(f"DNS:{EVIL}",),
        problem=EVIL,
    )
    named = records.Device(name=EVIL, kind="pbx", cluster="sb2", inside="10.2.0.99")
    return [
        draft(name, device),
        draft(f"{name}/trunk", link),
        draft(f"{name}/box", source),
        draft(f"{name}/636", certificate),
        draft(EVIL, named),
        draft(f"{name}/public", records.PublicPath(device=name, cluster="sb2", path=EVIL, mode=EVIL)),
    ]


def _of_the_frontend() -> list[records.Draft]:
    alarm = records.Alarm(
        device="sb2",
        cluster="sb2",
        code=EVIL,
        severity=1,
        channel="list",
        source=EVIL,
        text=EVIL,
        remote=EVIL,
        serial=EVIL,
        details=EVIL,
    )
    fault = records.Fault(
        device="sb2",
        cluster="sb2",
        type="alarm",
        code=EVIL,
        severity=1,
        channel="list",
        source=EVIL,
        text=EVIL,
        remote=EVIL,
        serial=EVIL,
        details=EVIL,
    )
    nat = records.NatMap(
        frontend="sb2", cluster="sb2", protocol="tcp", port=8099, address=EVIL, int_port=443, place=99
    )
    audit = records.Audit(device="sb2", cluster="sb2", user=EVIL, address=EVIL, command=EVIL)
    return [
        draft("sb2/evil", alarm),
        draft("sb2", fault, device_at=0),
        draft("sb2/tcp/8099", nat),
        draft("sb2", audit, device_at=0),
    ]
