"""Topology under a pilot: the tree, the walk, what a hop leads to, its states and its sizes."""

from __future__ import annotations

import pytest

from noc.hosting.operations import Need
from noc.hosting.paths import PATHS
from noc.hosting.records import draft
from noc.screens.route import Names, Wrong, completions, meaning
from noc.screens.walk import Walk
from noc.screens.widgets.line import Goto
from tests.screens.rig import Console, console
from tests.screens.sample import SECOND, Sample, border

SIZES = ((80, 24), (160, 50), (40, 24))
NAMES = Names(("sb1",), ("Adler00002", "Kuenkel00001", "Kuenzer00003"))


async def walked(c: Console, command: str) -> None:
    """Open a walk by its command."""
    await c.named()
    await c.command(command)
    await c.arrived("walk")


def words(c: Console) -> str:
    return " ".join(c.text().split())


async def said(c: Console, *parts: str) -> None:
    """Wait for sentences, wherever their lines break."""
    await c.when(lambda: all(part in words(c) for part in parts), repr(parts))


# --- the tree ------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", SIZES)
async def test_the_tree_shows_clusters_devices_and_customers(sample: Sample, size: tuple[int, int]) -> None:
    async with console(sample, size) as c:
        await c.press("8")
        await c.until("kerberos1", "sb1", "media1")
        assert "6 customers in 2 clusters. 4 are not well, first" in words(c)
        await c.press("end")
        await c.until("Zander00009")
        assert max(map(len, c.lines())) <= size[0]


async def test_the_tree_never_says_that_all_are_well_beside_a_line_that_is_not(well: Sample) -> None:
    async with console(well, (120, 40)) as c:
        await c.press("8")
        await said(c, "6 customers in 2 clusters. All of them are well,")
        assert "1 line of the tree is not, first sb2: certificates need attention: Kuenkel00001." in words(c)


async def test_the_tree_says_what_a_device_is_for(sample: Sample) -> None:
    async with console(sample, (120, 40)) as c:
        await c.press("8")
        await c.until("Kerberos, RootCA, licences", "Frontend", "Media-PBX")
        assert "31/32" in c.row("sb2    ")
        assert c.row("  Kuenkel00001  ").split()[0] == "~"


@pytest.mark.parametrize(
    ("keys", "parts"),
    [
        (("enter",), ("› kerberos1", "nothing is read from it")),
        (("down", "down", "enter"), ("› sb1", "CUSTOMER ")),
        (("down", "down", "down", "enter"), ("› sb1", "LAST GOOD")),
        (("end", "enter"), ("Zander00009 › Topology › Registration",)),
    ],
)
async def test_enter_opens_cluster_device_or_walk(
    sample: Sample, keys: tuple[str, ...], parts: tuple[str, ...]
) -> None:
    async with console(sample) as c:
        await c.press("8")
        await c.until("› Topology", "kerberos1")
        await c.press(*keys)
        await c.until(*parts)


async def test_a_filter_leaves_the_branches_to_the_customers_that_pass(sample: Sample) -> None:
    async with console(sample) as c:
        await c.press("8")
        await c.until("kerberos1")
        await c.filter("customer~kuenkel")
        await c.until("1 customer in 1 cluster.", "sb2", gone="kerberos1")
        assert "media2" not in c.text()
        await c.filter("customer=Nobody")
        await c.until("No customer is shown", "No customer fits the filter. Esc clears it.")
        await c.press("b")
        await c.until("4 customers in 2 clusters.")


# --- the walk ------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", SIZES)
async def test_a_walk_says_first_which_hop_fails(sample: Sample, size: tuple[int, int]) -> None:
    async with console(sample, size) as c:
        await walked(c, "topology Kuenkel00001-007")
        await said(c, "How a phone reaches its PBX. Hop 2 of 3 fails: refused at sb2: wrong registration")
        assert "✗ 2 │ H.323 RAS, UDP 1719" in c.row("2 │")
        assert max(map(len, c.lines())) <= size[0]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.name)
