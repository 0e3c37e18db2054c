"""RAS read by difference: a phone repeats its registration every minute or two, and phones of one make
write the same message but for their names and addresses. Such a message is read from those few bytes,
tens of times faster than by a decoder.

Sound because the holes hold values of fixed length, so the structure around them is the same: every
other byte must be equal to that of a message that was decoded in full, and the place of each hole was
proven by changing its bytes and decoding again.
"""

from __future__ import annotations

from collections import defaultdict

import msgspec

from noc.devices.codec.ras import RasError, decode, protocol_at
from noc.hosting.h323.evidence import Endpoint, InnerAddress, RasMessage, Token

_MAX_MODELS = 8192  # pairs of endpoints remembered, newest kept
_MAX_SHAPES = 256  # kinds of message remembered
_MAX_OF_A_SHAPE = 4  # models of one kind: what phones of several makes and firmwares write
_TIME_SIZE = 4  # bytes of a TimeStamp of this century: value - 1
_TEXT = frozenset(range(0x20, 0x7F))

_Pair = tuple[Endpoint, Endpoint, int, int]
_Shape = tuple[int, bytes]


class _Hole(msgspec.Struct, frozen=True):
    """Bytes that may differ. field: what they are (seq, time, tag, inner, alias, endpoint, or "" for what
    is not read); index: of the token or inner address."""

    start: int
    end: int
    field: str = ""
    index: int = 0


class _Model(msgspec.Struct, frozen=True):
    """A message decoded in full, and where its like may differ."""

    message: RasMessage
    holes: tuple[_Hole, ...]
    fixed: tuple[tuple[int, int], ...]

    def read(self, payload: bytes) -> RasMessage | None:
        """The message that `payload` holds, or None where it is not of this kind."""
        raw, message = self.message.raw, self.message
        if any(payload[start:end] != raw[start:end] for start, end in self.fixed):
            return None
        tokens, inner, texts = list(message.tokens), list(message.inner), dict[str, bytes]()
        seq = message.seq
        for hole in self.holes:
            part = payload[hole.start : hole.end]
            if hole.field == "seq":
                seq = int.from_bytes(part, "big") + 1
            elif hole.field == "tag":
                tokens[hole.index] = _with(tokens[hole.index], tokens[hole.index].time, part)
            elif hole.field == "time":
                time = int.from_bytes(part, "big") + 1
                tokens[hole.index] = _with(tokens[hole.index], time, tokens[hole.index].tag)
            elif hole.field == "inner":
                inner[hole.index] = InnerAddress(part[:4], int.from_bytes(part[4:], "big"), hole.start)
            elif hole.field and texts.setdefault(hole.field, part) != part:
                return None
        if not all(_is_plain(part) for part in texts.values()):
            return None
        said = {field: part[1::2].decode("ascii") for field, part in texts.items()}
        names = (said["alias"],) if "alias" in said else message.ids
        split = len(message.call)
        return RasMessage(
            kind=message.kind,
            seq=seq,
            raw=payload,
            ids=names,
            others=names if "alias" in said and message.others else message.others,
            call=tuple(inner[:split]),
            ras=tuple(inner[split:]),
            tokens=tuple(tokens),
            vendor=message.vendor,
            keep_alive=message.keep_alive,
            endpoint=said.get("endpoint", message.endpoint),
            reason=message.reason,
        )


class RasReader:
    """Decodes like `ras.decode`, remembering what was said before. Not thread-safe."""

    def __init__(self) -> None:
        self._pairs: dict[_Pair, _Model | None] = {}
        self._shapes: dict[_Shape, list[_Model]] = {}
        self._tried: defaultdict[_Shape, int] = defaultdict(int)

    def decode(self, payload: bytes, source: Endpoint, target: Endpoint) -> RasMessage:
        """Read one RAS message from `source` to `target`. Raises RasError as `ras.decode` does."""
        pair = (source, target, len(payload), payload[0])
        shape = (len(payload), payload[:2])
        models: list[_Model | None] = [*self._shapes.get(shape, ()), self._pairs.get(pair)]
        for model in models:
            known = model.read(payload) if model is not None else None
            if known is not None:
                return known
        message = decode(payload)
        self._learn_pair(pair, message)
        self._learn_shape(shape, message)
        return message

    def _learn_pair(self, pair: _Pair, message: RasMessage) -> None:
        """What these two say, from the second like message on."""
        repeated = pair in self._pairs
        self._pairs.pop(pair, None)
        self._pairs[pair] = _model(message, ()) if repeated else None
        if len(self._pairs) > _MAX_MODELS:
            del self._pairs[next(iter(self._pairs))]

    def _learn_shape(self, shape: _Shape, message: RasMessage) -> None:
        """What phones of one make say, from the second message of this length on."""
        if shape not in self._tried and len(self._tried) >= _MAX_SHAPES:
            return
        self._tried[shape] += 1
        models = self._shapes.setdefault(shape, [])
        if self._tried[shape] > 1 and len(models) < _MAX_OF_A_SHAPE and self._tried[shape] < _MAX_SHAPES:
            model = _model(message, _shared_holes(message))
            if model is not None:
                models.append(model)


