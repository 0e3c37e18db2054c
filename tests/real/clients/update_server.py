"""A small update server that behaves as php-update-server does (device interface, ch. 12, steps 1 to 5)."""

from __future__ import annotations

import hashlib
import re
import ssl
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit


@dataclass
class UpdateServer:
    """build: what devices shall run; snippet: lines for all; files: what was put; polls: who asked how."""

    build: str
    snippet: str
    port: int = 0
    files: dict[str, str] = field(default_factory=dict)
    polls: list[dict[str, str]] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Its address, without arguments."""
        return f"https://127.0.0.1:{self.port}/update.php"

    @property
    def serial(self) -> str:
        """The mark of the settings: a device that has it is left alone."""
        return hashlib.md5(self.snippet.encode()).hexdigest()

    def script(self, given: dict[str, str]) -> str:
        """What a device that asks with these arguments is to do."""
        self.polls.append(given)
        lines = self._first() if {"sn", "type", "hwid", "ip"} - given.keys() else self._day(given)
        return "".join(f"{line}\r\n" for line in ["# as php-update-server writes it", "", *lines])

    def stored(self, given: dict[str, str], body: str) -> None:
        """A file that a device has put here: its configuration, or the answer to a query."""
        kind = given.get("id", "config")
        if kind != "config":
            root = ET.fromstring(f"<state>{body}</state>")
            assert [child.tag for child in root] == ["info"], "a query's body is the inside of an element"
        self.files[f"{given['sn']}/{kind}"] = body

    def _first(self) -> Iterator[str]:
        arguments = "?sn=#m&type=#t&hwid=#h&ip=#i&phase=day&polling=1"
        yield f"config add UP1 /url {quote(self.url + arguments, safe='')}"
        yield "config add UP1 /no-dhcp"
        yield "config write"
        yield "config activate"
        yield "config add UP1 /poll 1"

    def _day(self, given: dict[str, str]) -> Iterator[str]:
        here = f"{self.url}?sn={given['sn']}"
        yield f"mod cmd UP0 scfg {here}"
        for kind, module in (("certificates", "X509"), ("admin", "CMD0")):
            command = quote(f"mod cmd {module} xml-info", safe="")
            yield f"mod cmd UP0 scfg {here}&id={kind} ser nop /always {command}"
        for name, file in (("PROT", "prot"), ("BOOT", "boot")):
            if given.get(name) != self.build:
                yield f"mod cmd UP0 {file} https://127.0.0.1:{self.port}/{file}.bin ser {self.build}"
        if given.get("CHECK") != self.serial:
            yield from self.snippet.splitlines()
            yield "config write"
            yield "config activate"
            yield f"mod cmd UP1 check ser {self.serial}"
            yield "iresetn"


def build_of(version: str) -> str:
    """The build in a version text, without dots: ``10.00 sr30[10.13095]`` gives ``1013095``."""
    found = re.search(r"\[([\d.]+)", version)
    assert found is not None
    return found[1].replace(".", "")


@contextmanager
def serving(server: UpdateServer, context: ssl.SSLContext) -> Iterator[UpdateServer]:
    """The server on a free port of loopback, over TLS."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path, given = _asked(self.path)
            self._answer(server.script(given) if path == "/update.php" else "firmware")

        def do_PUT(self) -> None:
            server.stored(_asked(self.path)[1], self._chunks().decode())
            self._answer("")

        def _chunks(self) -> bytes:
            assert self.headers["Transfer-Encoding"] == "chunked"
            body = b""
            while size := int(self.rfile.readline(), 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
            return body

        def _answer(self, text: str) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: Any) -> None:
            """Nothing on stderr."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        http.socket = context.wrap_socket(http.socket, server_side=True)
        server.port = http.server_address[1]
        thread = Thread(target=http.serve_forever, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            http.shutdown()
            thread.join()


def _asked(target: str) -> tuple[str, dict[str, str]]:
    parts = urlsplit(target)
    return parts.path, {name: values[-1] for name, values in parse_qs(parts.query).items()}
