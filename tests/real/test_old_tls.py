"""A device whose firmware is too old for today's TLS: unreadable, until provider.yaml allows it by name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml

from tests.platform_lab import LabPlatform, Row, differences, running_lab


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[LabPlatform]:
    words = ("--clusters", "1", "--customers", "2", "--phones", "2")
    with running_lab(tmp_path / "lab", *words) as platform:
        yield platform


@contextmanager
def written(lab: LabPlatform, **profiles: str) -> Iterator[None]:
    """provider.yaml with these profiles, until the block ends."""
    before = lab.config.read_text()
    settings = yaml.safe_load(before)
    settings["tls"] = profiles
    lab.config.write_text(yaml.safe_dump(settings))
    try:
        yield
    finally:
        lab.config.write_text(before)


def media(lab: LabPlatform) -> Row:
    """The Media-PBX after a sweep, at which noc and the truth must be of one mind in everything."""
    seen = lab.collect()
    assert differences(seen, lab.truth()) == []
    return seen["devices"]["media1",]


def codes(row: Row) -> list[str]:
    return [reason["code"] for reason in row["reasons"]]


def errors(row: Row) -> set[str]:
    return {source["error"] for source in row["sources"]}


def test_a_device_of_tls_1_0_is_read_where_provider_yaml_allows_it(lab: LabPlatform) -> None:
    assert (media(lab)["state"], codes(media(lab))) == ("ok", [])
    lab.do("bad", "media1", "tls-1.0")
    row = media(lab)
    assert (row["state"], "tls" in errors(row)) == ("stale", True)
    with written(lab, media1="compat"):
        assert media(lab)["state"] == "stale"
    with written(lab, media1="legacy-insecure"):
        row = media(lab)
        assert (row["state"], codes(row), errors(row)) == ("ok", ["insecure-tls"], {""})
        lab.do("device-down", "media1")
        assert codes(media(lab)) == ["unreachable"]
        lab.do("device-up", "media1")
    assert media(lab)["state"] == "stale"
    lab.do("mend", "all")
    assert (media(lab)["state"], codes(media(lab))) == ("ok", [])


def test_a_device_that_could_do_better_says_so_too(lab: LabPlatform) -> None:
    with written(lab, media1="legacy-insecure"):
        assert codes(media(lab)) == ["insecure-tls"]
    assert codes(media(lab)) == []