def _with(token: Token, time: int | None, tag: bytes) -> Token:
    return Token(token.kind, time, tag, token.offset)


def _is_plain(text: bytes) -> bool:
    """Whether UTF-16 bytes are printable ASCII, which needs no decoder."""
    return not any(text[::2]) and _TEXT.issuperset(text[1::2])


def _model(message: RasMessage, more: tuple[_Hole, ...]) -> _Model | None:
    """A model of `message`, or None where a hole cannot be proven."""
    at = protocol_at(message.raw)
    if at < 2:
        return None
    holes = sorted((_Hole(at - 2, at, "seq"), *_token_holes(message), *more), key=lambda hole: hole.start)
    edges = [0, *(edge for hole in holes for edge in (hole.start, hole.end)), len(message.raw)]
    if edges != sorted(edges):
        return None
    model = _Model(message, tuple(holes), tuple(zip(edges[::2], edges[1::2], strict=True)))
    return model if _is_proven(model) else None


def _token_holes(message: RasMessage) -> list[_Hole]:
    """Time, random and hash of each token, found from the end of the addresses on."""
    raw, holes = message.raw, []
    start = max((inner.offset + 6 for inner in message.inner if inner.offset is not None), default=0)
    for index, token in enumerate(message.tokens):
        if token.time is not None and token.offset is not None:
            at = raw.find((token.time - 1).to_bytes(_TIME_SIZE, "big"), start, token.offset)
            if at >= 0:
                holes.append(_Hole(at, at + _TIME_SIZE, "time", index))
                holes.extend(_random_hole(token, raw, at + _TIME_SIZE))
        if token.tag and token.offset is not None:
            start = token.offset + len(token.tag)
            holes.append(_Hole(token.offset, start, "tag", index))
    return holes


def _random_hole(token: Token, raw: bytes, at: int) -> list[_Hole]:
    """The random number of an H.235.1 token stands behind its time: a length byte, then so many bytes."""
    size = raw[at]
    if token.offset is None or not 1 <= size <= 4 or at + 1 + size > token.offset:
        return []
    return [_Hole(at + 1, at + 1 + size)]


def _shared_holes(message: RasMessage) -> tuple[_Hole, ...]:
    """Addresses and names, which differ from phone to phone. A name only where it is the one name: as
    alias, and perhaps as sendersID."""
    holes = [
        _Hole(inner.offset, inner.offset + 6, "inner", index)
        for index, inner in enumerate(message.inner)
        if inner.offset is not None
    ]
    if len(message.ids) == 1 and message.others in ((), message.ids):
        holes.extend(_text_holes(message, message.ids[0], "alias"))
    if message.endpoint and message.endpoint not in message.ids:
        holes.extend(_text_holes(message, message.endpoint, "endpoint"))
    return tuple(holes)


def _text_holes(message: RasMessage, text: str, field: str) -> list[_Hole]:
    wanted, holes, at = text.encode("utf-16-be", "surrogatepass"), [], 0
    while (at := message.raw.find(wanted, at)) >= 0:
        holes.append(_Hole(at, at + len(wanted), field))
        at += len(wanted)
    return holes


def _is_proven(model: _Model) -> bool:
    """Whether a message with every hole's bytes changed is decoded as the model reads it."""
    changed = bytearray(model.message.raw)
    for hole in model.holes:
        text = hole.field in ("alias", "endpoint")
        for place in range(hole.start + text, hole.end, 1 + text):
            changed[place] ^= 0x01 if text else 0x55
    try:
        return decode(bytes(changed)) == model.read(bytes(changed))
    except RasError:
        return False
