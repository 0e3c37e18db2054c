"""The filter language: SQL and Python agree, and whatever is typed, nothing but a value comes back."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from noc.hosting.records import Draft
from noc.hosting.rows import AlarmRow, CertificateRow, Reason
from noc.hosting.states import Leg, State
from noc.log.filter import LISTS, Filter, InvalidFilter, fields_of, matches, parse
from noc.log.filter_fields import Kind
from noc.log.filter_terms import OPERATORS
from noc.log.view import View
from tests.log.rig import HISTORIES, START, Clock, record_history

_WORDS = st.sampled_from(
    [
        "zoe",
        "Zoe",
        "ünal",
        "sb1",
        "Adler00001",
        "adler",
        "down",
        "registered",
        "%",
        "_",
        "'",
        "10.0.0.7",
        "-00",
    ]
)
_QUOTED = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), max_size=4)


def _quote(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _comparisons(name: str) -> st.SearchStrategy[str]:
    """Any comparison that is valid for some field of the list."""
    values: dict[Kind, st.SearchStrategy[str]] = {
        Kind.TEXT: st.one_of(_WORDS, _QUOTED).map(_quote),
        Kind.STATE: st.sampled_from([state.value for state in State]),
        Kind.LEG: st.sampled_from([leg.value for leg in Leg]),
        Kind.FLAG: st.sampled_from(["yes", "no"]),
        Kind.TIME: st.integers(START - 2, START + 40_000_000).map(str),
        Kind.NUMBER: st.integers(-3, 70_000).map(str),
        Kind.SEVERITY: st.sampled_from(["critical", "M", "minor", "i"]),
        Kind.WORDS: _WORDS.map(_quote),
    }

    def of(field: str, kind: Kind) -> st.SearchStrategy[str]:
        def one(pair: tuple[str, str]) -> str:
            return f"{field}{pair[0]}{pair[1]}"

        return st.sampled_from(OPERATORS[kind]).flatmap(
            lambda operator: st.tuples(
                st.just(operator), _WORDS.map(_quote) if operator == "~" else values[kind]
            ).map(one)
        )

    return st.one_of([of(field.name, field.kind) for field in fields_of(name).values()])


def filters_of(name: str) -> st.SearchStrategy[str]:
    return st.recursive(
        st.one_of(_comparisons(name), _WORDS.map(_quote)),
        lambda inner: st.one_of(
            st.tuples(inner, st.sampled_from([" and ", " or ", " "]), inner).map("".join),
            inner.map(lambda text: f"not {text}"),
            inner.map(lambda text: f"({text})"),
        ),
        max_leaves=5,
    )


@given(history=HISTORIES, texts=st.lists(filters_of("phones"), min_size=1, max_size=8))
@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow])
def test_sql_finds_exactly_the_rows_that_python_lets_pass(
    history: list[Draft], texts: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    clock = Clock()
    directory = tmp_path_factory.mktemp("log")
    with record_history(directory, history, clock) as log, View.open(directory, now=clock) as view:
        for beat in (log.beat, lambda: clock.forward(60)):
            beat()
            rows = view.phones()
            for text in texts:
                wanted = parse(text, "phones", int)
                assert isinstance(wanted, Filter), wanted
                assert view.phones(wanted) == [row for row in rows if matches(wanted, row)], text
                assert view.phone_window(view.phone_ids(wanted)) == view.phones(wanted)


@given(name=st.sampled_from(sorted(LISTS)), text=st.text(max_size=30))
@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
def test_no_text_makes_it_raise(name: str, text: str) -> None:
    found = parse(text, name)
    if isinstance(found, InvalidFilter):
        assert 0 <= found.position <= len(text)
        assert found.message


@given(
    text=st.lists(
        st.sampled_from(["(", ")", "and", "or", "not", "state", "=", "!=", ">=", "~", '"', "down", "x", " "]),
        max_size=12,
    ).map("".join)
)
@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
def test_no_heap_of_tokens_makes_it_raise(text: str) -> None:
    found = parse(text, "phones")
    assert isinstance(found, Filter) or 0 <= found.position <= len(text)


@pytest.mark.parametrize(
    ("text", "position", "says"),
    [
        ("custmer=x", 0, "did you mean customer"),
        ("state=broken", 6, "ok degraded down"),
        ("state=ok and", 12, "must follow"),
        ("(state=ok", 0, "never closed"),
        ("state=ok)", 8, "nothing was opened"),
        ('name~"abc', 5, "a value must follow"),
        ('name=zoe "abc', 9, "quotation mark"),
        ("name>a", 0, "use = != ~"),
        ("since>-2h", 6, "times cannot be asked"),
        ("=x", 0, "a field must stand"),
        ("or x", 0, "must stand before"),
        ("(" * 200, 40, "within each other"),
        ("not " * 200, 159, "within each other"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(text: str, position: int, says: str) -> None:
    found = parse(text, "phones")
    assert isinstance(found, InvalidFilter)
    assert found.position == position
    assert says in found.message


def _alarm(severity: str) -> AlarmRow:
    return AlarmRow(
        device="sb1",
        cluster="sb1",
        code="0x1",
        severity=severity,
        raw=1,
        source="PBX0",
        remote="",
        customer="",
        text="SIP trunk",
        details="",
        state=State.DEGRADED,
        since=5,
    )


@pytest.mark.parametrize(
    ("text", "severities"),
    [
        ("sev>=major", ["critical", "major"]),
        ("severity<major cluster=sb1", ["minor", "info"]),
        ("sev=M or sev=i", ["major", "info"]),
        ("not sev~m", ["critical", "info"]),
        ("raw>1", []),
        ("trunk raw<1.5", ["critical", "major", "minor", "info"]),
        ("since>=5 and raised!=4", ["critical", "major", "minor", "info"]),
        ("raised>0", []),
    ],
)
def test_severities_compare_by_rank(text: str, severities: list[str]) -> None:
    wanted = parse(text, "alarms", int)
    assert isinstance(wanted, Filter), wanted
    rows = [_alarm(severity) for severity in ("critical", "major", "minor", "info")]
    assert [row.severity for row in rows if matches(wanted, row)] == severities


def test_words_of_a_field_are_asked_one_by_one() -> None:
    row = CertificateRow(
        device="sb1",
        cluster="sb1",
        port=443,
        subject_cn="sb1",
        issuer_cn="root",
        serial="1",
        sha256="",
        not_before=0,
        not_after=1,
        key="RSA 4096",
        sans=("DNS:sb1", "IP:10.0.0.7"),
        state=State.DOWN,
        reasons=(Reason(code="expired", text="ended 2026-01-01"),),
    )

    def passes(text: str) -> bool:
        wanted = parse(text, "certificates")
        assert isinstance(wanted, Filter), wanted
        return matches(wanted, row)

    assert passes("reason=expired sans=IP:10.0.0.7 port=443 2026")
    assert passes("sans~10.0 sans!=DNS:sb2")
    assert not passes("reasons!=expired")
    assert not passes('reason="ended 2026-01-01"')
