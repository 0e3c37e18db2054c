"""A device of a test as the readers of the collector see it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from noc.collectors.fleet import Fleet, Site
from noc.settings import load
from tests.devices.conftest import Bench, Handler, listening

_PROVIDER = """
provider: {{name: hoster.example, root: root.pem}}
credentials: {{collector: {{user: noc, password: {{file: password}}}}}}
ports: {{443: {port}}}
clusters: [{{name: sb1, frontend: {{inside: 127.0.0.1}}}}]
"""


@asynccontextmanager
async def asked_by_collector(bench: Bench, handler: Handler, folder: Path) -> AsyncIterator[Site]:
    """The Frontend sb1, answering by `handler` over TLS. folder: for its provider.yaml."""
    async with listening(handler, bench.context) as server:
        (folder / "root.pem").write_text(bench.authority.root_pem)
        (folder / "password").write_text("a secret")
        (folder / "password").chmod(0o600)
        (folder / "provider.yaml").write_text(_PROVIDER.format(port=server.port))
        fleet = Fleet(load(folder / "provider.yaml"), bench.dialect)
        try:
            yield fleet.sites["sb1"]
        finally:
            await fleet.close()
