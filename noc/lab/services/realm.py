"""The Kerberos servers of the lab: MIT's krb5kdc and kadmind as children, on databases made at the start.

The master answers at 88 and changes passwords at 464, the standby answers at 88 alone (rules KRB-01 to
KRB-05). Accounts are those of the platform with their passwords, and the joiner. Where the programs are
missing there is no Kerberos, and the lab says so.
"""

from __future__ import annotations

import asyncio
import os
import re
import secrets
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from noc.hosting.errors import NocError
from noc.lab.auth import Account
from noc.lab.kerberos import JOINER

PROGRAMS: Final = ("krb5kdc", "kdb5_util", "kadmin.local", "kadmind", "setpriv")
PACKAGES: Final = "krb5-kdc and krb5-admin-server"
_PATH: Final = f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin"
_REALM: Final = re.compile(r"[A-Za-z0-9.-]+")
_TRIES: Final = 200
_PAUSE: Final = 0.05
_END_SECONDS: Final = 5.0


def missing() -> list[str]:
    """The programs that are not installed."""
    return [name for name in PROGRAMS if shutil.which(name, path=_PATH) is None]


class RealmError(NocError):
    """A program of the Kerberos server did not do what it was told."""


class Kdc:
    """One Kerberos server.

    folder: of its own, made anew; at: its address and the real ports of 88 and 464, the latter None where it
    changes no passwords; accounts: who may log in.
    """

    def __init__(self, folder: Path, at: tuple[str, int, int | None], accounts: Sequence[Account]) -> None:
        self._folder = folder
        self._at = at
        self._accounts = accounts
        self._children: list[asyncio.subprocess.Process] = []
        self._realm = ""
        self._places: dict[str, Path] = {}
        self._busy = asyncio.Lock()
        shutil.rmtree(folder, ignore_errors=True)

    async def serve(self, realm: str) -> None:
        """Serve this realm, "" for none at all. When it returns the ports are open, or closed."""
        async with self._busy:
            if realm != self._realm:
                await self._end()
                if _REALM.fullmatch(realm):
                    await self._run(self._places.get(realm) or await self._make(realm))
                self._realm = realm

    async def close(self) -> None:
        """End the children."""
        async with self._busy:
            await self._end()

    async def _end(self) -> None:
        children, self._children, self._realm = self._children, [], ""
        for child in children:
            if child.returncode is None:
                child.terminate()
        for child in children:
            try:
                await asyncio.wait_for(child.wait(), _END_SECONDS)
            except TimeoutError:
                child.kill()
                await child.wait()

    async def _make(self, realm: str) -> Path:
        """The database of a realm with its accounts. Passwords go by pipe, where nobody sees them."""
        place = self._folder / str(len(self._places))
        self._configure(place, realm)
        environment, key = _environment(place), secrets.token_urlsafe(12)
        await _done(["kdb5_util", "create", "-s", "-r", realm], f"{key}\n{key}\n", environment)
        lines = [f'add_principal -pw "{password}" {name}' for name, password in self._passwords()]
        await _done(["kadmin.local", "-r", realm], "\n".join([*lines, "quit", ""]), environment)
        self._places[realm] = place
        return place

    def _configure(self, place: Path, realm: str) -> None:
        place.mkdir(parents=True, mode=0o700)
        address, port, passwords = self._at
        changes = f"kpasswd_listen = {address}:{passwords}" if passwords else ""
        told = {"realm": realm, "place": place, "listen": f"{address}:{port}", "address": address}
        (place / "krb5.conf").write_text(_CLIENT.format(port=port, **told))
        (place / "kdc.conf").write_text(_SERVER.format(changes=changes, **told))
        (place / "acl").write_text("")

    def _passwords(self) -> list[tuple[str, str]]:
        return [*((account.user, account.password) for account in self._accounts), (JOINER, JOINER)]

    async def _run(self, place: Path) -> None:
        environment = _environment(place)
        programs = [["krb5kdc", "-n"], *([["kadmind", "-nofork"]] if self._at[2] else [])]
        for words in programs:
            child = await asyncio.create_subprocess_exec(
                *_words(["setpriv", "--pdeathsig", "KILL", *words]),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL,
                env=environment,
            )
            self._children.append(child)
        for port in self._at[1:]:
            if port is not None:
                await self._open(port)

    async def _open(self, port: int) -> None:
        """Wait until a port answers. Raises RealmError if a child ends instead."""
        for _ in range(_TRIES):
            try:
                _, writer = await asyncio.open_connection(self._at[0], port)
            except OSError:
                if any(child.returncode is not None for child in self._children):
                    break
                await asyncio.sleep(_PAUSE)
                continue
            writer.close()
            return
        raise RealmError("the Kerberos server does not start", f"{self._at[0]}:{port}", f"see {self._folder}")


def _environment(place: Path) -> dict[str, str]:
    return {
        "PATH": _PATH,
        "KRB5_CONFIG": str(place / "krb5.conf"),
        "KRB5_KDC_PROFILE": str(place / "kdc.conf"),
        "KRB5RCACHEDIR": str(place),
        "KRB5RCACHENAME": "none:",
    }


def _words(words: Sequence[str]) -> list[str]:
    """The same with the whole paths of the programs."""
    return [shutil.which(word, path=_PATH) or word if word in PROGRAMS else word for word in words]


async def _done(words: Sequence[str], told: str, environment: Mapping[str, str]) -> None:
    """Run a program to its end. Raises RealmError."""
    child = await asyncio.create_subprocess_exec(
        *_words(words),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env=dict(environment),
    )
    said, _ = await child.communicate(told.encode())
    if child.returncode:
        raise RealmError(
            said.decode("utf-8", "replace").strip()[-300:], words[0], f"are {PACKAGES} installed and whole?"
        )


_CLIENT: Final = """\
[libdefaults]
  default_realm = {realm}
  dns_lookup_kdc = false
  dns_lookup_realm = false
  rdns = false
[realms]
  {realm} = {{
    kdc = {address}:{port}
  }}
"""
_SERVER: Final = """\
[kdcdefaults]
  kdc_listen = {listen}
  kdc_tcp_listen = {listen}
[realms]
  {realm} = {{
    database_name = {place}/principal
    key_stash_file = {place}/stash
    acl_file = {place}/acl
    kdc_listen = {listen}
    kdc_tcp_listen = {listen}
    kadmind_listen = {address}:0
    {changes}
    supported_enctypes = aes256-cts:normal
    default_principal_flags = +preauth
  }}
[logging]
  kdc = FILE:{place}/kdc.log
  admin_server = FILE:{place}/kadmind.log
"""
