"""Systems: the table is whole, every state has its reason, and a failure hits only whom the table names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec
import pytest

from noc.hosting import records
from noc.hosting.errors import UsageError
from noc.hosting.paths import PATHS
from noc.hosting.paths.shape import STATIONS
from noc.hosting.paths.walk import WITNESSES
from noc.hosting.rollup import PhoneCounts
from noc.hosting.rows import FactRow
from noc.hosting.states import Leg, State
from noc.hosting.systems import (
    BY_ID,
    SYSTEMS,
    About,
    Judgement,
    Known,
    Landscape,
    Scope,
    Ticked,
    dependants,
    judge,
    row,
)
from noc.hosting.systems.evidence import OWN
from noc.hosting.systems.table import in_order
from noc.hosting.systems.ticks import by_hand, span_and_note, tick
from tests.hosting.paths_rig import CUSTOMER, device, fact, links_without, silent, well

NOW = 1_800_000_000_000_000
DAY = 86_400 * 1_000_000
REGISTERED = (Leg.REGISTERED, Leg.REGISTERED)


def land(ticks: Mapping[tuple[str, str], Ticked] | None = None, **seen: Any) -> Landscape:
    """A platform of one customer, as the paths' tests know it; seen: other fields of what is seen."""
    base = msgspec.structs.replace(well(), **seen)
    base = msgspec.structs.replace(base, facts=[_with_accounts(fact) for fact in base.facts])
    return Landscape(
        platform=About(seen=base, now=NOW),
        clusters=[About(seen=base, now=NOW, cluster="sb1", reached={"up": 1})],
        customers=[
            About(
                seen=base,
                now=NOW,
                cluster="sb1",
                customer=CUSTOMER,
                legs={REGISTERED: 3},
                phones=PhoneCounts(ok=3),
            )
        ],
        ticks=ticks or {},
    )


def _with_accounts(fact: FactRow) -> FactRow:
    """The Kerberos servers tell their accounts."""
    if not isinstance(fact.value, records.Kdc):
        return fact
    users = ("events:viewer", "joiner:join", "paccess:admin")
    return msgspec.structs.replace(fact, value=msgspec.structs.replace(fact.value, users=users))


def judged(of: Landscape) -> dict[str, Judgement]:
    """By id; there is one of each."""
    found = judge(of)
    by_id = {one.system.id: one for one in found}
    assert len(by_id) == len(found) == len(SYSTEMS)
    return by_id


# --- the table -----------------------------------------------------------------------------------


def test_the_table_has_46_systems_with_everything_that_is_to_be_said_of_them() -> None:
    assert len(SYSTEMS) == len(BY_ID) == 46
    for one in SYSTEMS:
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", one.id)
        assert all((one.title, one.about, one.chapter, one.breaks, one.step, one.known)), one.id
        assert one.looks or {Known.HAND, Known.UNKNOWN} & {*one.known}, one.id


def test_paths_stations_and_witnesses_that_it_names_are_there() -> None:
    names = {path.name for path in PATHS}
    for one in SYSTEMS:
        assert {*one.paths} <= names
        assert one.station in {"", *STATIONS}
        assert all(look.most is State.DOWN for look in one.looks[:1]), "the first look vouches"
        for look in one.looks:
            word = look.words.split(" ")[0]
            assert word in WITNESSES or word in OWN, look.words


def test_every_witness_of_its_own_is_used() -> None:
    assert {look.words.split(" ")[0] for one in SYSTEMS for look in one.looks} >= set(OWN)


def test_systems_need_only_what_is_known_where_they_are() -> None:
    order = [Scope.PLATFORM, Scope.CLUSTER, Scope.CUSTOMER]
    assert len(in_order()) == len(SYSTEMS)
    for one in SYSTEMS:
        for need in one.needs:
            assert need.effect in (None, State.DOWN, State.DEGRADED, State.STALE)
            for name in need.on:
                assert order.index(BY_ID[name].scope) <= order.index(one.scope), (one.id, name)


# --- states --------------------------------------------------------------------------------------


def test_what_is_not_well_has_a_reason_and_what_is_well_has_evidence() -> None:
    for one in judged(land()).values():
        assert one.evidence if one.state is State.OK else one.reasons, one.system.id
        assert one.state in (State.OK, State.UNKNOWN), (one.system.id, one.reasons)


