"""Who opens the vault and who signs: slots, removal, the roster of approvers."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from noc.hosting.secret import Secret
from noc.vault.errors import DamagedVaultError, VaultError, WrongPassphraseError
from noc.vault.format import Enrolment, VaultFile, encode, signed
from noc.vault.keys import FLOOR
from noc.vault.memory import Memory
from noc.vault.operators import request, request_fingerprint
from noc.vault.roster import approvers, head
from noc.vault.signing import PLAN, ROSTER, Signer, signature_holds
from noc.vault.slots import add_slot, change_passphrase, create, open_signer, remove_slot, rotate_key
from noc.vault.store import Vault, read_file
from tests.vault.conftest import ANNA, BERT, with_carl

CARL = Secret("carl comes later on")
replace = msgspec.structs.replace


def rewrite(vault: Vault, file: VaultFile) -> None:
    """Write as an operator does who has the vault's key and no scruples."""
    vault.path.write_bytes(encode(signed(replace(file, gen=file.gen + 1), vault.keys)))


def test_both_founders_approve_and_a_third_operator_does_not(vault: Vault) -> None:
    with_carl(vault, CARL)
    assert set(vault.approvers()) == {"anna", "bert"}
    assert vault.operators == ("anna", "bert", "carl")


def test_a_new_operator_reads_and_writes(vault: Vault, memory: Memory) -> None:
    vault.add("paccess", Secret("first"))
    with_carl(vault, CARL)
    with Vault.open(vault.path, "carl", CARL, memory=memory) as carl:
        assert carl.reveal("paccess").reveal() == "first"
        carl.add("pbx", Secret("second"))
    vault.refresh()
    assert vault.reveal("pbx").reveal() == "second"


def test_a_removed_slot_opens_nothing_any_more(vault: Vault, memory: Memory, tmp_path: Path) -> None:
    vault.add("paccess", Secret("first"))
    with_carl(vault, CARL)
    carl = Vault.open(vault.path, "carl", CARL, memory=memory)
    with_slot = read_file(vault.path)
    assert remove_slot(vault, "carl") == ("paccess",)
    vault.stage("paccess", Secret("second"))
    with pytest.raises(WrongPassphraseError, match="no slot"):
        Vault.open(vault.path, "carl", CARL, memory=memory)
    with pytest.raises(VaultError, match="new key"):
        carl.refresh()
    now = read_file(vault.path)
    old_slot = with_slot.slot("carl")
    assert old_slot is not None
    vault.path.write_bytes(encode(replace(now, slots=(*now.slots, old_slot))))
    with pytest.raises(DamagedVaultError):
        Vault.open(vault.path, "carl", CARL, memory=Memory(tmp_path / "fresh"))
    assert all(
        carl.keys.open_record(one.n, one.ct, f"{now.id}|{one.name}|{one.ver}".encode()) is None
        for one in now.rec
    )


def test_the_others_open_after_removals_without_having_been_there(vault: Vault, memory: Memory) -> None:
    vault.add("paccess", Secret("first"))
    with_carl(vault, CARL)
    rotate_key(vault)
    remove_slot(vault, "carl")
    rotate_key(vault)
    for _ in range(2):
        with Vault.open(vault.path, "bert", BERT, memory=memory) as bert:
            assert bert.reveal("paccess").reveal() == "first"
            assert bert.epoch == 4
    slot = read_file(vault.path).slot("bert")
    assert slot is not None
    assert (slot.epoch, slot.sealed) == (4, ())


def test_an_operator_who_never_opened_follows_a_new_key(vault: Vault, memory: Memory) -> None:
    with_carl(vault, CARL)
    rotate_key(vault)
    Vault.open(vault.path, "carl", CARL, memory=memory).close()


def test_an_approver_is_removed_only_with_an_approvers_signature(
    vault: Vault, path: Path, memory: Memory
) -> None:
    with pytest.raises(VaultError, match="approver"):
        remove_slot(vault, "bert")
    remove_slot(vault, "bert", open_signer(path, "anna", ANNA, memory))
    vault.refresh()
    assert set(vault.approvers()) == {"anna"}


def test_nobody_removes_themselves_and_the_last_one_stays(tmp_path: Path, memory: Memory) -> None:
    create(tmp_path / "v", "anna", ANNA, FLOOR)
    with Vault.open(tmp_path / "v", "anna", ANNA, memory=memory) as vault:
        with pytest.raises(VaultError, match="own slot"):
            remove_slot(vault, "anna")
        assert vault.operators == ("anna",)


