"""Module X509 of a device: its own certificate, what it trusts, what it refused; and commands to change that.

The page has no XML declaration, since update servers put it inside another document (device-interface, ch.
5 and 12).
"""

from __future__ import annotations

import time
from dataclasses import replace
from urllib.parse import parse_qsl

from noc.lab.exchange import Answer, Context, Request
from noc.lab.holdings import CertificateStore, RefusedChain, TrustedCertificate
from noc.lab.markup import element
from noc.lab.model import Device
from noc.lab.pieces import Certificate

Attributes = dict[str, str | int | None]


def page(context: Context, device: Device, request: Request) -> Answer:
    """The whole store, or the answer to a command."""
    words = context.words
    command = request.query.get(words["query.command"], "")
    shown = dict(parse_qsl(words["x509.url"].partition("?")[2])).get(words["query.command"])
    if command in ("", shown):
        return _store(context, device)
    commands = words.tokens("x509.")
    if commands.get(command) not in ("trust-remove", "trust-rejected", "rejected-clear"):
        return _answer(context, {words["answer.error"]: "unknown command"})
    if not request.may_write:
        return _answer(context, {words["answer.error"]: words["config.no-access"]})
    device.store = _changed(device.store, commands[command], request.query.get(words["x509.trusted-id"], ""))
    return _answer(context, {words["answer.state"]: words["answer.ok"]})


def _changed(store: CertificateStore, command: str, number: str) -> CertificateStore:
    """The store after a command; a number that is none changes nothing."""
    if command == "rejected-clear":
        return replace(store, rejected=())
    if command == "trust-remove":
        kept = (item for place, item in enumerate(store.trusted, 1) if str(place) != number)
        return replace(store, trusted=tuple(kept))
    taken = tuple(chain.certificate for chain in store.rejected if str(chain.number) == number)
    left = tuple(chain for chain in store.rejected if str(chain.number) != number)
    return replace(store, trusted=(*store.trusted, *taken), rejected=left)


def _store(context: Context, device: Device) -> Answer:
    words, store = context.words, device.store
    own = _own(context, device.certificate) if device.certificate else ""
    trusted = "".join(_trusted(context, place, item) for place, item in enumerate(store.trusted, 1))
    parts = [element(words["x509.own"], {}, own), element(words["x509.trust"], {}, trusted)]
    if store.request:
        parts.append(element(words["x509.requests"], {}, element(words["x509.request"], {})))
    for word, told in (("busy", store.busy), ("request-error", store.failed)):
        if told:
            parts.append(element(words[f"x509.{word}"], {}))
    if store.rejected:
        chains = "".join(_chain(context, chain) for chain in store.rejected)
        parts.append(element(words["x509.rejected"], {}, chains))
    return _answer(context, {}, "".join(parts))


def _own(context: Context, leaf: Certificate) -> str:
    names = (leaf.subject, leaf.issuer, leaf.not_before, leaf.not_after)
    return element(context.words["x509.certificate"], _attributes(context, *names))


def _trusted(context: Context, place: int, item: TrustedCertificate) -> str:
    words = context.words
    return element(
        words["x509.certificate"],
        {
            words["x509.trusted-id"]: place,
            **_attributes(context, item.subject, item.issuer, item.not_before, item.not_after),
            words["x509.fingerprint"]: item.fingerprint,
        },
    )


def _chain(context: Context, chain: RefusedChain) -> str:
    words, item = context.words, chain.certificate
    shown = _attributes(context, item.subject, item.issuer, item.not_before, item.not_after)
    attributes: Attributes = {
        words["x509.chain-id"]: chain.number,
        words["x509.chain-reason"]: words[f"x509.reason.{chain.reason}"],
        words["x509.chain-time"]: _stamp(chain.time),
        words["x509.chain-remote"]: chain.remote,
    }
    return element(words["x509.chain"], attributes, element(words["x509.certificate"], shown))


def _attributes(context: Context, subject: str, issuer: str, not_before: int, not_after: int) -> Attributes:
    words = context.words
    return {
        words["x509.subject"]: subject,
        words["x509.issuer"]: issuer,
        words["x509.not-before"]: _stamp(not_before),
        words["x509.not-after"]: _stamp(not_after),
    }


def _answer(context: Context, attributes: Attributes, inner: str = "") -> Answer:
    return Answer([element(context.words["answer.root"], attributes, inner)])


def _stamp(seconds: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))
