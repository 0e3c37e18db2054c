"""licsummary (PHP): walks from a PBX to every PBX registered there, and lists who uses which licences."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from tests.lab.conftest import Operator
from tests.real.clients.conftest import ADMIN, MEDIA, PBX, Known
from tests.real.clients.web import Web


@dataclass(frozen=True)
class User:
    """An object that is no PBX. unlicensed: names of licences that it wants and has not got."""

    name: str
    number: str
    registered: bool
    unlicensed: frozenset[str]


@dataclass(frozen=True)
class Site:
    """A PBX that was found: its users, None if it is offline."""

    name: str
    users: dict[str, User] | None


class Licsummary:
    """Asks with one login everywhere."""

    def __init__(self, web: Web) -> None:
        self._web = web

    def sites(self, address: str, pbx: str) -> list[Site]:
        """Every PBX that stands at a master."""
        places = [item for item in self._objects(address, pbx) if self._type(item) == "loc"]
        if len(places) < 2:
            raise AssertionError("PHP 7.1 and newer stop here: count() of what is no array")
        return [self._site(item) for item in places]

    def _site(self, place: ET.Element) -> Site:
        name = place.attrib["cn"]
        assert place.attrib["guid"]
        assert place.attrib["node"]
        assert place.attrib["loc"]
        endpoint = place.find("ep")
        if endpoint is None:
            return Site(name, None)
        address = endpoint.attrib["addr"].partition(":")[0]
        found = [item for item in self._objects(address, name) if self._type(item) == ""]
        return Site(name, {item.attrib["cn"]: self._user(address, item) for item in found})

    def _user(self, address: str, item: ET.Element) -> User:
        shown = self._web.xml(address, f"{ADMIN}?cmd=show&user-guid={item.attrib['guid']}")
        one = shown.find("user")
        assert one is not None
        unlicensed = frozenset(key for key in one.attrib if key.endswith("-unlicensed"))
        return User(item.get("h323", ""), item.get("e164", ""), item.find("ep") is not None, unlicensed)

    def _objects(self, address: str, pbx: str) -> list[ET.Element]:
        query = f"cmd=show&user=*&search=&search-loc={quote(pbx)}&search-grp=&hide=&xsl=pbx_objs_right.xsl"
        status, text = self._web.ask(address, f"{ADMIN}?{query}")
        assert status != "HTTP/1.0 401 Unauthorized"
        return list(ET.fromstring(text))

    @staticmethod
    def _type(item: ET.Element) -> str:
        pseudo = item.find("pseudo")
        return "" if pseudo is None else pseudo.get("type", "")


def test_every_customer_and_its_phones(web: Web, known: Callable[[], Known]) -> None:
    sites = {site.name: site.users for site in Licsummary(web).sites(MEDIA, "media1")}
    seen = known()
    assert sites.keys() == {row["customer"] for row in seen.rows("customers", cluster="sb1")}
    for customer, users in sites.items():
        assert users is not None
        by_name = {user.name: (cn, user) for cn, user in users.items()}
        for phone in seen.rows("phones", customer=customer):
            cn, user = by_name[phone["cpe"]]
            assert (cn, user.number) == (phone["name"], phone["number"])
            assert user.registered == (phone["inner"] == "registered")
            assert user.unlicensed == frozenset()


def test_a_pbx_that_is_down_is_offline(operator: Operator, web: Web, known: Callable[[], Known]) -> None:
    customer = known().device(PBX)["name"]
    operator.lab.do("device-down", customer)
    offline = {site.name for site in Licsummary(web).sites(MEDIA, "media1") if site.users is None}
    seen = known()
    assert offline == {customer}
    assert offline == {row["customer"] for row in seen.rows("customers", cluster="sb1") if row["pbx"] != "ok"}


def test_a_phone_that_is_off_is_not_registered(
    operator: Operator, web: Web, known: Callable[[], Known]
) -> None:
    phone = known().rows("phones", frontend="sb1")[0]
    operator.lab.do("phone-off", phone["hardware_id"])
    (users,) = [
        site.users for site in Licsummary(web).sites(MEDIA, "media1") if site.name == phone["customer"]
    ]
    assert users is not None
    assert not users[phone["name"]].registered
    (now,) = known().rows("phones", cpe=phone["cpe"])
    assert now["inner"] != "registered"


def test_the_status_line_of_a_wrong_login(web: Web) -> None:
    wrong = Web(web.root, web.port, web.user, "wrong")
    assert wrong.ask(PBX, ADMIN)[0] == "HTTP/1.0 401 Unauthorized"
    assert web.ask(PBX, ADMIN, login=False)[0] == "HTTP/1.0 401 Unauthorized"