def test_what_cannot_be_known_is_unknown_with_the_reason_and_never_well() -> None:
    nothing: dict[str, Any] = {
        **{"devices": {}, "stations": {}, "nat": None},
        **dict.fromkeys(("links", "maps", "certificates", "backups", "facts"), ()),
    }
    bare = land(**nothing)
    bare = msgspec.structs.replace(
        bare, customers=[msgspec.structs.replace(bare.customers[0], legs={}, phones=PhoneCounts())],
        clusters=[msgspec.structs.replace(bare.clusters[0], reached={})],
    )  # fmt: skip
    for one in judged(bare).values():
        assert one.state is State.UNKNOWN, one.system.id
        assert one.reasons, one.system.id


@pytest.mark.parametrize("system", [one.id for one in SYSTEMS if one.known == (Known.HAND,)])
def test_what_has_no_interface_asks_to_be_ticked(system: str) -> None:
    one = judged(land())[system]
    assert (one.state, [why.code for why in one.reasons]) == (State.UNKNOWN, ["by-hand"])


def test_a_device_that_is_silent_is_stale_and_one_that_nobody_reaches_is_down() -> None:
    quiet = silent(well(), "media1")
    assert judged(land(devices=quiet.devices))["media-pbx"].state is State.STALE
    gone = land(devices=quiet.devices)
    gone = msgspec.structs.replace(
        gone, clusters=[msgspec.structs.replace(gone.clusters[0], reached={"down": 3})]
    )
    one = judged(gone)["media-pbx"]
    assert (one.state, one.reasons[0].code) == (State.DOWN, "media-unreached")


def test_evidence_beside_the_point_degrades_at_most_and_never_vouches() -> None:
    down = land(certificates=[])
    assert judged(down)["rootca"].state is State.OK
    probed = [answer("metadir1", "ldaps", asked="map")]
    of = land(
        stations={**well().stations, "metadir": "metadir1"},
        devices={**well().devices, "metadir1": device("metadir1")},
        facts=[*well().facts, *probed],
    )
    one = judged(of)["metadir"]
    assert one.evidence
    assert one.state is State.UNKNOWN


def test_the_age_of_a_system_is_that_of_its_oldest_evidence() -> None:
    for one in judged(land()).values():
        times = [piece.at for piece in one.evidence if piece.at]
        assert one.as_of == min(times, default=None)


def test_what_the_platform_does_not_have_is_not_hit_by_what_fails() -> None:
    stations = {place: name for place, name in well().stations.items() if place != "reporting"}
    of = land(devices=silent(well(), "sb1").devices, stations=stations, maps=())
    assert judged(of)["sip-trunk"].state is State.STALE
    one = judged(of)["call-list"]
    assert (one.state, [why.code for why in one.reasons]) == (State.UNKNOWN, ["not-there"])


# --- who is hit ----------------------------------------------------------------------------------


def answer(name: str, protocol: str, *, asked: str = "", error: str = "") -> FactRow:
    """What a look from outside found."""
    told = records.ServiceAnswer(
        device=name, cluster="", protocol=protocol, target="10.0.0.1:1", ok=not error, asked=asked,
        error=error, text="no answer" if error else "",
    )  # fmt: skip
    subject = "/".join(filter(None, (name, protocol, asked)))
    return FactRow(device=name, kind="service", subject=subject, state=State.OK, value=told)


def kerberos(**errors: str) -> Landscape:
    """Both Kerberos servers looked at. errors: by name of the device."""
    facts = [answer(name, "kerberos", error=errors.get(name, "")) for name in ("kerberos1", "kerberos2")]
    return land(facts=[*well().facts, *facts])


NEED_A_LOGIN = {"admin-accounts", "paccess", "event-account", "voicemail", "waiting-queue"}


def test_without_the_master_logins_go_on_and_joins_stop() -> None:
    before, after = judged(kerberos()), judged(kerberos(kerberos1="timeout"))
    changed = {name for name in after if after[name].state is not before[name].state}
    assert changed == {"kdc-master", "kdc-standby", "joiner"}
    assert after["kdc-standby"].state is State.DEGRADED
    assert after["kdc-master"].reasons[0].code == "probe-timeout"
    assert after["joiner"].reasons[0].code == "needs-kdc-master"


def test_without_both_no_kerberos_login_is_left() -> None:
    before, after = judged(kerberos()), judged(kerberos(kerberos1="timeout", kerberos2="timeout"))
    changed = {name for name in after if after[name].state is not before[name].state}
    assert changed == {"kdc-master", "kdc-standby", "joiner", "event-collection", *NEED_A_LOGIN}
    assert after["event-collection"].state is State.DEGRADED
    assert all(after[name].state is State.DOWN for name in NEED_A_LOGIN)


