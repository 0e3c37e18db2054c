"""`noc topology`: tree, paths and hops as text and as JSON, in the past, and what is said of mistakes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from noc.cli.main import run
from noc.hosting.paths import PATHS
from noc.log.files import clock
from tests.screens.sample import filled
from tests.screens.started import PROVIDER

Noc = Callable[..., tuple[int, str, str]]


@pytest.fixture
def noc(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Noc]:
    """`noc --config … topology WORDS` on the sample platform: exit code, stdout, stderr."""
    sample = filled(tmp_path / "log", now=clock())
    (tmp_path / "root.pem").touch()
    (tmp_path / "password").touch(mode=0o600)
    config = tmp_path / "provider.yaml"
    config.write_text(PROVIDER)

    def call(*words: str) -> tuple[int, str, str]:
        sample.clock.now = clock()
        sample.log.beat()
        code = run(["--config", str(config), "topology", *words])
        out, err = capsys.readouterr()
        return code, out, err

    yield call
    sample.close()


def test_the_tree(noc: Noc) -> None:
    code, out, err = noc()
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0].startswith("– kerberos1  kerberos, rootca, licence")
    assert "?   sb1  frontend  sb1 does not answer" in lines
    (mine,) = [line for line in lines if "Kuenkel00001  customer" in line]
    assert mine.startswith("~   Kuenkel00001  customer  7/8 phones  1 of 8 phones down")


def test_the_tree_can_be_filtered(noc: Noc) -> None:
    code, out, _ = noc("--filter", "customer=Kuenkel00001")
    assert (code, len(out.splitlines())) == (0, 2)
    code, _, err = noc("--filter", "customerr=x")
    assert (code, "no field 'customerr'" in err) == (2, True)


def test_the_paths_of_a_customer_in_one_line_each(noc: Noc) -> None:
    code, out, err = noc("--customer", "Kuenkel00001")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert [line.split()[1] for line in lines] == [path.name for path in PATHS]
    assert lines[0].split(maxsplit=3)[:3] == ["~", "registration", "✓~✓"]
    assert "Hop 2 of 3 works in part: 1 of 8 phones does not register: refused at sb2" in lines[0]


def test_one_path_of_a_phone_with_the_sentence_of_every_hop(noc: Noc) -> None:
    code, out, _ = noc("--phone", "Kuenkel00001-007", "--path", "registration")
    assert code == 0
    words = " ".join(out.split())
    assert out.startswith("Registration of Kuenkel00001-007\nHow a phone reaches its PBX. Hop 2 of 3 fails")
    for hop in PATHS[0].hops:
        assert f"{hop.why} (reference design, ch. {hop.chapter})" in words
    assert "✗ 2 site router 203.0.113.10 → Frontend sb2: SessionBorder object" in words
    assert "fails since" in words
    assert max(map(len, out.splitlines())) <= 100


def test_json_rows_have_stable_names(noc: Noc) -> None:
    code, out, _ = noc("--customer", "Kuenkel00001", "--path", "media", "--json")
    document = json.loads(out)
    (row,) = document["rows"]
    assert (code, set(document)) == (0, {"as_of", "rows"})
    assert set(row) == set("customer phone frontend path title about state reasons hops".split())
    assert set(row["hops"][0]) == set(
        "place start end start_station end_station protocol port state reasons looked why chapter"
        " start_device end_device since".split()
    )
    tree = json.loads(noc("--json")[1])["rows"]
    assert set(tree[0]) == set("kind name depth cluster state reasons phones phones_up roles".split())


def test_the_past(noc: Noc) -> None:
    _, now, _ = noc("--customer", "Meier00007", "--path", "ldaps")
    assert "Hop 1 of 2 is not seen now" in now
    _, then, _ = noc("--customer", "Meier00007", "--path", "ldaps", "--at", "-5min")
    assert "map 9003: target is Adler00002's PBX" in " ".join(then.split())
    _, before, _ = noc("--customer", "Meier00007", "--path", "ldaps", "--at", "-1h")
    assert "All 2 hops are in order." in before


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--path", "fax"), "a path belongs to a customer"),
        (("--phone", "007"), "a path belongs to a customer"),
        (("--customer", "Nobody00001"), "no Nobody00001 is known"),
        (("--phone", "Kuenkel00001-999"), "no Kuenkel00001-999 is known"),
        (("--watch", "--at", "-1h"), "--watch and --at exclude each other"),
        (("--customer", "Adler00002", "--path", "nowhere"), "invalid choice: 'nowhere'"),
    ],
)
def test_mistakes_are_explained(noc: Noc, words: tuple[str, ...], says: str) -> None:
    code, out, err = noc(*words)
    assert (code, out) == (2, "")
    assert says in err
