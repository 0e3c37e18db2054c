"""`noc cpe pcap` over captures judged by a real gatekeeper: every fixture, every thing the judge may know.

The captures and their manifest are described in tests/data/h323/README.md.
"""

from __future__ import annotations

import argparse
import json
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from noc.cli import cpe
from noc.hosting.errors import NocError

DATA = Path(__file__).parent.parent / "data" / "h323"
CASES = yaml.safe_load((DATA / "manifest.yaml").read_text())["cases"]


def combinations() -> Iterator[Any]:
    """Every expectation of every site and phone; what `given` leaves open is run both ways."""
    for case in CASES:
        for site in case["sites"]:
            subjects = [(site, None), *((phone, phone["alias"]) for phone in site["phones"])]
            for subject, alias in subjects:
                for number, expected in enumerate(subject.get("expected", ())):
                    given = expected["given"]
                    for calibrated in [given["calibrated"]] if "calibrated" in given else [False, True]:
                        name = f"{case['id']}-{site['name']}-{alias or 'site'}-{number}-{calibrated}"
                        yield pytest.param(case, site, alias, expected, calibrated, id=name)


def write_given(case: dict[str, Any], given: dict[str, Any], tmp_path: Path) -> list[str]:
    """Password and LAN file as the expectation allows them; the words of the command line."""
    phones = [phone for site in case["sites"] for phone in site["phones"]]
    words = []
    if given["password"]:
        known = {p["alias"]: p["gatekeeper_password"] or p["phone_password"] for p in phones}
        (tmp_path / "passwords.yaml").write_text(yaml.safe_dump(known))
        words += ["--passwords", str(tmp_path / "passwords.yaml")]
    if given.get("lan") == "ip":
        lans = {p["alias"]: p["lan"] for p in phones}
    elif given.get("lan") == "subnet":
        lans = {p["alias"]: p["lan"][0].rsplit(".", 1)[0] + ".0/24" for p in phones}
    else:
        return words
    (tmp_path / "lan.yaml").write_text(yaml.safe_dump(lans))
    return [*words, "--lan", str(tmp_path / "lan.yaml")]


