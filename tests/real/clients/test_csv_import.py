"""Innovaphone-CSV-import: makes users from a table, finds them by number, puts them into groups."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator

import pytest

from tests.real.clients.conftest import ADMIN, PBX, Known
from tests.real.clients.web import Web


class Import:
    """Writes to one PBX. It splits answers as text, as the real one does."""

    def __init__(self, web: Web, address: str = PBX) -> None:
        self._web = web
        self._address = address

    def user(self, **values: str) -> str:
        """Make or change a user: "ok", or the text that the device gives for an error."""
        pairs = "&".join(f"{name}={value.replace(' ', '%20')}" for name, value in values.items())
        text = self._ask(f"cmd=submit-object&{pairs.replace('dev1_hw', 'dev1.hw')}")
        if "error" not in text:
            assert 'state="ok"' in text
            return "ok"
        return text.split('error="')[1].split('"')[0]

    def guid(self, number: str) -> str:
        """The guid of the first object whose number begins so."""
        text = self._ask(
            f"cmd=show&user=*&search={number}&search-loc=&search-grp=&hide=&xsl=pbx_objs_right.xsl"
        )
        return text.split('guid="')[1].split('"')[0]

    def group(self, guid: str, pbx: str, name: str) -> bool:
        """Put a user into a group; whether the page says so. The separator before ``loc`` is forgotten."""
        query = (
            f"cmd=submit-groups&xsl=pbx_edit_groups.xsl&guid={guid}loc={pbx}"
            f"&grp-name={name}&grp-dyn&grp&grp-name=&save=Apply"
        )
        return name in self._ask(query)

    def _ask(self, query: str) -> str:
        return self._web.get(self._address, f"{ADMIN}?{query}")


@pytest.fixture
def table(admin: Web) -> Iterator[Import]:
    """The import; what it made is removed afterwards."""
    yield Import(admin)
    left = admin.xml(PBX, f"{ADMIN}?cmd=show&user=*&search=47&search-loc=&search-grp=&hide=")
    for item in left:
        admin.get(PBX, f"{ADMIN}?cmd=submit-object&guid={item.attrib['guid']}&save=Delete")


def test_a_table_of_users(table: Import, admin: Web, known: Callable[[], Known]) -> None:
    before = known()
    for name, number in (("Max Muster", "4711"), ("Anna Muster", "4712")):
        values = {"cn": name, "dn": name, "h323": name.split()[0].lower(), "e164": number}
        assert table.user(**values, email="m@x.example", node="root", dev1_hw=f"IP222-{number}") == "ok"
    first, second = table.guid("4711"), table.guid("4712")
    assert re.fullmatch(r"[0-9a-f]{32}", first)
    assert first != second
    (shown,) = admin.xml(PBX, f"{ADMIN}?cmd=show&user-guid={second}")
    assert (shown.get("cn"), shown.get("dn"), shown.get("e164")) == ("Anna Muster", "Anna Muster", "4712")
    device = shown.find("device")
    assert device is not None
    assert device.get("hw") == "IP222-4712"
    after = known()
    (had,), (has,) = (seen.facts(PBX, "soap").values() for seen in (before, after))
    assert has["objects"] == had["objects"] + 2
    (had,), (has,) = (seen.facts(PBX, "licences").values() for seen in (before, after))
    assert has["kinds"][0]["used"] == had["kinds"][0]["used"] + 2


def test_a_name_that_is_taken_is_an_error_in_words(table: Import) -> None:
    assert table.user(cn="Max", e164="4711") == "ok"
    assert table.user(cn="Anna", e164="4712") == "ok"
    assert table.user(guid=table.guid("4712"), cn="Max") == "duplicate name"
    assert table.user(guid=table.guid("4712"), cn="Anne") == "ok"


def test_groups(table: Import, admin: Web, known: Callable[[], Known]) -> None:
    table.user(cn="Max", e164="4711")
    guid, pbx = table.guid("4711"), str(known().device(PBX)["name"])
    assert table.group(guid, pbx, "sales")
    assert table.group(guid, pbx, "support")
    (shown,) = admin.xml(PBX, f"{ADMIN}?cmd=show&user-guid={guid}")
    assert [item.get("name") for item in shown.findall("grp")] == ["support"]


def test_who_may_only_read_gets_an_error_in_words(web: Web, table: Import) -> None:
    assert Import(web).user(cn="Max", e164="4711") == "no access"
    table.user(cn="Max", e164="4711")
    assert not Import(web).group(table.guid("4711"), "x", "sales")


def test_the_whole_pbx_as_a_file(admin: Web, known: Callable[[], Known]) -> None:
    """What an import of objects reads again (asked by go-myapps)."""
    text = admin.get(PBX, f"{ADMIN}?cmd=download&cd=pbx.xml&format=xml")
    root = ET.fromstring(text)
    lines = admin.get(PBX, f"{ADMIN}?cmd=download&cd=pbx.csv&format=csv").splitlines()
    seen = known()
    (told,) = seen.facts(PBX, "soap").values()
    assert root.tag == "info"
    assert len(root.findall("user")) == len(lines) - 1 == told["objects"]
    phones = seen.rows("phones", customer=seen.device(PBX)["name"])
    names = {(item.get("h323"), item.get("e164"), item.get("cn")) for item in root}
    assert {(phone["cpe"], phone["number"], phone["name"]) for phone in phones} <= names
