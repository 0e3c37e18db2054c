"""Real servers for looks from outside, from Debian's packages, unprivileged on loopback ports."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.devices.authority import Leaf

HOST = "127.0.0.1"
REALM = "hoster.example"
SLAPD, KDC, KADMIND = "/usr/sbin/slapd", "/usr/sbin/krb5kdc", "/usr/sbin/kadmind"
CHRONYD, DNSMASQ = "/usr/sbin/chronyd", "/usr/sbin/dnsmasq"
SECONDS = 30
_SLAPD = """\
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile {folder}/pid
TLSCertificateFile {pem}
TLSCertificateKeyFile {pem}
sizelimit 5000
database mdb
suffix ""
directory {folder}/data
rootdn cn=admin
rootpw secret
access to * {access}
"""
OPEN = "by * read"
CLOSED = "by dn.exact=cn=reader read by anonymous auth by * none"
"""What nobody sees without a login."""


def needs(*programs: str) -> None:
    """Skip the test where a program is missing; under NOC_REQUIRE_REAL that fails."""
    for program in programs:
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")


def free_port(kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    """A port that nobody has now."""
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def running(command: list[str], ready: Callable[[], bool], **more: Any) -> Iterator[subprocess.Popen[bytes]]:
    """A server, from when it is ready until the end of the block."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **more) as server:
        try:
            end = time.monotonic() + SECONDS
            while not ready():
                if server.poll() is not None or time.monotonic() > end:
                    server.kill()
                    said = server.stdout.read().decode(errors="replace") if server.stdout else ""
                    raise AssertionError(f"{command[0]} does not answer: {said}")
                time.sleep(0.02)
            yield server
        finally:
            server.terminate()


def listens(port: int) -> bool:
    """Whether somebody accepts connections there."""
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) == 0


@contextmanager
def slapd(folder: Path, leaf: Leaf, entries: str, access: str = OPEN) -> Iterator[int]:
    """OpenLDAP with these entries (LDIF), at an LDAPS port."""
    needs(SLAPD, "slapadd")
    (folder / "data").mkdir(parents=True)
    config = folder / "slapd.conf"
    config.write_text(_SLAPD.format(folder=folder, pem=leaf.file, access=access))
    subprocess.run(["slapadd", "-f", config], input=entries.encode(), check=True, capture_output=True)
    port = free_port()
    command = [SLAPD, "-d", "0", "-f", str(config), "-h", f"ldaps://{HOST}:{port}"]
    with running(command, lambda: listens(port)):
        yield port


@contextmanager
def kdc(folder: Path, realm: str = REALM) -> Iterator[tuple[int, dict[str, str]]]:
    """MIT's Kerberos server with the account ``joiner`` (password ``joiner``); its port, and the environment
    for its clients."""
    needs(KDC, "kdb5_util", "kadmin.local", "kinit")
    folder.mkdir(parents=True)
    port = free_port(socket.SOCK_DGRAM)
    (folder / "krb5.conf").write_text(
        f"[libdefaults]\n default_realm = {realm}\n dns_lookup_kdc = false\n rdns = false\n"
        f"[realms]\n {realm} = {{\n  kdc = {HOST}:{port}\n }}\n"
    )
    (folder / "kdc.conf").write_text(
        f"[kdcdefaults]\n kdc_listen = {HOST}:{port}\n kdc_tcp_listen = {HOST}:{port}\n"
        f"[realms]\n {realm} = {{\n  database_name = {folder}/principal\n  key_stash_file = {folder}/stash\n"
        f"  acl_file = {folder}/acl\n  default_principal_flags = +preauth\n }}\n"
        f"[logging]\n kdc = FILE:{folder}/kdc.log\n"
    )
    environment = {
        "KRB5_CONFIG": str(folder / "krb5.conf"), "KRB5_KDC_PROFILE": str(folder / "kdc.conf"),
        "KRB5CCNAME": f"FILE:{folder}/tickets", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
    }  # fmt: skip
    for command in (
        ["kdb5_util", "create", "-s", "-r", realm, "-P", "master"],
        ["kadmin.local", "-r", realm, "-q", f"addprinc -pw joiner joiner@{realm}"],
    ):
        subprocess.run(command, env=environment, check=True, capture_output=True)
    with running([KDC, "-n", "-r", realm], lambda: listens(port), env=environment):
        yield port, environment


@contextmanager
def chronyd(folder: Path) -> Iterator[int]:
    """chrony as a time server that trusts its own clock and sets none."""
    needs(CHRONYD)
    folder.mkdir(parents=True)
    port = free_port(socket.SOCK_DGRAM)
    config = folder / "chrony.conf"
    config.write_text(
        f"port {port}\nbindaddress {HOST}\nallow 127.0.0.0/8\nlocal stratum 3\ncmdport 0\n"
        f"bindcmdaddress /\npidfile {folder}/pid\n"
    )
    command = [CHRONYD, "-d", "-x", "-u", "root", "-f", str(config)]
    with running(command, lambda: answers_udp(port, b"\x23" + bytes(47))):
        yield port


@contextmanager
def dnsmasq(folder: Path, *records: str) -> Iterator[int]:
    """dnsmasq with these lines of configuration, asking nobody else."""
    needs(DNSMASQ)
    folder.mkdir(parents=True)
    port = free_port(socket.SOCK_DGRAM)
    config = folder / "dnsmasq.conf"
    fixed = (
        f"port={port}",
        f"listen-address={HOST}",
        "bind-interfaces",
        "no-resolv",
        "no-hosts",
        "user=root",
    )
    config.write_text("\n".join((*fixed, f"pid-file={folder}/pid", *records)) + "\n")
    with running([DNSMASQ, "-k", "-C", str(config)], lambda: listens(port)):
        yield port


@contextmanager
def mail_server(context: ssl.SSLContext | None) -> Iterator[int]:
    """aiosmtpd with or without STARTTLS."""
    from aiosmtpd.controller import Controller
    from aiosmtpd.handlers import Sink

    port = free_port()
    server = Controller(Sink(), hostname=HOST, port=port, tls_context=context)
    server.start()
    try:
        yield port
    finally:
        server.stop()


def answers_udp(port: int, question: bytes) -> bool:
    """Whether anything comes back."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.settimeout(0.3)
        probe.connect((HOST, port))
        try:
            probe.send(question)
            return bool(probe.recv(1024))
        except OSError:
            return False


@contextmanager
def udp_server(answer: Callable[[bytes], bytes | None]) -> Iterator[int]:
    """A port that answers each datagram so (None: not at all)."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind((HOST, 0))
        server.settimeout(0.1)
        ended = threading.Event()

        def serve() -> None:
            while not ended.is_set():
                try:
                    data, sender = server.recvfrom(4096)
                except TimeoutError:
                    continue
                if (told := answer(data)) is not None:
                    server.sendto(told, sender)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield server.getsockname()[1]
        finally:
            ended.set()
            thread.join()
