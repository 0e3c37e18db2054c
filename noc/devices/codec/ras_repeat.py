"""RAS read by difference: a phone repeats its registration every minute or two, with a new number, time,
random and hash. Such a message is read from those few bytes, tens of times faster than by a decoder.

Sound because the holes hold values of fixed length, so the structure around them is the same: every
other byte must be equal to that of a message that was decoded in full, and the place of each hole was
proven by changing its bytes and decoding again.
"""

from __future__ import annotations

import msgspec

from noc.devices.codec.ras import RasError, decode, protocol_at
from noc.hosting.h323.evidence import Endpoint, RasMessage, Token

_MAX_MODELS = 8192  # messages remembered, newest kept
_FLIP = 0xFF
_TIME_SIZE = 4  # bytes of a TimeStamp of this century: value - 1

_Key = tuple[Endpoint, Endpoint, int, int]


class _Hole(msgspec.Struct, frozen=True):
    """Bytes that may differ. token: index of the token whose `field` (time or tag) they are, or -1."""

    start: int
    end: int
    token: int = -1
    field: str = ""


class _Model(msgspec.Struct, frozen=True):
    """A message decoded in full, and where its like may differ."""

    message: RasMessage
    seq: int  # offset of the sequence number
    holes: tuple[_Hole, ...]
    fixed: tuple[tuple[int, int], ...]

    def covers(self, payload: bytes) -> bool:
        raw = self.message.raw
        return all(payload[start:end] == raw[start:end] for start, end in self.fixed)

    def read(self, payload: bytes) -> RasMessage:
        """The message that `payload` holds, given that it is covered."""
        tokens = list(self.message.tokens)
        for hole in self.holes:
            part = payload[hole.start : hole.end]
            if hole.field == "tag":
                tokens[hole.token] = msgspec.structs.replace(tokens[hole.token], tag=part)
            elif hole.field == "time":
                time = int.from_bytes(part, "big") + 1
                tokens[hole.token] = msgspec.structs.replace(tokens[hole.token], time=time)
        seq = int.from_bytes(payload[self.seq : self.seq + 2], "big") + 1
        return msgspec.structs.replace(self.message, seq=seq, raw=payload, tokens=tuple(tokens))


class RasReader:
    """Decodes like `ras.decode`, remembering what each pair of endpoints said last. Not thread-safe."""

    def __init__(self) -> None:
        self._models: dict[_Key, _Model | None] = {}

    def decode(self, payload: bytes, source: Endpoint, target: Endpoint) -> RasMessage:
        """Read one RAS message from `source` to `target`. Raises RasError as `ras.decode` does."""
        key = (source, target, len(payload), payload[0])
        model = self._models.get(key)
        if model is not None and model.covers(payload):
            return model.read(payload)
        message = decode(payload)
        repeated = key in self._models
        self._models.pop(key, None)
        self._models[key] = _model(message) if repeated else None
        if len(self._models) > _MAX_MODELS:
            del self._models[next(iter(self._models))]
        return message


def _model(message: RasMessage) -> _Model | None:
    """A model of `message`, or None where a hole cannot be proven."""
    at = protocol_at(message.raw)
    if at < 2:
        return None
    holes = sorted([_Hole(at - 2, at), *_token_holes(message)], key=lambda hole: hole.start)
    edges = [0, *(edge for hole in holes for edge in (hole.start, hole.end)), len(message.raw)]
    if edges != sorted(edges):
        return None
    fixed = tuple(zip(edges[::2], edges[1::2], strict=True))
    model = _Model(message, at - 2, tuple(holes), fixed)
    return model if _is_proven(model) else None


def _token_holes(message: RasMessage) -> list[_Hole]:
    """Time, random and hash of each token, found from the end of the addresses on."""
    raw, holes = message.raw, []
    start = max((inner.offset + 6 for inner in message.inner if inner.offset is not None), default=0)
    for index, token in enumerate(message.tokens):
        if token.time is not None and token.offset is not None:
            at = raw.find((token.time - 1).to_bytes(_TIME_SIZE, "big"), start, token.offset)
            if at >= 0:
                holes.append(_Hole(at, at + _TIME_SIZE, index, "time"))
                holes.extend(_random_hole(token, raw, at + _TIME_SIZE))
        if token.tag and token.offset is not None:
            start = token.offset + len(token.tag)
            holes.append(_Hole(token.offset, start, index, "tag"))
    return holes


def _random_hole(token: Token, raw: bytes, at: int) -> list[_Hole]:
    """The random number of an H.235.1 token stands behind its time: a length byte, then so many bytes."""
    size = raw[at]
    if token.offset is None or not 1 <= size <= 4 or at + 1 + size > token.offset:
        return []
    return [_Hole(at + 1, at + 1 + size)]


def _is_proven(model: _Model) -> bool:
    """Whether a message with every hole's bytes flipped is decoded as the model reads it."""
    flipped = bytearray(model.message.raw)
    for hole in model.holes:
        for place in range(hole.start, hole.end):
            flipped[place] ^= _FLIP
    try:
        return decode(bytes(flipped)) == model.read(bytes(flipped))
    except RasError:
        return False
