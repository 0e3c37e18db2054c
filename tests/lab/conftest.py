"""Running labs for the tests of this room, and curl to ask them."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from tests.platform_lab import LabPlatform, running_lab

SIZE = ("--clusters", "2", "--customers", "3", "--phones", "4", "--seed", "7")
CURL = ("curl", "--silent", "--verbose", "--include", "--globoff", "--max-time", "60")


@dataclass(frozen=True)
class Asked:
    """What curl got: the status line, headers and body, and what it says of the connection."""

    status_line: str
    headers: str
    body: str
    log: str


@dataclass(frozen=True)
class Operator:
    """Asks the devices of a running lab with curl."""

    lab: LabPlatform

    @property
    def root(self) -> Path:
        """The lab's root certificate."""
        return self.lab.folder / "root.pem"

    def password(self, name: str) -> str:
        """The password of the collector or of the admin account."""
        return (self.lab.folder / "secrets" / name).read_text().strip()

    def login(self, user: str = "noc-read") -> tuple[str, ...]:
        """curl's words for a Basic login."""
        return ("--user", f"{user}:{self.password('collector' if user == 'noc-read' else user)}")

    def port(self, port: int) -> int:
        """The real port for a port of the platform."""
        for key, value in yaml.safe_load(self.lab.config.read_text())["ports"].items():
            first, _, last = str(key).partition("-")
            if int(first) <= port <= int(last or first):
                return int(str(value).partition("-")[0]) + port - int(first)
        raise AssertionError(f"no port {port} in provider.yaml")

    def url(self, address: str, path: str, port: int = 443) -> str:
        """The address of a page."""
        return f"https://{address}:{self.port(port)}{path}"

    def curl(self, *words: str, code: int = 0) -> Asked:
        """Run curl, which trusts the lab's root only; `code` is the exit code it must have."""
        done = subprocess.run(
            [*CURL, "--cacert", str(self.root), *words], check=False, capture_output=True, timeout=120
        )
        log = done.stderr.decode("utf-8", "replace")
        assert done.returncode == code, log
        head, _, body = done.stdout.decode().rpartition("\r\n\r\n")
        last = head.rpartition("\r\n\r\n")[2]
        status, _, headers = last.partition("\r\n")
        return Asked(status, headers, body, log)

    def get(self, address: str, path: str, *words: str, user: str = "noc-read") -> str:
        """The body of a page as the collector's account, or another, sees it."""
        return self.curl(*self.login(user), *words, self.url(address, path)).body


@pytest.fixture(scope="session")
def shared_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabPlatform]:
    """One lab for all tests that leave it as they found it."""
    with running_lab(tmp_path_factory.mktemp("lab"), *SIZE) as lab:
        yield lab


@pytest.fixture
def operator(shared_lab: LabPlatform) -> Iterator[Operator]:
    """curl for the shared lab; whatever a test broke is mended afterwards."""
    yield Operator(shared_lab)
    shared_lab.noc("lab", "do", "mend", "all", "--dir", str(shared_lab.folder))
