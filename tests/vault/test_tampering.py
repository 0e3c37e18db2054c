"""Whoever may write the file, but has not its key, cannot make the vault say anything else."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from noc.hosting.secret import Secret
from noc.vault import files
from noc.vault.errors import DamagedVaultError, RollbackError, VaultError, WrongPassphraseError
from noc.vault.format import Label, Slot, VaultFile, Version, decode, encode, signed
from noc.vault.keys import FLOOR, Cost, VaultKeys
from noc.vault.memory import Memory
from noc.vault.operators import sealed
from noc.vault.slots import create, rotate_key
from noc.vault.store import Vault, read_file, with_slot
from tests.vault.conftest import ANNA, BERT

replace = msgspec.structs.replace


@pytest.fixture
def filled(vault: Vault) -> Vault:
    """Two versions of one secret, one of another."""
    vault.add("paccess", Secret("first"))
    vault.stage("paccess", Secret("second"))
    vault.add("pbx", Secret("third"))
    return vault


def edit(path: Path, change: Callable[[VaultFile], VaultFile], keys: VaultKeys | None = None) -> None:
    """Write the file as its enemy would; with keys: as an operator gone bad would."""
    file = change(read_file(path))
    path.write_bytes(encode(signed(file, keys) if keys else file))


def opened(path: Path, memory: Memory, op: str = "anna", passphrase: Secret = ANNA) -> Vault:
    return Vault.open(path, op, passphrase, memory=memory)


def change_version(file: VaultFile, place: int, **fields: object) -> VaultFile:
    rec = list(file.rec)
    rec[place] = replace(rec[place], **fields)
    return replace(file, rec=tuple(rec))


def swapped(file: VaultFile, one: int, two: int) -> VaultFile:
    """The ciphertexts of two versions in each other's place."""
    first, second = file.rec[one], file.rec[two]
    file = change_version(file, one, n=second.n, ct=second.ct)
    return change_version(file, two, n=first.n, ct=first.ct)


def slot_changed(file: VaultFile, op: str, **fields: object) -> VaultFile:
    slot = file.slot(op)
    assert slot is not None
    return with_slot(file, replace(slot, **fields))


EDITS: dict[str, Callable[[VaultFile], VaultFile]] = {
    "swapped versions": lambda file: swapped(file, 0, 1),
    "swapped names": lambda file: swapped(file, 0, 2),
    "relabelled": lambda file: change_version(file, 1, label=Label.CURRENT),
    "redated": lambda file: change_version(file, 0, dates={Label.CURRENT: 1}),
    "renamed": lambda file: change_version(file, 0, name="other"),
    "renumbered": lambda file: change_version(file, 0, ver=9),
    "deleted": lambda file: replace(file, rec=file.rec[1:]),
    "generation": lambda file: replace(file, gen=file.gen + 1),
    "no approver": lambda file: replace(file, roster=file.roster[:1]),
    "other slot gone": lambda file: replace(file, slots=file.slots[:1]),
    "mac": lambda file: replace(file, hdr=bytes(32)),
}


@pytest.mark.parametrize("what", EDITS)
def test_a_changed_file_is_refused(what: str, filled: Vault, tmp_path: Path) -> None:
    edit(filled.path, EDITS[what])
    with pytest.raises(DamagedVaultError):
        opened(filled.path, Memory(tmp_path / "fresh"))
    with pytest.raises(VaultError):
        filled.refresh()


@pytest.mark.parametrize("pair", [(0, 1), (0, 2)])
def test_swapped_ciphertexts_do_not_open_even_with_a_right_mac(
    pair: tuple[int, int], filled: Vault, memory: Memory
) -> None:
    edit(filled.path, lambda file: replace(swapped(file, *pair), gen=file.gen + 1), filled.keys)
    with opened(filled.path, memory) as vault, pytest.raises(DamagedVaultError, match="not what was stored"):
        vault.reveal("paccess")


@pytest.mark.parametrize(
    "cost", [Cost(t=1, p=1, m=65 * 1024), Cost(t=2, p=1, m=64 * 1024), Cost(1, 2, 65536)]
)
def test_another_cost_on_disk_opens_nothing(cost: Cost, path: Path, memory: Memory) -> None:
    edit(path, lambda file: slot_changed(file, "anna", cost=cost))
    with pytest.raises(WrongPassphraseError):
        opened(path, memory)


def test_the_cost_is_bound_even_where_the_key_is_right(path: Path, memory: Memory) -> None:
    """Not only because another cost gives another key: the wrap itself covers it."""
    from noc.vault import operators
    from noc.vault.keys import kek, unwrap

    slot = read_file(path).slot("bert")
    assert slot is not None
    key = kek(BERT, slot.salt, slot.cost)
    lowered = replace(slot, cost=Cost(t=1, p=1, m=1024))
    assert unwrap(key, slot.n, slot.wrap, operators._aad(slot, "")) is not None
    assert unwrap(key, slot.n, slot.wrap, operators._aad(lowered, "")) is None


@pytest.mark.parametrize("cost", [Cost(t=1, p=1, m=1024), Cost(t=1, p=1, m=1 << 40), Cost(t=0, p=1, m=65536)])
def test_costs_out_of_bounds_are_refused_before_they_are_computed(
    cost: Cost, path: Path, memory: Memory
) -> None:
    edit(path, lambda file: slot_changed(file, "anna", cost=cost))
    with pytest.raises(DamagedVaultError, match="cost"):
        opened(path, memory)


