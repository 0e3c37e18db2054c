"""The lab's certificates as openssl judges them (rules CERT-01, CERT-02)."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.lab.conftest import Operator


def openssl(*words: str, given: str = "") -> str:
    """Run openssl; its output. Fails if openssl does."""
    done = subprocess.run(
        ["openssl", *words], input=given, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def served(operator: Operator, address: str) -> str:
    """The leaf that an address serves, as PEM."""
    place = f"{address}:{operator.port(443)}"
    return openssl("s_client", "-connect", place, "-CAfile", str(operator.root), "-verify_return_error")


def test_the_root_is_strictly_valid(operator: Operator) -> None:
    root = str(operator.root)
    assert openssl("verify", "-x509_strict", "-CAfile", root, root).strip() == f"{root}: OK"
    text = openssl("x509", "-in", root, "-noout", "-text")
    assert "CN = hoster.example Device Certification Authority" in text
    assert "Public-Key: (4096 bit)" in text
    assert "CA:TRUE" in text


@pytest.mark.parametrize(
    ("address", "names"),
    [
        ("127.21.0.254", ["127.121.0.1", "127.21.0.254"]),
        ("127.121.0.1", ["127.121.0.1", "127.21.0.254"]),
        ("127.121.0.2", ["127.121.0.2", "127.21.0.253"]),
        ("127.22.0.3", ["127.122.0.1", "127.22.0.3"]),
        ("127.20.0.1", ["127.20.0.1"]),
    ],
)
def test_leaves(operator: Operator, tmp_path: Path, address: str, names: list[str]) -> None:
    leaf = tmp_path / "leaf.pem"
    leaf.write_text(openssl("x509", given=served(operator, address)))
    verified = openssl("verify", "-x509_strict", "-CAfile", str(operator.root), str(leaf))
    assert verified.strip() == f"{leaf}: OK"
    text = openssl("x509", "-in", str(leaf), "-noout", "-text")
    assert "Public-Key: (4096 bit)" in text
    assert "O = hoster.example" in text
    for name in names:
        assert f"DNS:{name}" in text
        assert f"IP Address:{name}" in text


def test_the_certificate_carries_the_hardware_id(operator: Operator) -> None:
    subject = openssl("x509", "-noout", "-subject", given=served(operator, "127.21.0.1"))
    assert operator.curl(operator.url("127.21.0.1", "/CMD0/box_info.xml")).body.count(
        subject.strip().rpartition("CN = ")[2]
    )


def test_an_expiring_certificate_is_served_at_once(operator: Operator) -> None:
    before = openssl("x509", "-noout", "-serial", given=served(operator, "127.21.0.253"))
    operator.lab.do("certificate-expiring", "media1", "12")
    pem = served(operator, "127.21.0.253")
    assert openssl("x509", "-noout", "-serial", given=pem) != before
    openssl("x509", "-noout", "-checkend", str(11 * 86400), given=pem)
    ends = subprocess.run(
        ["openssl", "x509", "-noout", "-checkend", str(13 * 86400)], input=pem, text=True, check=False,
        capture_output=True, timeout=60,
    )  # fmt: skip
    assert ends.returncode == 1
    operator.lab.do("mend", "media1")
    assert openssl("x509", "-noout", "-serial", given=served(operator, "127.21.0.253")) == before


def test_an_ended_certificate_is_refused(operator: Operator) -> None:
    operator.lab.do("certificate-expiring", "media1", "-1")
    operator.curl(operator.url("127.21.0.253", "/CMD0/box_info.xml"), code=60)


def test_the_keys_are_for_their_owner_only(operator: Operator) -> None:
    for path in (operator.lab.folder / "secrets").iterdir():
        assert path.stat().st_mode & 0o777 == 0o600
    assert operator.lab.folder.stat().st_mode & 0o777 == 0o700
    assert operator.lab.config.stat().st_mode & 0o077 == 0