async def test_every_path_can_be_opened_by_its_name(well: Sample, path: object) -> None:
    (found,) = [one for one in PATHS if one is path]
    async with console(well, (80, 50)) as c:
        await walked(c, f"topology adler {found.name}")
        await c.until(f"Topology › {found.title}")
        for place, hop in enumerate(found.hops, 1):
            assert f" {place} │ {hop.protocol}, " in c.text()


async def test_left_and_right_turn_the_paths_and_escape_leaves_at_once(sample: Sample) -> None:
    async with console(sample) as c:
        await walked(c, "topology adler")
        await c.press("right", "right")
        await c.until("Topology › Inside call", "hop 1 of 3")
        await c.press("left", "left", "left")
        await c.until("Topology › Time")
        await c.press("escape")
        await c.until("› Wall")
        await c.press("right_square_bracket")
        await c.until("Topology › Time")


async def test_the_cursor_begins_where_the_path_fails_and_stays_where_it_is_put(sample: Sample) -> None:
    async with console(sample) as c:
        await walked(c, "topology Kuenkel00001-007")
        await c.until("hop 2 of 3, design ch. Alternate RAS port")
        await c.press("up")
        await c.until("hop 1 of 3")
        await c.command("customer roth")
        await c.until("TRUNK")
        await c.press("escape")
        await c.until("hop 1 of 3")


async def test_the_cursor_does_not_colour_the_list_of_paths(sample: Sample) -> None:
    async with console(sample) as c:
        await walked(c, "topology roth")
        await c.until("hop 1 of 3")
        page = c.app.frame.page
        strip = page.render_line(page.cursor - page.first_line)
        ground = page.inks.cursor.bgcolor
        coloured = "".join(s.text for s in strip if s.style is not None and s.style.bgcolor == ground)
        assert coloured.strip().startswith("✓ 1 │ H.323 RAS")
        assert "Outside call" in strip.text and "Outside call" not in coloured


async def test_the_note_follows_the_cursor(sample: Sample) -> None:
    async with console(sample) as c:
        await walked(c, "topology adler https")
        await c.until("hop 1 of 2, design ch. Frontend", "All customers share one public address.")
        await c.press("down")
        await c.until("hop 2 of 2, design ch. Certificates", gone="All customers share")
        await c.press("up")
        await c.until("hop 1 of 2")
        height = len(c.lines())
        await c.press("down")
        assert len(c.lines()) == height


async def test_a_small_terminal_shows_hops_and_no_note(sample: Sample) -> None:
    async with console(sample, (40, 10)) as c:
        await walked(c, "topology adler https")
        await c.until("1 │ HTTPS", gone="design")


@pytest.mark.parametrize(
    ("command", "downs", "parts"),
    [
        ("topology Kuenkel00001-007", 0, ("› sb2", "LAST GOOD")),
        ("topology Roth00004-001", 0, ("› -001", "OUTER")),
        ("topology roth", 0, ("/customer=Roth00004", "10 phones of 68")),
        ("topology roth", 1, ("› sb2", "LAST GOOD")),
        ("topology roth", 2, ("› Roth00004", "TRUNK")),
        ("topology kuenkel media", 1, ("› media2", "LAST GOOD")),
        ("topology kuenkel kerberos", 0, ("› kerberos1",)),
        ("topology kuenkel voicemail", 5, ("› Kuenkel00001", "TRUNK")),
    ],
)
async def test_enter_opens_what_stands_at_the_hop(
    sample: Sample, command: str, downs: int, parts: tuple[str, ...]
) -> None:
    async with console(sample) as c:
        await walked(c, command)
        await c.press(*["down"] * downs, "enter")
        await c.until(*parts)


async def test_customer_and_phone_open_their_own_walk(sample: Sample) -> None:
    async with console(sample) as c:
        await c.named()
        await c.command("customer kuenkel")
        await c.until("TRUNK", "y topology")
        await c.press("y")
        await c.until("Kuenkel00001 › Topology › Registration", "8 phones of Kuenkel00001")
        await c.press("p")
        await c.until("8 phones of 68")
        await c.press("enter")
        await c.until("OUTER")
        await c.press("y")
        await c.until("-007 › Topology › Registration", "phone IP232-0a-01-07")
        await c.press("c")
        await c.until("› Kuenkel00001", "TRUNK")


