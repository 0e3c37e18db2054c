"""RAS (H.225.0, aligned PER): received bytes in, a RasMessage out.

Decoded with pycrate (extra `[cpe]`), imported only when a message is met. pycrate keeps one global
object and so is not thread-safe: a lock stands around decode and read-out. On damaged bytes it raises
whatever comes (CharpyErr, ASN1PERDecodeErr, NameError, AssertionError…), and half of such messages
still decode, so the result is checked for plausibility (reference: h323-nat, ch. 9).

Offsets are those in the *received* bytes: an IPv4 address and its port stand there as six consecutive
bytes, the hash as twelve.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from noc.hosting.errors import NocError
from noc.hosting.h323.evidence import InnerAddress, RasMessage, Token, TokenKind, Vendor
from noc.hosting.h323.proof import TAG_SIZE

_KINDS = {
    "gatekeeperRequest": "GRQ",
    "gatekeeperConfirm": "GCF",
    "gatekeeperReject": "GRJ",
    "registrationRequest": "RRQ",
    "registrationConfirm": "RCF",
    "registrationReject": "RRJ",
    "unregistrationRequest": "URQ",
}
_URQ = 6  # index of the RAS choice; only 0 to 6 are read
_PROTOCOL = bytes.fromhex("06000891 4a00")  # protocolIdentifier 0.0.8.2250.0.v up to the version
_PROTOCOL_OID = (0, 0, 8, 2250, 0)
_MAX_MESSAGE = 16384  # bytes; a real RRQ has some hundred
_MAX_ADDRESSES = 16
# H.235.1 (H.235 Annex D), both editions of the arc (h323-nat, ch. 2)
_H2351_TOKENS = {(0, 0, 8, 235, 0, edition, 1) for edition in (1, 2)}
_H2351_ALGORITHMS = {(0, 0, 8, 235, 0, edition, 6) for edition in (1, 2)}
_PASSWORD_ONLY = frozenset({"cryptoEPPwdHash", "cryptoEPPwdEncr", "cryptoGKPwdHash", "cryptoGKPwdEncr"})

decoding = threading.Lock()  # held while pycrate's one global message is in use


class RasError(NocError):
    """The bytes looked like RAS and are not a message that can be read."""


def looks_like_ras(payload: bytes) -> bool:
    """A cheap look at the first bytes: registration or discovery, with H.225.0's protocol identifier."""
    if len(payload) < 8 or len(payload) > _MAX_MESSAGE or payload[0] & 0x80:
        return False
    choice = payload[0] >> 2 & 0x1F
    if choice < _URQ:
        return names_protocol(payload)
    return choice == _URQ and len(payload) >= 16


def names_protocol(payload: bytes) -> bool:
    """Whether the protocol identifier stands where a registration or discovery has it: sure to be RAS."""
    return protocol_at(payload) >= 3


def protocol_at(payload: bytes) -> int:
    """Offset of the protocol identifier, which follows the two bytes of the sequence number; or -1."""
    return payload.find(_PROTOCOL, 0, 14)


def decode(payload: bytes) -> RasMessage:
    """Read one RAS message. Raises RasError where the bytes are damaged or implausible."""
    kind, value = _read(payload)
    try:
        return _message(kind, value, payload)
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, OverflowError) as error:
        raise RasError("the RAS message contradicts itself", remedy="take the capture again") from error


@cache
def codec() -> Any:
    """pycrate's RasMessage; use it only while holding `decoding`."""
    try:
        from pycrate_asn1dir.H225 import H323_MESSAGES
    except ImportError as error:
        raise NocError(
            "H.323 messages cannot be read: pycrate is not installed",
            remedy="install noc with its extra: pip install 'noc[cpe]'",
        ) from error
    logging.getLogger("pycrate").setLevel(logging.CRITICAL)  # it would log what a stranger sent
    return H323_MESSAGES.RasMessage


def _read(payload: bytes) -> tuple[str, Mapping[str, Any]]:
    with decoding:
        message = codec()
        try:
            message.from_aper(payload)
            name, value = message.get_val()
        except Exception as error:
            raise RasError("the RAS message is damaged", remedy="take the capture again") from error
    kind = _KINDS.get(name)
    if kind is None:
        raise RasError(f"{name} is no registration message")
    return kind, value