def test_one_trunk_down_takes_its_mobiles_along_and_nothing_else() -> None:
    lost = links_without(well(), "trunk", CUSTOMER)
    down = msgspec.structs.replace(
        next(one for one in well().links if one.link.role == "trunk"),
        link=msgspec.structs.replace(
            next(one.link for one in well().links if one.link.role == "trunk"), state="down"
        ),
    )
    before, after = judged(land()), judged(land(links=[*lost.links, down]))
    changed = {name for name in after if after[name].state is not before[name].state}
    assert changed == {"sip-trunk", "mobility"}


@pytest.mark.parametrize("system", [one.id for one in SYSTEMS])
def test_dependants_are_those_whose_needs_name_it(system: str) -> None:
    at_once = {one.id for one in SYSTEMS for need in one.needs if system in need.on and need.effect}
    assert set(dependants(system)) == at_once
    assert at_once <= set(dependants(system, at_once=False))


def test_a_row_says_what_was_seen_and_when() -> None:
    told = row(judged(land())["frontend"])
    assert (told.system, told.cluster, told.name, told.state) == ("frontend", "sb1", "sb1", State.OK)
    assert any(text.startswith("sb1 answers") for text in told.evidence)
    assert told.dependants == dependants("frontend")


# --- ticks ---------------------------------------------------------------------------------------


def test_a_tick_holds_until_it_expires_and_then_asks_again() -> None:
    body = records.Tick(system="vmware", until=NOW + DAY, note="hosts and storage looked at")
    ticks = {("vmware", ""): Ticked(tick=body, author="kai", at=NOW - DAY)}
    one = judged(land(ticks))["vmware"]
    assert (one.state, one.as_of) == (State.OK, NOW - DAY)
    assert "ticked by kai: hosts and storage looked at" in one.evidence[0].text
    later = land(ticks)
    later = msgspec.structs.replace(later, platform=msgspec.structs.replace(later.platform, now=NOW + DAY))
    expired = judged(later)["vmware"]
    assert (expired.state, [why.code for why in expired.reasons]) == (State.UNKNOWN, ["tick-expired"])


def test_a_tick_says_nothing_of_what_is_read() -> None:
    ticks = {
        ("frontend", "sb1"): Ticked(
            tick=records.Tick(system="frontend", cluster="sb1", until=NOW + DAY), author="kai", at=NOW
        )
    }
    assert judged(land(ticks))["frontend"].evidence == judged(land())["frontend"].evidence


@pytest.mark.parametrize(
    ("system", "cluster", "span", "word"),
    [
        ("frontend", "sb1", "30d", "cannot be ticked"),
        ("nothing", "", "30d", "no system nothing"),
        ("vmware", "sb1", "30d", "has vmware once"),
        ("resellers", "", "30d", "cluster (none) is not known"),
        ("resellers", "sb9", "30d", "cluster sb9 is not known"),
        ("vmware", "", "soon", "'soon' is no time"),
        ("vmware", "", "0d", "'0d' is no time"),
        ("vmware", "", "99w", "'99w' is no time"),
    ],
)
def test_a_tick_that_means_nothing_is_refused(system: str, cluster: str, span: str, word: str) -> None:
    with pytest.raises(UsageError, match=re.escape(word)):
        tick(system, cluster=cluster, clusters={"sb1"}, note="", span=span, now=NOW)


def test_a_tick_is_of_its_system_and_cluster() -> None:
    subject, body = tick("resellers", cluster="sb1", clusters={"sb1"}, note="x", span="8w", now=NOW)
    assert (subject, body.until) == ("resellers/sb1", NOW + 56 * DAY)
    assert {"vmware", "my-innovaphone", "dhcp", "browsers", "active-directory"} <= set(by_hand())
    assert span_and_note("8w asked the host team") == ("8w", "asked the host team")
    assert span_and_note("asked") == ("30d", "asked")


@pytest.mark.parametrize(
    ("count", "used", "state"), [(0, 0, State.OK), (5, 4, State.OK), (5, 5, State.DEGRADED)]
)
def test_licences_that_nobody_bought_are_not_used_up(count: int, used: int, state: State) -> None:
    kinds = (records.LicenceCount(name="Mobility", count=count, used=used),)
    held = records.Licences(device="kerberos1", cluster="", kinds=kinds)
    found = judged(land(facts=[*well().facts, fact("kerberos1", "licences", held)]))["licence-server"]
    assert found.state is state