def test_signatures_hold_for_their_operator_purpose_and_vault_only(
    vault: Vault, path: Path, memory: Memory
) -> None:
    anna = open_signer(path, "anna", ANNA, memory)
    signature = anna.sign(PLAN, vault.id, b"digest")
    known = vault.approvers()
    assert signature_holds(known["anna"], PLAN, vault.id, b"digest", signature)
    assert not signature_holds(known["bert"], PLAN, vault.id, b"digest", signature)
    assert not signature_holds(known["anna"], ROSTER, vault.id, b"digest", signature)
    assert not signature_holds(known["anna"], PLAN, "other", b"digest", signature)
    assert not signature_holds(known["anna"], PLAN, vault.id, b"Digest", signature)


def test_operator_a_cannot_sign_as_b(vault: Vault, path: Path, memory: Memory, tmp_path: Path) -> None:
    """Anna has the vault's key, may write the file, and her own signing key: none of it makes her Bert."""
    anna = open_signer(path, "anna", ANNA, memory)
    file = read_file(path)
    bert = file.slot("bert")
    assert bert is not None
    with pytest.raises(WrongPassphraseError):
        open_signer(path, "bert", ANNA, memory)

    mallory = Signer("bert", bytes(range(32)))
    forged_slot = replace(bert, sign=mallory.pub)
    slots = tuple(forged_slot if one.op == "bert" else one for one in file.slots)
    rewrite(vault, replace(file, slots=slots))
    with pytest.raises(DamagedVaultError, match="another key"):
        Vault.open(path, "anna", ANNA, memory=Memory(tmp_path / "one"))

    link = replace(file.roster[1], pub=mallory.pub)
    rewrite(vault, replace(file, slots=slots, roster=(file.roster[0], link)))
    with pytest.raises(DamagedVaultError, match="roster"):
        Vault.open(path, "anna", ANNA, memory=Memory(tmp_path / "two"))

    second = Enrolment(
        what="enrol", op="bert", pub=mallory.pub, by="anna", at=1, prev=head(file.roster), sig=b""
    )
    second = replace(second, sig=anna.sign(ROSTER, vault.id, msgspec.json.encode(second)))
    rewrite(vault, replace(file, slots=slots, roster=(*file.roster, second)))
    with pytest.raises(DamagedVaultError, match="roster"):
        Vault.open(path, "anna", ANNA, memory=Memory(tmp_path / "three"))


def test_a_roster_begun_anew_is_noticed_by_who_saw_the_old_one(
    vault: Vault, path: Path, memory: Memory
) -> None:
    """Anna founds the roster again with a Bert of her own: well formed, but not what Bert remembers."""
    Vault.open(path, "bert", BERT, memory=memory).close()
    file = read_file(path)
    anna = open_signer(path, "anna", ANNA, memory)
    first = replace(file.roster[0], at=file.roster[0].at + 1, sig=b"")
    first = replace(first, sig=anna.sign(ROSTER, vault.id, msgspec.json.encode(first)))
    rewrite(vault, replace(file, roster=(first,)))
    assert set(approvers(read_file(path), "")) == {"anna"}
    with pytest.raises(VaultError, match="roster is not the one"):
        Vault.open(path, "bert", BERT, memory=memory)


def test_only_an_approver_enrols_and_never_a_stranger(vault: Vault, path: Path, memory: Memory) -> None:
    with_carl(vault, CARL)
    carl = open_signer(path, "carl", CARL, memory)
    vault.refresh()
    asked, _ = request("dora", Secret("dora is new here too"), FLOOR)
    with pytest.raises(VaultError, match="no approver"):
        add_slot(vault, asked, carl)
    assert "dora" not in vault.operators
    add_slot(vault, asked, open_signer(path, "anna", ANNA, memory))
    assert "dora" in vault.approvers()


def test_a_request_changed_on_its_way_is_refused(vault: Vault) -> None:
    asked, _ = request("dora", Secret("dora is new here too"), FLOOR)
    other, _ = request("dora", Secret("not the real dora at all"), FLOOR)
    mixed = replace(asked, slot=replace(asked.slot, box=other.slot.box))
    with pytest.raises(VaultError, match="was changed"):
        add_slot(vault, mixed)
    assert request_fingerprint(asked) != request_fingerprint(other)


def test_short_passphrases_are_refused() -> None:
    with pytest.raises(VaultError, match="shorter than 12"):
        request("anna", Secret("short"), FLOOR)


def test_another_passphrase(vault: Vault, path: Path, memory: Memory) -> None:
    new = Secret("an even longer passphrase")
    with pytest.raises(WrongPassphraseError):
        change_passphrase(vault, BERT, new, FLOOR)
    change_passphrase(vault, ANNA, new, FLOOR)
    with pytest.raises(WrongPassphraseError):
        Vault.open(path, "anna", ANNA, memory=memory)
    before = vault.approvers()
    with Vault.open(path, "anna", new, memory=memory) as again:
        assert again.approvers() == before
