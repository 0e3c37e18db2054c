"""A secret shows itself nowhere."""

from __future__ import annotations

import copy
import logging
import pickle
import traceback

import msgspec
import pytest

from noc.hosting.secret import Secret

TEXT = "korrekt-pferd-batterie"


def test_reveal_is_the_only_way() -> None:
    assert Secret(TEXT).reveal() == TEXT


@pytest.mark.parametrize(
    "shown",
    [
        repr,
        str,
        "{}".format,
        "{!r:>20}".format,
        lambda secret: f"{secret:>12}",
        lambda secret: str([secret, {1: secret}]),
    ],
)
def test_it_is_not_shown(shown: object) -> None:
    text = shown(Secret(TEXT))  # type: ignore[operator]
    assert TEXT not in text
    assert "********" in text


def test_it_is_not_shown_in_a_log_or_traceback(caplog: pytest.LogCaptureFixture) -> None:
    secret = Secret(TEXT)
    logging.getLogger("noc").warning("login with %s", secret)
    try:
        raise ValueError(secret)
    except ValueError as error:
        told = "".join(traceback.format_exception(error))
    assert TEXT not in caplog.text + told


@pytest.mark.parametrize("write", [pickle.dumps, copy.copy, msgspec.json.encode])
def test_it_is_not_written(write: object) -> None:
    with pytest.raises(TypeError) as caught:
        write(Secret(TEXT))  # type: ignore[operator]
    assert TEXT not in str(caught.value)


def test_equality_and_emptiness() -> None:
    assert Secret(TEXT) == Secret(TEXT)
    assert Secret(TEXT) != Secret("other")
    assert Secret(TEXT) != TEXT
    assert len({Secret(TEXT), Secret(TEXT)}) == 1
    assert not Secret("")
