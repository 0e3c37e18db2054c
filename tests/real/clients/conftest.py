"""One lab for all clients, and what noc knows of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.lab.conftest import Operator
from tests.platform_lab import LabPlatform, Lists, Row, running_lab
from tests.real.clients.web import Web

SIZE = ("--clusters", "1", "--customers", "3", "--phones", "4", "--seed", "11")
FRONTEND, MEDIA, PBX = "127.21.0.254", "127.21.0.253", "127.21.0.1"
ADMIN = "/PBX0/ADMIN/mod_cmd_login.xml"


@dataclass(frozen=True)
class Known:
    """What noc had after a sweep."""

    lists: Lists

    def rows(self, listing: str, **fields: Any) -> list[Row]:
        """The rows of a listing with these values."""
        return [
            row
            for row in self.lists[listing].values()
            if all(row[name] == value for name, value in fields.items())
        ]

    def device(self, address: str) -> Row:
        """The device at an address."""
        return next(row for row in self.lists["devices"].values() if row["address"] == address)

    def facts(self, address: str, kind: str) -> dict[str, dict[str, Any]]:
        """The facts of one kind of the device at an address: subject -> value."""
        return {
            fact["subject"]: fact["value"] for fact in self.device(address)["facts"] if fact["kind"] == kind
        }


@pytest.fixture(scope="session")
def client_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabPlatform]:
    """One cluster, three customers; tests leave it as they found it."""
    with running_lab(tmp_path_factory.mktemp("clients") / "lab", *SIZE) as lab:
        yield lab


@pytest.fixture
def operator(client_lab: LabPlatform) -> Iterator[Operator]:
    """Who runs the client's host; whatever a test broke is mended afterwards."""
    yield Operator(client_lab)
    client_lab.noc("lab", "do", "mend", "all", "--dir", str(client_lab.folder))


@pytest.fixture
def web(operator: Operator) -> Web:
    """HTTPS with Basic login as a viewer, verified by the lab's root."""
    return Web(operator.root, operator.port(443), "noc-read", operator.password("collector"))


@pytest.fixture
def admin(operator: Operator) -> Web:
    """The same as an administrator."""
    return Web(operator.root, operator.port(443), "admin", operator.password("admin"))


@pytest.fixture
def known(operator: Operator) -> Callable[[], Known]:
    """Lets noc sweep the platform once; what it knows then."""
    return lambda: Known(operator.lab.collect())
