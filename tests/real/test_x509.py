"""A device's own page of certificates, what it serves over TLS, and openssl: three witnesses of one thing."""

from __future__ import annotations

import subprocess
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from tests.lab.conftest import Operator
from tests.platform_lab import LabPlatform, Lists, running_lab
from tests.real.equipment import FRONTEND, MEDIA, SIZE, disagreements, facts

PAGE = "/X509/mod_cmd.xml"
KINDS = ("certstore", "trusted", "rejected")


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabPlatform]:
    with running_lab(tmp_path_factory.mktemp("x509") / "lab", *SIZE) as running:
        yield running


def sweep(lab: LabPlatform) -> Lists:
    """What noc knows, which is the truth."""
    seen = lab.collect()
    assert disagreements(seen, lab.truth(), *KINDS) == []
    return seen


def openssl(*words: str, given: str) -> str:
    done = subprocess.run(["openssl", *words], input=given, text=True, capture_output=True, check=True)
    return done.stdout.strip()


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_three_witnesses_agree(lab: LabPlatform) -> None:
    sweep(lab)
    operator = Operator(lab)
    told = facts(lab, "certstore")["sb1"]["value"]
    served = next(row for row in lab.rows("certificates") if row["device"] == "sb1")
    assert told["chain"] == [served["subject_cn"]]
    assert instant(told["not_after"]) == instant(served["not_after"])
    talk = openssl("s_client", "-connect", f"{FRONTEND}:{operator.port(443)}", given="")
    names = openssl(
        "x509", "-noout", "-subject", "-enddate", "-startdate", "-nameopt", "multiline", given=talk
    )
    end, start = (
        datetime.strptime(line.partition("=")[2], "%b %d %H:%M:%S %Y GMT").replace(tzinfo=UTC)
        for key in ("notAfter", "notBefore")
        for line in names.splitlines()
        if line.startswith(key)
    )
    assert f"commonName                = {told['chain'][0]}" in names
    assert (instant(told["not_before"]), instant(told["not_after"])) == (start, end)


def test_the_root_is_trusted_everywhere_and_the_factory_on_frontends(lab: LabPlatform) -> None:
    sweep(lab)
    root = openssl("x509", "-noout", "-fingerprint", "-sha256", given=Operator(lab).root.read_text())
    fingerprint = root.partition("=")[2].replace(":", "").lower()
    rows = facts(lab, "trusted")
    devices = {row["name"] for row in lab.rows("devices") if row["kind"] != "service"}
    assert {subject.rpartition("/")[0] for subject in rows if subject.endswith(fingerprint)} == devices
    factory = {
        row["value"]["subject_cn"]: row["device"] for row in rows.values() if row["device"] != "media1"
    }
    assert {name: of for name, of in factory.items() if name.startswith("innovaphone")} == {
        "innovaphone Device Certification Authority": "sb1",
        "innovaphone Device Certification Authority 2": "sb1",
    }


def test_the_page_is_as_update_servers_read_it(lab: LabPlatform) -> None:
    page = Operator(lab).get(FRONTEND, f"{PAGE}?cmd=xml-info")
    assert page.startswith("<info>"), "no XML declaration"
    chain = ET.fromstring(page).findall("servercert/certificate")
    authorities = {one.get("subject_cn") for one in ET.fromstring(page).findall("trust/certificate")}
    assert chain
    for one in chain:
        assert one.get("issuer_cn") in authorities
        assert instant(one.get("not_before", "")) < instant(one.get("not_after", ""))


def test_a_new_certificate_and_its_request_show(lab: LabPlatform) -> None:
    before = sweep(lab)["facts"]["certstore", "media1"]["value"]
    try:
        for state in ("request", "busy", "failed"):
            lab.do("signing-request", "media1", state)
            value = sweep(lab)["facts"]["certstore", "media1"]["value"]
            assert {name for name in ("request", "busy", "failed") if value[name]} == {state}
        lab.do("certificate-expiring", "media1", "40")
        assert sweep(lab)["facts"]["certstore", "media1"]["value"]["not_after"] < before["not_after"]
    finally:
        lab.do("mend", "all")
    assert sweep(lab)["facts"]["certstore", "media1"]["value"] == before


def test_a_refused_chain_is_told_and_can_be_trusted(lab: LabPlatform) -> None:
    operator = Operator(lab)
    lab.do("stranger", "media1", "127.201.0.9")
    sweep(lab)
    (row,) = facts(lab, "rejected").values()
    assert (row["subject"], row["value"]["reason"]) == ("media1/1", "Unknown CA")
    assert (row["value"]["remote"], row["value"]["subject_cn"]) == ("127.201.0.9", "stranger-1")
    command = f"{PAGE}?cmd=trust-rejected&id=1"
    assert ET.fromstring(operator.get(MEDIA, command)).get("error") == "no access"
    assert ET.fromstring(operator.get(MEDIA, command, user="admin")).get("state") == "ok"
    sweep(lab)
    assert facts(lab, "rejected") == {}
    assert "media1/stranger-1" in facts(lab, "trusted")
    assert (
        ET.fromstring(operator.get(MEDIA, f"{PAGE}?cmd=trust-remove&id=2", user="admin")).get("state") == "ok"
    )
    sweep(lab)
    assert "media1/stranger-1" not in facts(lab, "trusted")


def test_a_silent_device_told_this_last(lab: LabPlatform) -> None:
    before = sweep(lab)["facts"]["certstore", "sb1"]["value"]
    lab.do("certificate-expiring", "sb1", "40")
    lab.do("device-down", "sb1")
    try:
        sweep(lab)
        rows = [row for kind in KINDS for row in facts(lab, kind).values() if row["device"] == "sb1"]
        assert {row["state"] for row in rows} == {"stale"}
        assert facts(lab, "certstore")["sb1"]["value"] == before
    finally:
        lab.do("mend", "all")
