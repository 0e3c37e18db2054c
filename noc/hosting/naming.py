"""Names and numbers of the reference design: customer id, CPE id, hardware id, resource numbers.

A customer id is a name and a running number, letters and digits only (``Kuenkel00001``, NAME-01); a
CPE id adds the number of the device, from 000 (``Kuenkel00001-001``, NAME-07); a hardware id is the
NetBIOS name, model and last three bytes of the MAC (``IP232-01-02-03``, NAME-08).
"""

from __future__ import annotations

import re
from typing import Final

import msgspec

from noc.hosting.errors import UsageError
from noc.hosting.judging import reason
from noc.hosting.rows import Reason

MOH: Final = "###10"
TONE: Final = "###11"
HTTP_OUT: Final = "###12"
FAX: Final = "###13"
RESOURCES: Final[dict[str, str]] = {"moh": MOH, "tone": TONE, "http-out": HTTP_OUT, "fax": FAX}
"""role of a link -> number of its object at the Media-PBX (MED-01); HTTP-EXT has none."""
NUMBER_OF_RESOURCE: Final[dict[str, str]] = {number: role for role, number in RESOURCES.items()}

_CUSTOMER: Final = re.compile(r"([A-Za-z](?:[A-Za-z0-9]*[A-Za-z])?)([0-9]+)", re.ASCII)
_CPE: Final = re.compile(r"([A-Za-z](?:[A-Za-z0-9]*[A-Za-z])?[0-9]+)-([0-9]{3,4})", re.ASCII)
_HARDWARE: Final = re.compile(r"([A-Za-z][A-Za-z0-9]*)((?:-[0-9A-Fa-f]{2}){3})", re.ASCII)
_MAC: Final = re.compile(r"[0-9A-Fa-f]{12}", re.ASCII)
_UMLAUTS: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"})


class NameRefusedError(UsageError):
    """A name or number that the reference design does not allow."""


class CustomerId(msgspec.Struct, frozen=True):
    """A customer id in its parts: ``Kuenkel``, 1, written with 5 digits."""

    name: str
    number: int
    width: int = 5

    def __str__(self) -> str:
        return f"{self.name}{self.number:0{self.width}d}"


class HardwareId(msgspec.Struct, frozen=True):
    """A hardware id in its parts: model ``IP232``, last three bytes of the MAC ``01-02-03``."""

    model: str
    tail: str

    def __str__(self) -> str:
        return f"{self.model}-{self.tail}"


def parse_customer(text: str) -> CustomerId:
    """The parts of a customer id. Raises NameRefusedError, saying what is wrong."""
    match = _CUSTOMER.fullmatch(text)
    if match is None:
        raise NameRefusedError(
            _first(check_customer(text)), text, "write a name and a number, such as Kuenkel00001"
        )
    return CustomerId(match[1], int(match[2]), len(match[2]))


def check_customer(text: str, width: int | None = None) -> tuple[Reason, ...]:
    """What is wrong with a customer id, () if nothing. width: digits that the provider uses."""
    match = _CUSTOMER.fullmatch(text)
    if match is None:
        return (_why_no_customer(text),)
    if width is not None and len(match[2]) != width:
        return (reason("number-width", f"has {len(match[2])} digits where this provider writes {width}"),)
    return ()


def is_customer(text: str) -> bool:
    """Whether a text is a customer id."""
    return _CUSTOMER.fullmatch(text) is not None


def safe_name(text: str) -> str:
    """The letters and digits of a company's name, umlauts written out: the first part of an id."""
    return "".join(char for char in text.translate(_UMLAUTS) if char.isascii() and char.isalnum())


def cpe_id(customer: str, number: int) -> str:
    """The CPE id of a customer's device number, counted from 0. Raises NameRefusedError."""
    parse_customer(customer)
    if not 0 <= number <= 9999:
        raise NameRefusedError(f"a customer has no device {number}", customer, "count devices from 0 to 9999")
    return f"{customer}-{number:03d}"


def split_cpe(text: str) -> tuple[str, int]:
    """Customer id and number of a CPE id. Raises NameRefusedError."""
    match = _CPE.fullmatch(text)
    if match is None:
        raise NameRefusedError(
            "is no CPE id", text, "write the customer id, a dash and three digits from 000"
        )
    return match[1], int(match[2])


def customer_of(cpe: str) -> str:
    """The customer id in a CPE id, "" for a text that is none."""
    match = _CPE.fullmatch(cpe)
    return match[1] if match else ""


def parse_hardware(text: str) -> HardwareId:
    """The parts of a hardware id, the tail in lower case. Raises NameRefusedError."""
    match = _HARDWARE.fullmatch(text)
    if match is None:
        raise NameRefusedError(
            "is no hardware id", text, "write model and last three MAC bytes, IP232-01-02-03"
        )
    return HardwareId(match[1], match[2][1:].lower())


def is_hardware(text: str) -> bool:
    """Whether a text is a hardware id."""
    return _HARDWARE.fullmatch(text) is not None


def hardware_of(model: str, mac: str) -> HardwareId:
    """The hardware id of a model with a MAC (``00-90-33-01-02-03``). Raises NameRefusedError."""
    digits = re.sub(r"[-:.]", "", mac)
    if _MAC.fullmatch(digits) is None:
        raise NameRefusedError("is no MAC", mac, "write six bytes such as 00-90-33-01-02-03")
    tail = digits[6:].lower()
    return HardwareId(model, f"{tail[:2]}-{tail[2:4]}-{tail[4:]}")


def pbx_number(customer: str) -> str:
    """The number of a customer's PBX object at the Media-PBX: ``#`` and its running number (NAME-06)."""
    return f"#{parse_customer(customer).number}"


def is_pbx_number(number: str, customer: str) -> bool:
    """Whether a PBX object's number is made of the customer's running number, leading zeros or not."""
    digits = number.removeprefix("#")
    return (
        digits != number
        and digits.isascii()
        and digits.isdigit()
        and int(digits) == parse_customer(customer).number
    )


def _why_no_customer(text: str) -> Reason:
    if not text:
        return reason("empty", "is empty")
    if not (text.isascii() and text.isalnum()):
        return reason("unsafe-character", "holds something else than A-Z, a-z and 0-9")
    if not text[0].isalpha():
        return reason("no-name", "does not begin with a name")
    return reason("no-number", "does not end in a running number")


def _first(reasons: tuple[Reason, ...]) -> str:
    return reasons[0].text