def test_a_slot_renamed_to_somebody_else_does_not_open(path: Path, memory: Memory) -> None:
    def rename(file: VaultFile) -> VaultFile:
        anna, bert = file.slots
        return replace(file, slots=(replace(anna, op="bert"), replace(bert, op="anna")))

    edit(path, rename)
    with pytest.raises(WrongPassphraseError):
        opened(path, memory, "bert", ANNA)


def test_an_old_file_put_back_is_refused(vault: Vault, memory: Memory, tmp_path: Path) -> None:
    old = shutil.copy(vault.path, tmp_path / "old")
    vault.add("paccess", Secret("first"))
    files.replace(vault.path, Path(old).read_bytes())
    with pytest.raises(RollbackError, match="was seen before"):
        opened(vault.path, memory)
    with pytest.raises(RollbackError, match="was known"):
        Vault.open(vault.path, "anna", ANNA, memory=Memory(tmp_path / "fresh"), least=vault.generation)
    with pytest.raises(RollbackError):
        vault.add("pbx", Secret("x"))
    memory.forget(vault.path)
    opened(vault.path, memory).close()


def test_two_files_of_one_generation_are_told_apart(vault: Vault, memory: Memory, tmp_path: Path) -> None:
    old = Path(shutil.copy(vault.path, tmp_path / "old")).read_bytes()
    vault.add("paccess", Secret("first"))
    fork = Memory(tmp_path / "fork")
    files.replace(vault.path, old)
    with opened(vault.path, fork) as other:
        other.add("paccess", Secret("forked"))
    with pytest.raises(RollbackError, match="two vaults"):
        opened(vault.path, memory)


def test_another_vault_in_its_place_is_refused(vault: Vault, memory: Memory, tmp_path: Path) -> None:
    create(tmp_path / "other", "anna", ANNA, FLOOR)
    files.replace(vault.path, (tmp_path / "other").read_bytes())
    with pytest.raises(RollbackError):
        opened(vault.path, memory)


def test_a_forged_vault_key_for_an_operator_is_refused(vault: Vault, memory: Memory, path: Path) -> None:
    """Public keys stand in the file: anybody can seal a key of their own to an operator."""
    forged = VaultKeys.fresh(vault.id)

    def forge(file: VaultFile) -> VaultFile:
        slot = file.slot("anna")
        assert slot is not None
        file = with_slot(file, sealed(slot, forged, file.epoch + 1, forged))
        return replace(file, epoch=file.epoch + 1, gen=file.gen + 1)

    edit(path, forge, forged)
    with pytest.raises(DamagedVaultError, match="stranger"):
        opened(path, memory)


def test_a_slot_put_back_to_its_first_day_is_refused(path: Path, memory: Memory) -> None:
    """On the first day a vault key was taken without proof: only once."""
    first_day = read_file(path)
    vault = opened(path, memory)
    forged = VaultKeys.fresh(vault.id)
    slot = first_day.slot("anna")
    assert slot is not None
    new = replace(slot, sealed=())
    edit(
        path,
        lambda file: replace(with_slot(file, sealed(new, forged, file.epoch, None)), gen=file.gen + 1),
        forged,
    )
    with pytest.raises(RollbackError, match="used before"):
        opened(path, memory)


@pytest.mark.parametrize("data", [b"", b"{}", b"[1]", b"\xff\xfe", b'{"format": 1}'])
def test_what_is_no_vault_is_said_to_be_none(data: bytes, path: Path, memory: Memory) -> None:
    path.write_bytes(data)
    with pytest.raises(DamagedVaultError, match="no vault"):
        opened(path, memory)


def test_doubles_are_refused(filled: Vault, memory: Memory) -> None:
    edit(filled.path, lambda file: replace(file, rec=(*file.rec, file.rec[0])), filled.keys)
    with pytest.raises(DamagedVaultError, match="twice"):
        opened(filled.path, memory)


def test_a_newer_format_is_not_guessed_at(path: Path) -> None:
    file = replace(read_file(path), format=2)
    with pytest.raises(VaultError, match="newer noc"):
        decode(encode(file), str(path))


def test_a_vault_that_everybody_may_read_is_not_opened(path: Path, memory: Memory) -> None:
    path.chmod(0o644)
    with pytest.raises(VaultError, match="everybody"):
        opened(path, memory)


def test_rotation_keeps_everything_and_seals_it_anew(filled: Vault, memory: Memory) -> None:
    before = read_file(filled.path)
    journal = filled.journal_key()
    rotate_key(filled)
    after = read_file(filled.path)
    old = {(one.name, one.ver): one for one in before.rec}

    def bare(one: Version) -> Version:
        return replace(one, n=b"", ct=b"")

    for one in after.rec:
        if not one.name.startswith("noc:"):
            assert bare(one) == bare(old[(one.name, one.ver)])
            assert one.ct != old[(one.name, one.ver)].ct
    with opened(filled.path, memory, "bert", BERT) as bert:
        assert bert.reveal("paccess").reveal() == "first"
        assert bert.reveal("paccess", Label.PENDING).reveal() == "second"
        assert bert.journal_key(1) == journal != bert.journal_key()
        assert bert.names() == ("paccess", "pbx")
    slots: tuple[Slot, ...] = read_file(filled.path).slots
    assert [bool(slot.sealed) for slot in slots] == [True, False]
