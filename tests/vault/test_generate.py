"""New passwords: what they are made of and how long they may be."""

from __future__ import annotations

import math

import pytest

from noc.vault.errors import VaultError
from noc.vault.generate import ALPHABET, password, weakest


def test_the_alphabet_has_no_look_alikes_and_nothing_to_quote() -> None:
    assert len(set(ALPHABET)) == len(ALPHABET) == 54
    assert ALPHABET.isalnum()
    assert ALPHABET.isascii()
    assert not set(ALPHABET) & set("0OoIl1Li")
    assert math.log2(len(ALPHABET)) * 15 > 86


def test_passwords_have_the_length_asked_for_and_differ() -> None:
    made = [password(length).reveal() for length in (12, 15, 23) for _ in range(200)]
    assert [len(one) for one in made] == [12] * 200 + [15] * 200 + [23] * 200
    assert len(set(made)) == 600
    assert set("".join(made)) == set(ALPHABET)


def test_the_weakest_holder_decides() -> None:
    assert weakest([23, 15, 64]) == 15
    assert weakest([]) == 15
    assert weakest([300]) == 64
    with pytest.raises(VaultError, match="only 8 characters"):
        weakest([23, 8])
    with pytest.raises(VaultError):
        password(8)
