"""Secrets in a vault: stored, moved from label to label, never lost, never overwritten."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from noc.hosting.secret import Secret
from noc.vault.errors import NoVersionError, VaultError, WrongPassphraseError
from noc.vault.format import Label
from noc.vault.memory import Memory
from noc.vault.store import Vault, read_file
from tests.vault.conftest import ANNA, BERT


def labels(vault: Vault, name: str) -> list[tuple[int, Label]]:
    return [(one.version, one.label) for one in vault.versions(name)]


def test_what_was_staged_is_there_for_another_operator_at_once(
    vault: Vault, path: Path, memory: Memory
) -> None:
    assert vault.stage("paccess", Secret("canary-staged")) == 1
    with Vault.open(path, "bert", BERT, memory=memory) as other:
        assert other.reveal("paccess", Label.PENDING).reveal() == "canary-staged"
        assert other.fingerprint("paccess", 1) == vault.fingerprint("paccess", 1)


def test_the_way_of_a_version(vault: Vault) -> None:
    assert vault.add("paccess", Secret("first")) == 1
    vault.stage("paccess", Secret("second"))
    assert labels(vault, "paccess") == [(1, Label.CURRENT), (2, Label.PENDING)]
    vault.promote("paccess")
    assert labels(vault, "paccess") == [(1, Label.PREVIOUS), (2, Label.CURRENT)]
    vault.stage("paccess", Secret("third"))
    vault.abandon("paccess")
    vault.retire("paccess", 1)
    assert labels(vault, "paccess") == [(1, Label.RETIRED), (2, Label.CURRENT), (3, Label.ABANDONED)]
    assert vault.reveal("paccess").reveal() == "second"
    assert vault.reveal("paccess", 3).reveal() == "third"
    with pytest.raises(NoVersionError, match="destroyed"):
        vault.reveal("paccess", 1)


def test_dates_of_all_labels_are_kept(vault: Vault) -> None:
    vault.add("paccess", Secret("first"))
    vault.stage("paccess", Secret("second"))
    vault.promote("paccess")
    vault.retire("paccess", 1)
    dates = vault.versions("paccess")[0].dates
    way = [Label.PENDING, Label.CURRENT, Label.PREVIOUS, Label.RETIRED]
    assert set(dates) == set(way)
    assert [dates[label] for label in way] == sorted(dates.values())


def test_a_retired_value_is_gone_from_the_file(vault: Vault, path: Path) -> None:
    vault.add("paccess", Secret("first"))
    sealed = base64.b64encode(read_file(path).rec[0].ct)
    assert sealed in path.read_bytes()
    vault.stage("paccess", Secret("second"))
    vault.promote("paccess")
    vault.retire("paccess", 1)
    assert sealed not in path.read_bytes()


def test_one_pending_version_at_a_time(vault: Vault) -> None:
    vault.stage("paccess", Secret("one"))
    with pytest.raises(VaultError, match="pending version already"):
        vault.stage("paccess", Secret("two"))


def test_what_is_in_use_is_not_added_again(vault: Vault) -> None:
    vault.add("paccess", Secret("one"))
    with pytest.raises(VaultError, match="already"):
        vault.add("paccess", Secret("two"))
    assert labels(vault, "paccess") == [(1, Label.CURRENT)]


def test_a_current_version_cannot_be_retired(vault: Vault) -> None:
    vault.add("paccess", Secret("one"))
    with pytest.raises(VaultError, match="only previous and abandoned"):
        vault.retire("paccess", 1)


def test_an_empty_secret_is_refused(vault: Vault) -> None:
    with pytest.raises(VaultError, match="empty"):
        vault.stage("paccess", Secret(""))


@pytest.mark.parametrize("name", ["a|b", "", "noc:journal", "a b", "x" * 129, "a\n"])
def test_names_that_would_confuse_the_seal_are_refused(vault: Vault, name: str) -> None:
    with pytest.raises(VaultError, match="cannot name a secret"):
        vault.stage(name, Secret("x"))


def test_two_holders_of_the_vault_lose_nothing_of_each_other(
    vault: Vault, path: Path, memory: Memory
) -> None:
    with Vault.open(path, "bert", BERT, memory=memory) as other:
        vault.add("one", Secret("1"))
        other.add("two", Secret("2"))
        vault.add("three", Secret("3"))
        other.refresh()
        assert other.names() == ("one", "three", "two")
        assert other.generation == vault.generation


def test_fingerprints_tell_secrets_apart_and_differ_between_vaults(vault: Vault, tmp_path: Path) -> None:
    from noc.vault.keys import FLOOR
    from noc.vault.slots import create

    vault.add("one", Secret("same"))
    vault.add("two", Secret("same"))
    vault.add("three", Secret("else"))
    prints = [vault.fingerprint(name) for name in ("one", "two", "three")]
    assert prints[0] == prints[1] != prints[2]
    assert all(len(one) == 8 and int(one, 16) >= 0 for one in prints)
    create(tmp_path / "other", "anna", ANNA, FLOOR)
    with Vault.open(tmp_path / "other", "anna", ANNA, memory=Memory(tmp_path / "m")) as other:
        other.add("one", Secret("same"))
        assert other.fingerprint("one") != prints[0]


def test_a_wrong_passphrase_and_a_stranger_open_nothing(path: Path, memory: Memory) -> None:
    with pytest.raises(WrongPassphraseError, match="opens nothing"):
        Vault.open(path, "anna", BERT, memory=memory)
    with pytest.raises(WrongPassphraseError, match="no slot"):
        Vault.open(path, "carl", ANNA, memory=memory)


def test_a_passphrase_may_be_typed_on_any_keyboard(tmp_path: Path) -> None:
    from noc.vault.keys import FLOOR
    from noc.vault.slots import create

    create(tmp_path / "v", "anna", Secret("Schl\u00fcssel lang genug"), FLOOR)
    with Vault.open(
        tmp_path / "v", "anna", Secret("Schlu\u0308ssel lang genug"), memory=Memory(tmp_path / "m")
    ):
        pass
