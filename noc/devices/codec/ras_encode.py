"""RAS messages as a phone or a gatekeeper writes them: values in, aligned PER bytes out, tokens signed.

The counterpart of `ras.py` for simulated phones and for tests; the same pycrate, the same lock.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import msgspec

from noc.devices.codec.ras import codec, decoding
from noc.hosting.h323.evidence import Endpoint
from noc.hosting.h323.proof import TAG_SIZE, RegistrationKey, blank

_VERSION = (0, 0, 8, 2250, 0, 5)
_ARC = (0, 0, 8, 235, 0, 2)
_MD5 = (1, 2, 840, 113549, 2, 5)
_PLACEHOLDER = hashlib.sha1(b"place of the hash", usedforsecurity=False).digest()[:TAG_SIZE]
_REASONS = {"RRJ": "registrationReject", "GRJ": "gatekeeperReject"}


class Phone(msgspec.Struct, frozen=True):
    """What a phone says of itself. alias: its h323-ID, "" to send none; number: dialled digits."""

    alias: str = ""
    number: str = ""
    product: str = "IP232"
    version: str = "1.00"


class Credentials(msgspec.Struct, frozen=True):
    """How a request is authenticated. time: Unix seconds of the phone's clock; md5: send an MD5 token
    (its digest is not computed here); sender: sendersID of the H.235.1 token."""

    time: int
    key: RegistrationKey | None = None
    md5: bool = False
    sender: str = ""
    random: int = 1
    edition: int = 2


def encode_rrq(
    phone: Phone,
    seq: int,
    call: Sequence[Endpoint],
    ras: Sequence[Endpoint],
    credentials: Credentials | None = None,
    **more: Any,
) -> bytes:
    """A registrationRequest with its hash right for the addresses inside. more: further components by
    their ASN.1 names, such as keepAlive, endpointIdentifier or nonStandardData."""
    value: dict[str, Any] = {
        "requestSeqNum": seq,
        "protocolIdentifier": _VERSION,
        "discoveryComplete": False,
        "callSignalAddress": [_transport(each) for each in call],
        "rasAddress": [_transport(each) for each in ras],
        "terminalType": {"terminal": {}, "mc": False, "undefinedNode": False},
        "endpointVendor": _vendor(phone),
        "keepAlive": False,
        "willSupplyUUIEs": False,
        "maintainConnection": False,
        **more,
    }
    if aliases := _aliases(phone):
        value["terminalAlias"] = aliases
    return _signed("registrationRequest", value, credentials)


def encode_grq(
    phone: Phone, seq: int, ras: Endpoint, credentials: Credentials | None = None, **more: Any
) -> bytes:
    """A gatekeeperRequest (discovery)."""
    value: dict[str, Any] = {
        "requestSeqNum": seq,
        "protocolIdentifier": _VERSION,
        "rasAddress": _transport(ras),
        "endpointType": {
            "vendor": _vendor(phone),
            "terminal": {},
            "mc": False,
            "undefinedNode": False,
        },
        **more,
    }
    if aliases := _aliases(phone):
        value["endpointAlias"] = aliases
    return _signed("gatekeeperRequest", value, credentials)


def encode_rcf(seq: int, call: Endpoint, endpoint: str) -> bytes:
    """A registrationConfirm; endpoint: the endpointIdentifier it hands out."""
    value = {
        "requestSeqNum": seq,
        "protocolIdentifier": _VERSION,
        "callSignalAddress": [_transport(call)],
        "endpointIdentifier": endpoint,
        "willRespondToIRR": False,
        "maintainConnection": False,
    }
    return _encode("registrationConfirm", value)


def encode_gcf(seq: int, ras: Endpoint) -> bytes:
    """A gatekeeperConfirm naming the RAS address to register at."""
    return _encode(
        "gatekeeperConfirm",
        {"requestSeqNum": seq, "protocolIdentifier": _VERSION, "rasAddress": _transport(ras)},
    )


def encode_reject(kind: str, seq: int, reason: str) -> bytes:
    """An RRJ or GRJ; reason: an ASN.1 name without a value of its own, such as securityDenial."""
    value = {
        "requestSeqNum": seq,
        "protocolIdentifier": _VERSION,
        "rejectReason": (reason, [] if reason == "duplicateAlias" else 0),
    }
    return _encode(_REASONS[kind], value)


def encode_urq(phone: Phone, seq: int, call: Endpoint) -> bytes:
    """An unregistrationRequest."""
    value: dict[str, Any] = {"requestSeqNum": seq, "callSignalAddress": [_transport(call)]}
    if aliases := _aliases(phone):
        value["endpointAlias"] = aliases
    return _encode("unregistrationRequest", value)


def _encode(name: str, value: dict[str, Any]) -> bytes:
    with decoding:
        message = codec()
        message.set_val((name, value))
        encoded: bytes = message.to_aper()
    return encoded


def _signed(name: str, value: dict[str, Any], credentials: Credentials | None) -> bytes:
    tokens = _tokens(credentials) if credentials else []
    if tokens:
        value["cryptoTokens"] = tokens
    raw = _encode(name, value)
    if credentials is None or credentials.key is None:
        return raw
    at = raw.index(_PLACEHOLDER)
    tag = credentials.key.mac(blank(raw, _PLACEHOLDER, at))
    return raw[:at] + tag + raw[at + TAG_SIZE :]


def _tokens(credentials: Credentials) -> list[Any]:
    tokens: list[Any] = []
    if credentials.key is not None:
        arc = (*_ARC[:5], credentials.edition)
        values: dict[str, Any] = {
            "tokenOID": (*arc, 5),
            "timeStamp": credentials.time,
            "random": credentials.random,
        }
        if credentials.sender:
            values["sendersID"] = credentials.sender
        placed = (int.from_bytes(_PLACEHOLDER, "big"), TAG_SIZE * 8)
        token = {"algorithmOID": (*arc, 6), "paramS": {}, "hash": placed}
        hashed = {"tokenOID": (*arc, 1), "hashedVals": values, "token": token}
        tokens.append(("nestedcryptoToken", ("cryptoHashedToken", hashed)))
    if credentials.md5:
        digest = (int.from_bytes(hashlib.md5(b"", usedforsecurity=False).digest(), "big"), 128)
        token = {"algorithmOID": _MD5, "paramS": {}, "hash": digest}
        alias = ("h323-ID", credentials.sender or "phone")
        tokens.append(("cryptoEPPwdHash", {"alias": alias, "timeStamp": credentials.time, "token": token}))
    return tokens


def _aliases(phone: Phone) -> list[tuple[str, str]]:
    named = (("h323-ID", phone.alias), ("dialledDigits", phone.number))
    return [(form, text) for form, text in named if text]


def _vendor(phone: Phone) -> dict[str, Any]:
    return {
        "vendor": {"t35CountryCode": 0, "t35Extension": 0, "manufacturerCode": 0},
        "productId": phone.product.encode(),
        "versionId": phone.version.encode(),
    }


def _transport(endpoint: Endpoint) -> tuple[str, dict[str, Any]]:
    ip, port = endpoint
    return ("ip6Address" if len(ip) == 16 else "ipAddress", {"ip": ip, "port": port})
