"""The table of operations and the keys laid over it."""

from __future__ import annotations

from pathlib import Path

import pytest

from noc.hosting.keymap import KeymapError, clashes, keys_page, shown, with_keys
from noc.hosting.operations import BY_ID, OPERATIONS, Need, Operation, footer, may, of_area

AREAS = {area for operation in OPERATIONS for area in operation.areas} | {"help"}


def test_ids_are_unique_and_no_key_means_two_things() -> None:
    assert len(BY_ID) == len(OPERATIONS)
    assert clashes(OPERATIONS) == []


@pytest.mark.parametrize("area", sorted(AREAS))
def test_the_footer_holds_at_most_six_with_help_last(area: str) -> None:
    keys = footer(area)
    assert len(keys) <= 6
    assert keys[-1].id == "ask.help"
    assert all(operation.applies(area) and operation.keys for operation in keys)


def test_roles_include_the_smaller_ones() -> None:
    order = list(Need)
    assert [[may(need, role) for need in order] for role in order] == [
        [place <= grade for place in range(len(order))] for grade in range(len(order))
    ]


def test_a_key_map_moves_an_operation() -> None:
    table = with_keys({"device.poll": ("R", "f5")})
    (poll,) = [operation for operation in table if operation.id == "device.poll"]
    assert poll.keys == ("R", "f5")
    assert (poll.title, poll.areas, poll.need) == (
        BY_ID["device.poll"].title,
        BY_ID["device.poll"].areas,
        Need.OPERATE,
    )


@pytest.mark.parametrize(
    ("overrides", "problems"),
    [
        ({"no.such": ("x",)}, ["there is no operation 'no.such'"]),
        ({"quit": ()}, ["quit (quit) cannot be unbound"]),
        ({"ask.help": ()}, ["ask.help (help) cannot be unbound"]),
        ({"place.back": ()}, ["place.back (back) cannot be unbound"]),
        (
            {"quit": ("r",), "x.y": ("z",)},
            ["there is no operation 'x.y'", "key r means both device.poll (poll now) and quit (quit)"],
        ),
        ({"list.sort": ("slash",)}, ["key / means both list.sort (sort) and list.filter (filter)"]),
    ],
)
def test_a_wrong_key_map_is_refused_with_every_problem(
    overrides: dict[str, tuple[str, ...]], problems: list[str]
) -> None:
    with pytest.raises(KeymapError) as caught:
        with_keys(overrides, where="keys.yaml:3")
    assert caught.value.problems == problems
    assert "keys.yaml:3" in str(caught.value)


def test_the_same_key_may_mean_two_things_in_two_places() -> None:
    one = Operation(id="a", title="A", keys=("x",), areas=frozenset({"wall"}))
    other = Operation(id="b", title="B", keys=("x",), areas=frozenset({"phone"}))
    everywhere = Operation(id="c", title="C", keys=("x",))
    assert clashes([one, other]) == []
    assert len(clashes([one, other, everywhere])) == 2


def test_keys_are_shown_as_people_write_them() -> None:
    assert [shown(key) for key in ("question_mark", "ctrl+p", "enter", "x")] == ["?", "^P", "⏎", "x"]


def test_every_operation_stands_on_the_page_of_keys() -> None:
    page = keys_page()
    for operation in OPERATIONS:
        assert f"| {operation.title} |" in page


def test_the_page_of_keys_in_the_docs_is_the_table(repository: Path) -> None:
    assert (repository / "docs" / "keys.md").read_text("utf-8") == keys_page()


def test_operations_of_another_place_do_not_apply() -> None:
    assert "list.sort" not in {operation.id for operation in of_area("wall")}
