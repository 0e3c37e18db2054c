"""Names and numbers of the reference design."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from noc.hosting import naming
from noc.hosting.naming import NameRefusedError

NAMES = st.from_regex(r"[A-Za-z]([A-Za-z0-9]{0,12}[A-Za-z])?", fullmatch=True)


@pytest.mark.parametrize(
    ("text", "name", "number", "width"),
    [
        ("Kuenkel00001", "Kuenkel", 1, 5),
        ("Kuenkel0001", "Kuenkel", 1, 4),
        ("a9b7", "a9b", 7, 1),
        ("X00135", "X", 135, 5),
    ],
)
def test_customer(text: str, name: str, number: int, width: int) -> None:
    parsed = naming.parse_customer(text)
    assert (parsed.name, parsed.number, parsed.width, str(parsed)) == (name, number, width, text)
    assert naming.is_customer(text)
    assert naming.check_customer(text) == ()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        ("Künkel00001", "unsafe-character"),
        ("Kuenkel 00001", "unsafe-character"),
        ("Kuenkel-00001", "unsafe-character"),
        ("Kuenkel00001\n", "unsafe-character"),
        ("Kuenkel٠٠٠٠١", "unsafe-character"),
        ("00001", "no-name"),
        ("1Kuenkel", "no-name"),
        ("Kuenkel", "no-number"),
        ("Kuenkel00001a", "no-number"),
    ],
)
def test_what_is_no_customer_says_why(text: str, code: str) -> None:
    assert [why.code for why in naming.check_customer(text)] == [code]
    assert not naming.is_customer(text)
    with pytest.raises(NameRefusedError) as caught:
        naming.parse_customer(text)
    assert caught.value.remedy


def test_one_width_a_provider() -> None:
    assert naming.check_customer("Kuenkel00001", 5) == ()
    assert [why.text for why in naming.check_customer("Kuenkel0001", 5)] == [
        "has 4 digits where this provider writes 5"
    ]


@given(NAMES, st.integers(0, 99999))
def test_customer_round_trip(name: str, number: int) -> None:
    text = str(naming.CustomerId(name, number))
    parsed = naming.parse_customer(text)
    assert str(parsed) == text
    assert parsed.number == number


@given(NAMES, st.integers(0, 99999), st.integers(0, 9999))
def test_cpe_round_trip(name: str, number: int, place: int) -> None:
    customer = str(naming.CustomerId(name, number))
    cpe = naming.cpe_id(customer, place)
    assert naming.split_cpe(cpe) == (customer, place)
    assert naming.customer_of(cpe) == customer


def test_cpe_counts_from_000() -> None:
    assert naming.cpe_id("Kuenkel00001", 0) == "Kuenkel00001-000"
    assert naming.split_cpe("Kuenkel00001-001") == ("Kuenkel00001", 1)


@pytest.mark.parametrize(
    "text", ["Kuenkel00001", "Kuenkel00001-", "Kuenkel00001-1", "Kuenkel-001", "HTTP-EXT", "MOH", "", "_MOH_"]
)
def test_what_is_no_cpe_belongs_to_no_customer(text: str) -> None:
    assert naming.customer_of(text) == ""
    with pytest.raises(NameRefusedError):
        naming.split_cpe(text)


@pytest.mark.parametrize(
    ("customer", "place"), [("Kuenkel", 0), ("Kuenkel00001", -1), ("Kuenkel00001", 10000)]
)
def test_a_cpe_that_cannot_be(customer: str, place: int) -> None:
    with pytest.raises(NameRefusedError):
        naming.cpe_id(customer, place)


@given(st.text(max_size=60))
def test_no_text_upsets_the_splitters(text: str) -> None:
    customer = naming.customer_of(text)
    assert not customer or naming.is_customer(customer)
    assert naming.is_customer(text) == (naming.check_customer(text) == ())


@pytest.mark.parametrize(
    ("text", "model", "tail"),
    [
        ("IP232-01-02-03", "IP232", "01-02-03"),
        ("IPVA-a8-5A-38", "IPVA", "a8-5a-38"),
        ("IP200A-10-10-b4", "IP200A", "10-10-b4"),
    ],
)
def test_hardware(text: str, model: str, tail: str) -> None:
    parsed = naming.parse_hardware(text)
    assert (parsed.model, parsed.tail) == (model, tail)
    assert naming.is_hardware(text)


@pytest.mark.parametrize(
    "text", ["IP232", "IP232-01-02", "IP232-01-02-0g", "232-01-02-03", "IP232-01-02-03-04", ""]
)
def test_what_is_no_hardware_id(text: str) -> None:
    assert not naming.is_hardware(text)
    with pytest.raises(NameRefusedError):
        naming.parse_hardware(text)


@pytest.mark.parametrize("mac", ["00-90-33-30-00-AF", "00:90:33:30:00:af", "0090333000af"])
def test_hardware_id_of_a_mac(mac: str) -> None:
    assert str(naming.hardware_of("IP232", mac)) == "IP232-30-00-af"


@pytest.mark.parametrize("mac", ["", "00-90-33", "00-90-33-30-00-zz"])
def test_no_hardware_id_of_what_is_no_mac(mac: str) -> None:
    with pytest.raises(NameRefusedError):
        naming.hardware_of("IP232", mac)


def test_numbers_at_the_media_pbx() -> None:
    assert naming.RESOURCES == {"moh": "###10", "tone": "###11", "http-out": "###12", "fax": "###13"}
    assert naming.NUMBER_OF_RESOURCE["###12"] == "http-out"
    assert naming.pbx_number("Kuenkel00135") == "#135"


@pytest.mark.parametrize(
    ("number", "fits"),
    [("#1", True), ("#00001", True), ("#2", False), ("1", False), ("", False), ("#", False), ("#x", False)],
)
def test_number_of_a_pbx_object(number: str, fits: bool) -> None:
    assert naming.is_pbx_number(number, "Kuenkel00001") is fits


def test_a_safe_name_of_a_company() -> None:
    assert naming.safe_name("Künkel & Söhne GmbH") == "KuenkelSoehneGmbH"
    assert naming.safe_name("Größe-Weiß 24") == "GroesseWeiss24"
