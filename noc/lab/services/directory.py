"""What the directories hold, and who may look: the extensions of a customer PBX, the contacts of a cluster.

Reference design, ch. Directory; rules DIR-01 to DIR-05. Logins are a customer's id with its registration
password, which sees the customer's own, and the accounts of the platform.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple, Protocol

from noc.devices.dialect import Dialect
from noc.lab.auth import Account
from noc.lab.model import Customer, World
from noc.lab.services.contacts import node
from noc.lab.services.model import Contact

_SPECIAL: Final = frozenset(',+"\\<>;=#')
NOBODY: Final = ""
EVERYTHING: Final = "*"


class Entry(NamedTuple):
    """An entry: its name, and its attributes with their values."""

    dn: str
    attributes: Mapping[str, tuple[str, ...]]


class Directory(Protocol):
    """What an LDAP server serves."""

    def login(self, name: str, password: str) -> str | None:
        """Whose entries a login may see: a customer's, `EVERYTHING`; None for one that is refused."""

    def bases(self, who: str) -> tuple[str, ...]:
        """The tops of the trees that somebody may see."""

    def entries(self, who: str) -> Iterator[Entry]:
        """The entries that somebody may see."""


class Logins:
    """The logins that directories take. customers: those whose own login counts here; words: of entries."""

    def __init__(
        self, world: World, accounts: Sequence[Account], customers: Sequence[Customer], words: Dialect
    ) -> None:
        self._world = world
        self._accounts = {account.user: account.password for account in accounts}
        self._customers = {customer.name: customer for customer in customers}
        self._words = words

    def login(self, name: str, password: str) -> str | None:
        """Whose entries a login may see; nobody's without one."""
        if not name and not password:
            return NOBODY
        customer = self._customers.get(name)
        if customer is not None and name not in self._world.shared.locked:
            return name if _same(password, customer.password) else None
        return EVERYTHING if name in self._accounts and _same(password, self._accounts[name]) else None


class Extensions(Logins):
    """The directory of a customer PBX: a user object each."""

    def __init__(self, world: World, accounts: Sequence[Account], customer: Customer, words: Dialect) -> None:
        super().__init__(world, accounts, [customer], words)
        self._pbx = customer.pbx

    def bases(self, who: str) -> tuple[str, ...]:
        """One tree, whoever may look at it."""
        return (self._words["extensions.base"],) if who else ()

    def entries(self, who: str) -> Iterator[Entry]:
        """The top, then the users with their numbers."""
        if not who:
            return
        base = self._words["extensions.base"]
        name, h323, number = (self._words[f"extensions.{key}"] for key in ("name", "h323", "number"))
        yield Entry(base, {"objectClass": ("top",), name: (base.partition("=")[2],)})
        for item in list(self._pbx.objects.values()):
            if item.kind == "user" and item.number:
                told = {"objectClass": ("person",), name: (item.long_name,), h323: (item.name,)}
                yield Entry(f"{name}={escaped(item.long_name)},{base}", told | {number: (item.number,)})


class Nodes(Logins):
    """The directory of a cluster: a node each customer, of which it sees its own."""

    def bases(self, who: str) -> tuple[str, ...]:
        """The nodes that somebody may see."""
        return tuple(f"{self._world.shared.book.node}{customer.name}" for customer in self._seen(who))

    def entries(self, who: str) -> Iterator[Entry]:
        """The nodes and the contacts below."""
        label = self._world.shared.book.node
        for customer in self._seen(who):
            base = f"{label}{customer.name}"
            yield Entry(base, {"objectClass": ("top", "domain"), label.rstrip("="): (customer.name,)})
            for one in node(self._world, customer):
                yield self._contact(one, base)

    def _contact(self, one: Contact, base: str) -> Entry:
        name = f"{one.surname} {one.firstname}"
        keys = ("surname", "first-name", "company", "business", "mobile")
        told = {
            self._words[f"contacts.{key}"]: (value,) for key, value in zip(keys, one, strict=True) if value
        }
        return Entry(f"cn={escaped(name)},{base}", {"objectClass": ("inetOrgPerson",), "cn": (name,), **told})

    def _seen(self, who: str) -> list[Customer]:
        everything = self._customers.values()
        return [customer for customer in everything if who in (EVERYTHING, customer.name)]


def escaped(value: str) -> str:
    """A value as it stands in the name of an entry (RFC 4514 ch. 2.4)."""
    return "".join(f"\\{sign}" if sign in _SPECIAL else sign for sign in value)


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())
