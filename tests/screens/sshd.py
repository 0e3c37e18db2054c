"""A real OpenSSH server on loopback, with host key, configuration and account keys of its own."""

from __future__ import annotations

import getpass
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.screens.terminal import PATIENCE

SERVER = shutil.which("sshd", path="/usr/sbin:/usr/local/sbin:/sbin")
SEPARATION = Path("/run/sshd")
"""What an sshd of root insists on; Debian's start script makes it."""
CONFIGURATION = """\
ListenAddress 127.0.0.1:{port}
HostKey {folder}/host
AuthorizedKeysFile {folder}/user.pub
AuthenticationMethods publickey
PermitRootLogin prohibit-password
StrictModes no
UsePAM no
PidFile none
PrintMotd no
"""


@dataclass(frozen=True)
class Server:
    """Where it listens and what lets one in."""

    port: int
    folder: Path

    def login(self, command: str) -> list[str]:
        """The words of an ssh that logs in with a terminal and runs a command."""
        options = (
            "StrictHostKeyChecking=no",
            f"UserKnownHostsFile={self.folder}/known",
            f"IdentityFile={self.folder}/user",
            "IdentitiesOnly=yes",
            "LogLevel=ERROR",
        )
        words = [word for option in options for word in ("-o", option)]
        to = f"{getpass.getuser()}@127.0.0.1"
        return ["ssh", "-F", "none", "-tt", "-p", str(self.port), *words, to, command]


@contextmanager
def serving(folder: Path) -> Iterator[Server]:
    """An sshd as long as the block runs."""
    assert SERVER is not None
    made = os.getuid() == 0 and not SEPARATION.exists()
    if made:
        SEPARATION.mkdir(mode=0o755)
    for name in ("host", "user"):
        words = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)]
        subprocess.run(words, check=True, stdin=subprocess.DEVNULL)
    port = _free_port()
    (folder / "config").write_text(CONFIGURATION.format(port=port, folder=folder))
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([SERVER, "-D", "-e", "-f", str(folder / "config")], stderr=log)
    try:
        _listens(port, process, folder / "log")
        yield Server(port, folder)
    finally:
        process.terminate()
        process.wait()
        if made:
            SEPARATION.rmdir()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as bound:
        return int(bound.getsockname()[1])


def _listens(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + PATIENCE
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1.0).close()
        except OSError:
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < end, log.read_text()
            time.sleep(0.05)
        else:
            return