def _message(kind: str, value: Mapping[str, Any], raw: bytes) -> RasMessage:
    if kind != "URQ" and tuple(value["protocolIdentifier"])[:5] != _PROTOCOL_OID:
        raise ValueError("protocolIdentifier")
    call, ras, end = _inner(kind, value, raw)
    tokens, senders = _tokens(value, raw, end)
    aliases = list(value.get("terminalAlias") or value.get("endpointAlias") or ())
    vendor = value.get("endpointVendor") or value.get("endpointType", {}).get("vendor")
    reason = value.get("rejectReason")
    return RasMessage(
        kind=kind,
        seq=value["requestSeqNum"],
        raw=raw,
        ids=_texts(text for form, text in aliases if form == "h323-ID"),
        others=_texts([*senders, *(text for form, text in aliases if form != "h323-ID")]),
        call=call,
        ras=ras,
        tokens=tokens,
        vendor=_vendor(vendor) if vendor else None,
        keep_alive=bool(value.get("keepAlive", False)),
        endpoint=value.get("endpointIdentifier", ""),
        reason=reason[0] if reason else "",
    )


def _texts(values: Iterable[object]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in values if isinstance(text, str) and text))


def _inner(
    kind: str, value: Mapping[str, Any], raw: bytes
) -> tuple[tuple[InnerAddress, ...], tuple[InnerAddress, ...], int]:
    """Signalling and RAS addresses in the order of the message, and where the last of them ends."""
    at = max(protocol_at(raw), 0)
    extra = value.get("nonStandardData")
    if extra:
        at = max(raw.find(extra["data"], at) + len(extra["data"]), at)
    call, at = _addresses(value.get("callSignalAddress") or (), raw, at)
    ras = value.get("rasAddress") or ()
    found, at = _addresses([ras] if isinstance(ras, tuple) and ras else ras, raw, at)
    if kind == "RRQ" and not (call or found):
        raise ValueError("no address")
    return call, found, at


def _addresses(entries: Iterable[Any], raw: bytes, at: int) -> tuple[tuple[InnerAddress, ...], int]:
    found = []
    for form, entry in entries:
        if form == "ipAddress":
            six = entry["ip"] + entry["port"].to_bytes(2, "big")
            place = raw.find(six, at)
            at = place + 6 if place >= 0 else at
            found.append(InnerAddress(entry["ip"], entry["port"], place if place >= 0 else None))
        elif form == "ip6Address":
            found.append(InnerAddress(entry["ip"], entry["port"], None))
    if len(found) > _MAX_ADDRESSES:
        raise ValueError("addresses")
    return tuple(found), at


def _tokens(value: Mapping[str, Any], raw: bytes, start: int) -> tuple[tuple[Token, ...], list[str]]:
    """The authentication tokens, and the names of the sender that stand in them."""
    tokens: list[Token] = []
    senders: list[str] = []
    for form, entry in value.get("cryptoTokens") or ():
        if form == "nestedcryptoToken" and entry[0] == "cryptoHashedToken":
            tokens.append(_hashed(entry[1], raw, start))
            senders.append(entry[1]["hashedVals"].get("sendersID", ""))
        elif form in _PASSWORD_ONLY:
            tokens.append(_password_token(entry, raw, start))
            if form == "cryptoEPPwdHash":
                senders.append(entry["alias"][1])
        else:
            tokens.append(Token(TokenKind.OTHER, None, b"", None))
    if value.get("integrityCheckValue"):
        tokens.append(Token(TokenKind.OTHER, None, b"", None))
    return tuple(tokens), senders


def _password_token(entry: Mapping[str, Any], raw: bytes, start: int) -> Token:
    number, bits = entry.get("token", {}).get("hash", (0, 0))
    tag = number.to_bytes(bits // 8, "big") if bits and bits % 8 == 0 else b""
    place = raw.find(tag, start) if tag else -1
    return Token(TokenKind.MD5, entry.get("timeStamp"), tag, place if place >= 0 else None)


def _hashed(entry: Mapping[str, Any], raw: bytes, start: int) -> Token:
    time = entry["hashedVals"].get("timeStamp")
    number, bits = entry["token"]["hash"]
    known = (
        tuple(entry["tokenOID"]) in _H2351_TOKENS
        and tuple(entry["token"]["algorithmOID"]) in _H2351_ALGORITHMS
        and bits == TAG_SIZE * 8
    )
    if not known:
        return Token(TokenKind.OTHER, time, b"", None)
    tag = number.to_bytes(TAG_SIZE, "big")
    place = raw.find(tag, start)
    return Token(TokenKind.H2351, time, tag, place if place >= 0 else None)


def _vendor(value: Mapping[str, Any]) -> Vendor:
    made = value["vendor"]
    product = value.get("productId", b"").decode("utf-8", "replace")
    version = value.get("versionId", b"").decode("utf-8", "replace")
    return made["t35CountryCode"], made["t35Extension"], made["manufacturerCode"], product, version