async def test_poll_now_reads_what_stands_at_the_hop(sample: Sample) -> None:
    async with console(sample, role=Need.OPERATE) as c:
        await walked(c, "topology kuenkel registration")
        await c.press("r")
        await c.until("Asked: read sb2 now")


# --- states --------------------------------------------------------------------------------------


async def test_a_change_comes_on_screen_and_the_cursor_stays_on_its_hop(well: Sample) -> None:
    async with console(well) as c:
        await walked(c, "topology adler")
        await c.until("All 3 hops are in order.")
        await c.press("down")
        refused = border("Adler00002", 0, outer="refused", inner="unknown", outer_reason="unauthorized")
        well.append(draft(f"sb1/{refused.cpe}", refused))
        await said(c, "Hop 2 of 3 works in part: 1 of 12 phones does not register", "hop 2 of 3, design")
        assert c.cursor() == "hop/2"


async def test_the_past_is_walked_as_it_was(sample: Sample) -> None:
    async with console(sample) as c:
        await walked(c, "topology meier ldaps")
        await c.until("Hop 1 of 2 is not seen now")
        await c.command("at 03:05")
        await said(c, "PAST 03:05", "Hop 1 of 2 fails: map 9003: target is Adler00002's PBX")
        await c.command("at 02:50")
        await c.until("PAST 02:50", "All 2 hops are in order.")


async def test_without_a_collector_no_hop_is_ok(well: Sample) -> None:
    async with console(well) as c:
        await walked(c, "topology adler")
        await c.until("All 3 hops are in order.")
        well.clock.now += 60 * SECOND
        await c.until("? STALE", "Hops 1, 2, 3 of 3 are not seen now", gone="✓ Registration")


@pytest.mark.parametrize(
    ("place", "says"),
    [
        (Walk("Nobody00001"), "No customer Nobody00001 is known. Esc goes back."),
        (Walk("Adler00002", "Adler00002-999"), "No phone Adler00002-999 is known. Esc goes back."),
    ],
)
async def test_who_is_not_known_is_said(sample: Sample, place: Walk, says: str) -> None:
    async with console(sample) as c:
        c.app.conductor.go(Goto("walk", (place.customer, place.phone)))
        await c.until(says)


# --- commands ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("topology", Goto("topology")),
        ("topology adler", Goto("walk", ("Adler00002", "", "registration"))),
        ("walk adler", Goto("walk", ("Adler00002", "", "registration"))),
        ("topology Adler00002-003 fax", Goto("walk", ("Adler00002", "Adler00002-003", "fax"))),
        ("topology adler ldap", Goto("walk", ("Adler00002", "", "ldaps"))),
    ],
)
def test_the_command_means(typed: str, meant: Goto) -> None:
    assert meaning(typed, NAMES) == meant


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("topology kuen", "2 customers begin like 'kuen'"),
        ("topology Nobody00001-001", "no customer 'Nobody00001' is known"),
        ("topology adler nowhere", "there is no path 'nowhere': registration, outside-call"),
    ],
)
def test_a_wrong_command_is_explained(typed: str, says: str) -> None:
    found = meaning(typed, NAMES)
    assert isinstance(found, Wrong)
    assert says in found.message


def test_the_command_completes_customers() -> None:
    assert completions("topology ku", NAMES, ()) == ["topology Kuenkel00001", "topology Kuenzer00003"]


async def test_a_hop_is_copied_with_its_sentence(sample: Sample) -> None:
    async with console(sample) as c:
        await walked(c, "topology Kuenkel00001-007")
        await c.until("hop 2 of 3")
        copied = c.app.frame.page.line_of_cursor()
        assert copied is not None and copied.told is not None
        assert copied.told().startswith(
            "2  site router 203.0.113.10 → Frontend sb2: SessionBorder object  H.323"
        )
        assert "down: refused at sb2: wrong registration password" in copied.told()
        assert copied.told().endswith("rewriting it.")
