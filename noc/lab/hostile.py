"""Hostile text: terminal controls in every text of a device that means nothing to the platform itself.

Names by which the world finds things (CPE-IDs, registration names, addresses) stay: with another name a thing
is another thing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from noc.lab.diary import clear_alarm, raise_alarm
from noc.lab.holdings import CertificateStore, TrustedCertificate
from noc.lab.model import Device
from noc.lab.pieces import Alarm, PbxObject

# C1 CSI, right-to-left override, zero-width space, console markup, a formula: all legal in XML 1.0
HOSTILE = "=cmd\u009b31;1m\u202eevil\u200b[red]&<b>\u009d52;c;AAAA\u009c"
_ALARM = ("hostile", "")
_TEXTS = ("long_name", "text", "email")


def poison(device: Device, now: Callable[[], float]) -> Callable[[], None]:
    """Put `HOSTILE` into the texts of a device; the answer takes it out again. now: unix seconds."""
    named = {name: getattr(device, name) for name in ("product", "title", "store", "realm_server")}
    users = [item for item in device.objects.values() if item.kind == "user"]
    right = [tuple(getattr(item, name) for name in _TEXTS) for item in users]

    def undo() -> None:
        for name, value in named.items():
            setattr(device, name, value)
        clear_alarm(device, _ALARM, int(now()))
        for item, texts in zip(users, right, strict=True):
            _write(item, texts)

    device.product, device.title = device.product + HOSTILE, device.title + HOSTILE
    device.store = _store(device.store)
    if device.realm_server:
        device.realm_server += HOSTILE
    raised = int(now())
    raise_alarm(device, _ALARM, Alarm("0x00240001", 1, "APP" + HOSTILE, HOSTILE, raised), raised)
    for item, texts in zip(users, right, strict=True):
        _write(item, tuple(text + HOSTILE for text in texts))
    return undo


def _write(item: PbxObject, texts: tuple[str, ...]) -> None:
    for name, text in zip(_TEXTS, texts, strict=True):
        setattr(item, name, text)


def _store(store: CertificateStore) -> CertificateStore:
    """The same certificates under other names."""
    return replace(store, trusted=tuple(map(_certificate, store.trusted)))


def _certificate(known: TrustedCertificate) -> TrustedCertificate:
    return replace(known, subject=known.subject + HOSTILE, issuer=known.issuer + HOSTILE)
