"""Another store behind two commands: a real program that keeps entries as files."""

from __future__ import annotations

from pathlib import Path

import pytest

from noc.hosting.errors import NocError
from noc.hosting.secret import Secret
from noc.vault.command import INDEX, CommandStore
from noc.vault.errors import NoVersionError, VaultError
from noc.vault.format import Label
from noc.vault.provider import SecretProvider

PROGRAM = """#!/bin/sh
set -e
case "$1" in
  show) cat "$2/$3" ;;
  insert) mkdir -p "$(dirname "$2/$3")"; cat > "$2/$3" ;;
  deaf) cat > /dev/null ;;
esac
"""


@pytest.fixture
def program(tmp_path: Path) -> str:
    """A password store of ten lines."""
    file = tmp_path / "store"
    file.write_text(PROGRAM)
    file.chmod(0o700)
    return str(file)


@pytest.fixture
def store(program: str, tmp_path: Path) -> CommandStore:
    made = CommandStore(
        [program, "show", str(tmp_path / "e"), "{entry}"], [program, "insert", str(tmp_path / "e"), "{entry}"]
    )
    made.prepare()
    return made


def test_it_is_a_provider_like_the_vault(store: CommandStore) -> None:
    provider: SecretProvider = store
    assert provider.add("paccess", Secret("first")) == 1
    assert provider.stage("paccess", Secret("second")) == 2
    assert provider.reveal("paccess", Label.PENDING).reveal() == "second"
    prints = provider.fingerprint("paccess", 1), provider.fingerprint("paccess", 2)
    provider.promote("paccess")
    provider.stage("paccess", Secret("third"))
    provider.abandon("paccess")
    provider.retire("paccess", 1)
    labels = [(one.version, one.label) for one in provider.versions("paccess")]
    assert labels == [(1, Label.RETIRED), (2, Label.CURRENT), (3, Label.ABANDONED)]
    assert provider.names() == ("paccess",)
    assert prints[0] != prints[1] == provider.fingerprint("paccess")
    with pytest.raises(NoVersionError):
        provider.reveal("paccess", 1)
    with pytest.raises(VaultError, match="already"):
        provider.add("paccess", Secret("again"))


def test_values_and_index_are_entries_of_their_own(store: CommandStore, tmp_path: Path) -> None:
    store.add("reg/Kuenkel00001", Secret("first"))
    assert (tmp_path / "e/reg/Kuenkel00001/1").read_text() == "first"
    assert "first" not in (tmp_path / "e" / INDEX).read_text()


def test_an_index_that_cannot_be_read_is_no_empty_store(store: CommandStore, tmp_path: Path) -> None:
    store.add("paccess", Secret("first"))
    (tmp_path / "e" / INDEX).rename(tmp_path / "away")
    with pytest.raises(NocError, match="status"):
        store.stage("paccess", Secret("second"))
    assert not (tmp_path / "e/paccess/2").exists()
    (tmp_path / "e" / INDEX).write_text("{")
    with pytest.raises(VaultError, match="index"):
        store.names()


def test_a_store_is_prepared_once(store: CommandStore) -> None:
    with pytest.raises(VaultError, match="already"):
        store.prepare()


def test_a_write_that_does_not_arrive_is_an_error(store: CommandStore, program: str, tmp_path: Path) -> None:
    store.add("paccess", Secret("first"))
    deaf = CommandStore([program, "show", str(tmp_path / "e"), "{entry}"], [program, "deaf", "{entry}"])
    with pytest.raises(NocError):
        deaf.stage("paccess", Secret("second"))
    assert [one.version for one in store.versions("paccess")] == [1]


def test_commands_without_an_entry_and_missing_programs_are_told(tmp_path: Path) -> None:
    with pytest.raises(VaultError, match="names no"):
        CommandStore(["pass", "show"], ["pass", "insert", "{entry}"])
    missing = str(tmp_path / "missing")
    with pytest.raises(NocError, match="missing"):
        CommandStore([missing, "{entry}"], [missing, "{entry}"]).names()
