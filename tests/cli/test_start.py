"""What a command loads: start-up is paid by every call, so libraries wait until they are needed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = ("textual", "rich", "pysnmp", "zeep", "cryptography", "httpx", "aiohttp", "pycrate_asn1dir", "yaml")

WANTED_LATER = (
    *(
        "noc.hosting.systems",
        "noc.hosting.capacity",
        "noc.hosting.paths",
        "noc.devices.dialect",
        "noc.log.store",
    ),
    *("noc.log.view_services", "noc.log.view_capacity", "noc.log.view_paths", "noc.log.view_events"),
    *("noc.log.view_changes", "noc.log.capacity_history"),
    *("noc.screens.palette", "noc.screens.help", "noc.screens.export", "noc.screens.views"),
    *(
        "noc.screens.events",
        "noc.screens.event",
        "noc.screens.phones",
        "noc.screens.services",
        "noc.screens.walk",
    ),
)
"""What the console loads when it is first looked at, never before its first paint."""

PROVIDER = """\
provider: {name: hoster.example, root: root.pem}
log: log
credentials:
  collector: {user: noc, password: {file: password}}
clusters:
  - name: sb1
    frontend: {name: sb1, outside: 203.0.113.1, inside: 10.1.0.254}
"""


def loaded(*words: str, folder: Path) -> tuple[set[str], str]:
    """The heavy modules that `noc WORDS` really loads, and what it printed."""
    code = (
        "import sys\n"
        "from noc.cli.main import run\n"
        f"code = run({list(words)!r})\n"
        f"print('LOADED', code, *[name for name in {HEAVY!r} if name in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=folder, check=True
    )
    body, _, tail = done.stdout.rpartition("LOADED ")
    exit_code, *names = tail.split()
    assert exit_code == "0", done.stderr
    return set(names), body


@pytest.fixture
def platform(tmp_path: Path) -> Path:
    """A provider.yaml whose log does not exist yet."""
    (tmp_path / "provider.yaml").write_text(PROVIDER)
    (tmp_path / "root.pem").write_text("-----BEGIN CERTIFICATE-----\n")
    password = tmp_path / "password"
    password.write_text("secret\n")
    for file in (password, tmp_path / "provider.yaml"):
        file.chmod(0o600)
    return tmp_path


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["phones", "--help"], ["lab", "do", "--help"]])
def test_help_and_version_load_nothing_heavy(words: list[str], tmp_path: Path) -> None:
    assert loaded(*words, folder=tmp_path)[0] == set()


@pytest.mark.parametrize(
    "listing", ["status", "devices", "customers", "phones", "alarms", "events", "natmaps", "certificates"]
)
def test_json_commands_load_only_what_reads_the_settings(listing: str, platform: Path) -> None:
    names, printed = loaded("--config", "provider.yaml", listing, "--json", folder=platform)
    assert names == {"yaml"}
    assert '"rows":[' in printed


def test_the_console_is_there_before_what_nobody_looks_at_yet(platform: Path) -> None:
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from argparse import Namespace\n"
        "import noc.screens.run\n"
        "from noc.cli.context import view_of\n"
        "from noc.settings import load\n"
        "from noc.screens.app import NocApp\n"
        "from noc.screens.desk import desk_of\n"
        "settings = load(Path('provider.yaml'))\n"
        "with view_of(Namespace(), settings) as view:\n"
        "    NocApp.for_desk(desk_of(settings, view, user='kai', write=True))\n"
        f"print(*[name for name in {WANTED_LATER!r} if name in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=platform, check=True
    )
    assert done.stdout.split() == []
