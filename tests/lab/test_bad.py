"""Bad devices as curl and an XML parser meet them: each is bad in its own way, and well when mended."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from email.utils import parsedate_to_datetime

import pytest

from noc.lab.catalogue import BAD_KINDS
from tests.lab.conftest import Asked, Operator
from tests.lab.test_https import BOX, PBX

NAME, NEXT = "Pfeiffer00001", "127.21.0.2"
ENDED_BADLY, TIMED_OUT, NO_TLS, REFUSED, TOO_MANY_REDIRECTS, NO_HTTP = 18, 28, 35, 60, 47, 1


def spoil(operator: Operator, *words: str) -> None:
    """Carry out a fault."""
    operator.lab.noc("lab", "do", *words, "--dir", str(operator.lab.folder))


def ask(operator: Operator, *words: str, code: int = 0) -> Asked:
    """The box page of the device."""
    return operator.curl(*words, operator.url(PBX, BOX), code=code)


def system(page: str) -> dict[str, str]:
    """The attributes of the box facts."""
    found = ET.fromstring(page).find("sys")
    assert found is not None
    return found.attrib


@pytest.mark.parametrize(
    ("kind", "code", "words"),
    [
        ("hang", TIMED_OUT, ("--max-time", "3")),
        ("trickle", TIMED_OUT, ("--max-time", "3")),
        ("garbage", NO_HTTP, ()),
        ("redirect-loop", TOO_MANY_REDIRECTS, ("--location", "--max-redirs", "5")),
        ("wrong-content-length", ENDED_BADLY, ()),
        ("tls-1.0", NO_TLS, ()),
        ("tls-1.0", 0, ("--tlsv1.0", "--tls-max", "1.0", "--ciphers", "DEFAULT@SECLEVEL=0")),
        ("wrong-certificate", REFUSED, ()),
        ("expired-certificate", REFUSED, ()),
    ],
)
def test_what_curl_makes_of_it(operator: Operator, kind: str, code: int, words: tuple[str, ...]) -> None:
    before = system(ask(operator).body)
    spoil(operator, "bad", NAME, kind)
    ask(operator, *words, code=code)
    spoil(operator, "mend", NAME)
    assert system(ask(operator).body)["hwid"] == before["hwid"]


@pytest.mark.parametrize(("kind", "status"), [("401-for-ever", "HTTP/1.0 401 "), ("500", "HTTP/1.1 500 ")])
def test_a_status_is_the_answer_to_everything(operator: Operator, kind: str, status: str) -> None:
    spoil(operator, "bad", NAME, kind)
    for words in ((), operator.login()):
        assert ask(operator, *words).status_line.startswith(status)


@pytest.mark.parametrize("kind", ["truncated-xml", "entity-bomb"])
def test_xml_that_is_none_or_too_much(operator: Operator, kind: str) -> None:
    spoil(operator, "bad", NAME, kind)
    page = ask(operator).body
    assert ("<!ENTITY" in page) == (kind == "entity-bomb")
    if kind == "truncated-xml":
        with pytest.raises(ET.ParseError):
            ET.fromstring(page)


def test_sizes(operator: Operator) -> None:
    counted = ("--output", "/dev/null", "--write-out", "%{size_download} %header{content-encoding}")
    spoil(operator, "bad", NAME, "50-mb")
    assert int(ask(operator, *counted).body.split()[0]) > 50_000_000
    spoil(operator, "bad", NAME, "gzip-bomb")
    size, coding = ask(operator, *counted).body.split()
    assert (int(size) < 1_000_000, coding) == (True, "gzip")


def test_a_device_that_restarts_in_mid_answer(operator: Operator) -> None:
    before = int(system(ask(operator).body)["uptime"])
    spoil(operator, "bad", NAME, "reboot-in-mid-answer")
    ask(operator, code=ENDED_BADLY)
    spoil(operator, "mend", NAME)
    assert int(system(ask(operator).body)["uptime"]) < before


def test_identities(operator: Operator) -> None:
    own = system(ask(operator).body)
    next_one = system(operator.curl(operator.url(NEXT, BOX)).body)
    spoil(operator, "bad", NAME, "other-device")
    assert system(ask(operator).body)["hwid"] == next_one["hwid"]
    spoil(operator, "bad", NAME, "new-hardware-id")
    new = system(ask(operator).body)
    assert new["hwid"] not in (own["hwid"], next_one["hwid"])
    assert (new["product"], new["serial"][-2:]) == (own["product"], new["hwid"][-2:])


@pytest.mark.parametrize(("time", "year"), [("1970", 1970), ("+800d", None), ("-7200", None)])
def test_a_clock_shows_in_the_page_and_in_the_date_header(
    operator: Operator, time: str, year: int | None
) -> None:
    right = int(system(ask(operator).body)["time"])
    spoil(operator, "clock", NAME, time)
    asked = ask(operator)
    told = int(system(asked.body)["time"])
    date = next(
        line for line in asked.headers.replace("\r", "").split("\n") if line.startswith("Date: ")
    ).removeprefix("Date: ")
    assert abs(parsedate_to_datetime(date).timestamp() - told) < 60
    if year:
        assert told == pytest.approx(int(system(asked.body)["uptime"]), abs=60)
        assert parsedate_to_datetime(date).year < 1980
    else:
        wanted = {"+800d": 800 * 86400, "-7200": -7200}[time]
        assert told - right == pytest.approx(wanted, abs=600)


def test_every_kind_is_in_the_help(operator: Operator) -> None:
    told = operator.lab.noc("lab", "do", "--help")
    assert [kind for kind in BAD_KINDS if kind not in told] == []
