"""The calls and types of a SOAP service as data: ``Name argument:type ... -> result:type ...``.

The dialect holds them in this form; client and server make envelopes from them, the server its WSDL.
Types with a capital are structs and arrays of the service, the others those of XML Schema.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from noc.devices.codec import soap
from noc.devices.codec.xmlrows import Row

Scalar = str | int | bool | None


class Field(NamedTuple):
    """An argument, a result, or a field of a struct. kind: string | int | boolean, or a type's name."""

    name: str
    kind: str


class Signature(NamedTuple):
    """A call: its name, what it takes and what it gives, in order."""

    name: str
    takes: tuple[Field, ...]
    gives: tuple[Field, ...]

    @property
    def answer(self) -> str:
        """The name of the element that answers it."""
        return f"{self.name}Response"


class StructType(NamedTuple):
    """A struct: its name and its fields in order."""

    name: str
    fields: tuple[Field, ...]


def signature(text: str) -> Signature:
    """The call written in `text`. Raises ValueError for a field without a type."""
    takes, _, gives = text.partition("->")
    name, *arguments = takes.split()
    return Signature(name, _fields(arguments), _fields(gives.split()))


def struct_type(text: str) -> StructType:
    """The struct written in `text`. Raises ValueError for a field without a type."""
    name, *fields = text.split()
    return StructType(name, _fields(fields))


def without(call: Signature, names: Iterable[str]) -> Signature:
    """The same call before those arguments came."""
    gone = frozenset(names)
    return call._replace(takes=tuple(field for field in call.takes if field.name not in gone))


def request(call: Signature, namespace: str, values: Sequence[Scalar]) -> bytes:
    """The envelope of a call. values: in the order of its arguments; those left out are not sent."""
    parts = (soap.scalar(field.name, value) for field, value in zip(call.takes, values, strict=False))
    return soap.envelope(call.name, namespace, "".join(parts))


def arguments(call: Signature, row: Row) -> list[str]:
    """The values of a call that came, in the order of its arguments; "" for what is missing or nil."""
    return [soap.part(row, field.name) for field in call.takes]


def answer(call: Signature, namespace: str, values: Sequence[Scalar]) -> bytes:
    """The envelope of an answer whose results are all simple, in their order."""
    parts = (soap.scalar(field.name, value) for field, value in zip(call.gives, values, strict=True))
    return soap.envelope(call.answer, namespace, "".join(parts))


def _fields(words: Iterable[str]) -> tuple[Field, ...]:
    found = []
    for word in words:
        name, _, kind = word.partition(":")
        if not name or not kind:
            raise ValueError(f"{word!r} is no `name:type`")
        found.append(Field(name, kind))
    return tuple(found)
