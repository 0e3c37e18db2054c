"""The HTTPS of a client written in Python or PHP: one request a connection, Basic login, verified TLS."""

from __future__ import annotations

import base64
import ssl
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field
from http.client import HTTPSConnection
from pathlib import Path


@dataclass(frozen=True)
class Web:
    """A login, used at every device. port: the real one for 443."""

    root: Path
    port: int
    user: str
    password: str = field(repr=False)

    def ask(self, address: str, path: str, *, login: bool = True) -> tuple[str, str]:
        """Status line and body of a page."""
        context = ssl.create_default_context(cafile=str(self.root))
        connection = HTTPSConnection(address, self.port, context=context, timeout=60)
        token = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
        connection.request("GET", path, headers={"Authorization": f"Basic {token}"} if login else {})
        answer = connection.getresponse()
        version = {10: "1.0", 11: "1.1"}[answer.version]
        text = answer.read().decode()
        connection.close()
        return f"HTTP/{version} {answer.status} {answer.reason}", text

    def get(self, address: str, path: str) -> str:
        """The body of a page that is there."""
        status, text = self.ask(address, path)
        assert status.split(" ")[1] == "200", f"{path}: {status}"
        return text

    def xml(self, address: str, path: str) -> ET.Element:
        """A page as XML, which it must be."""
        return ET.fromstring(self.get(address, path))