def run(words: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    parser = argparse.ArgumentParser(prog="noc")
    cpe.register(parser.add_subparsers())
    args = parser.parse_args(["cpe", "pcap", *words])
    code = args.run(args)
    out = capsys.readouterr()
    return code, out.out, out.err


def rows_of(words: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, list[dict[str, Any]]]:
    code, out, _ = run([*words, "--json"], capsys)
    document = json.loads(out)
    assert set(document) == {"as_of", "rows"}
    return code, document["rows"]


def subject_row(rows: list[dict[str, Any]], site: dict[str, Any], alias: str | None) -> dict[str, Any]:
    """The row an expectation speaks of; a site of which nothing came is seen in its phones alone."""
    if alias is None:
        of_site = [row for row in rows if row["kind"] == "site" and row["source"] in site["source"]]
        if of_site:
            (row,) = of_site
            return row
        alias = site["phones"][0]["alias"]
    (row,) = [row for row in rows if row["kind"] == "phone" and row["alias"] == alias]
    return row


@pytest.mark.parametrize(("case", "site", "alias", "expected", "calibrated"), list(combinations()))
def test_every_expectation_of_the_manifest(
    case: dict[str, Any],
    site: dict[str, Any],
    alias: str | None,
    expected: dict[str, Any],
    calibrated: bool,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    words = [str(DATA / case["file"]), *write_given(case, expected["given"], tmp_path)]
    words += ["--gatekeeper", case["gatekeeper"]["address"], "--grace", str(case["gatekeeper"]["grace_s"])]
    words += ["--calibrated"] if calibrated else []
    for port in case["gatekeeper"]["ras_ports"]:
        words += ["--ras-port", str(port)]
    code, rows = rows_of(words, capsys)
    row = subject_row(rows, site, alias)
    wanted = None if expected["row"] in ("ok", "other") else expected["row"]
    accepted = [(wanted, expected["word"])]
    for number, word in expected.get("accept", ()):
        accepted.append((None if number in ("ok", "other") else number, word))
    assert (row["row"], row["word"]) in accepted, row["evidence"]
    if (row["row"], row["word"]) == accepted[0]:
        assert row["verdict"] == expected["verdict"]
        assert set(expected.get("also", ())) <= set(row["also"])
    assert not {row["verdict"], row["word"]} & set(expected.get("never", ()))
    assert code == (0 if all(r["verdict"] == "registered" for r in rows) else 1)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_what_was_received_and_sent_is_said(
    case: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [str(DATA / case["file"]), *write_given(case, {"password": True, "lan": "ip"}, tmp_path)]
    _, rows = rows_of(words, capsys)
    for site in case["sites"]:
        for phone in site["phones"]:
            received = [r for r in phone["requests"] if r["frames"] and r["type"] == "RRQ"]
            row = subject_row(rows, site, phone["alias"])
            if not received:
                assert (row["source"], row["inner_call"], row["row"]) == (None, None, 12)
                continue
            assert row["source"] in site["source"]
            pairs = [
                (r["received"]["callSignalAddress"][0], r["received"]["rasAddress"][0]) for r in received
            ]
            assert (row["inner_call"], row["inner_ras"]) in pairs
            if row["word"] == "proven":
                assert row["lan"] in phone["lan"]
                sent = [r["sent"]["callSignalAddress"][0] for r in received if r["rewritten"]]
                assert any(f"phone wrote {address}" in line for address in sent for line in row["evidence"])


def test_text_fits_80_columns_and_shows_the_pair(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    case = next(case for case in CASES if case["id"] == "a15")
    words = [str(DATA / case["file"]), *write_given(case, {"password": True}, tmp_path)]
    code, out, _ = run(words, capsys)
    assert code == 1
    assert max(len(line) for line in out.splitlines()) <= 80
    assert "phone wrote 192.168.178.24" in " ".join(out.split())
    assert "geheim" not in out


def test_a_phone_named_and_not_seen_has_a_row_and_no_site(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "lan.yaml").write_text("IP232-ff-ff-ff: 10.0.0.0/24\nip232-0A-01-17: [192.168.178.23]\n")
    code, rows = rows_of([str(DATA / "a01-clean-nat.pcap"), "--lan", str(tmp_path / "lan.yaml")], capsys)
    missing = [row for row in rows if row["source"] is None]
    assert [(row["kind"], row["alias"], row["row"], row["word"]) for row in missing] == [
        ("phone", "IP232-ff-ff-ff", 12, "likely")
    ]
    assert len([row for row in rows if row["kind"] == "site"]) == 1
    assert code == 1


@pytest.mark.parametrize(
    ("name", "text", "line", "words"),
    [
        ("passwords", "a: geheim\nb: [geheim]\n", 2, "a password is missing"),
        ("passwords", "a: geheim\na: geheim\n", 2, "stands twice"),
        ("passwords", "a: geheim\nb: {geheim\n", 3, "no YAML"),
        ("passwords", "- geheim\n", 1, "no list"),
        ("passwords", "a:\n", 1, "a password is missing"),
        ("lan", "a: 10.0.0.0/24\nb: [10.0.0.300]\n", 2, "10.0.0.300"),
        ("lan", "a:\n  - 10.0.0.1\n  - {}\n", 3, "neither an address"),
        ("lan", "a: 0.0.0.0/0\n", 1, "too large"),
    ],
)
def test_wrong_files_are_named_with_line_and_remedy(
    name: str, text: str, line: int, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = tmp_path / f"{name}.yaml"
    given.write_text(text)
    with pytest.raises(NocError) as caught:
        run([str(DATA / "a01-clean-nat.pcap"), f"--{name}", str(given)], capsys)
    said = str(caught.value)
    assert caught.value.exit_code == 2
    assert said.startswith(f"{given}:{line}: ")
    assert words in said
    assert caught.value.remedy
    assert "geheim" not in said + "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    "content", [b"", b"\x1f\x8b\x08\x00", b"no capture at all", b"\xd4\xc3\xb2\xa1\x02\x00", None]
)
def test_what_is_no_capture_is_an_error(
    content: bytes | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "x.pcap"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(NocError) as caught:
        run([str(file)], capsys)
    assert caught.value.exit_code == 2
    assert str(file) in str(caught.value)
    assert caught.value.remedy
    assert capsys.readouterr().out == ""


def test_a_password_is_read_as_written(tmp_path: Path) -> None:
    from noc.actions.pcap_given import load_passwords
    from noc.hosting.h323.proof import RegistrationKey

    file = tmp_path / "passwords.yaml"
    file.write_text("a: 0815\nb: yes\n23: 1.10\nc: 'x: y'\n")
    keys = load_passwords(file)
    for alias, password in (("a", "0815"), ("b", "yes"), ("23", "1.10"), ("c", "x: y")):
        key = keys.find([alias])
        assert key is not None
        assert key.mac(b"message") == RegistrationKey(password).mac(b"message")
    assert "0815" not in repr(keys.find(["a"]))
