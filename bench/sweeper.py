"""The clients of ``bench.sweep`` that run in a process of their own: recorder, parts of noc, bare aiohttp.

Run ``python -m bench.sweeper WHAT CONFIG PAGES``. WHAT: ``record`` writes to PAGES what one whole sweep
asks; ``pages`` asks for those by `AdminClient` and drops the bodies; ``read`` runs every reader of the
collector and drops the readings (nothing is compared or appended); ``aiohttp`` asks for the pages with a
bare aiohttp session.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import ssl
import sys
import time
from collections import defaultdict
from collections.abc import Awaitable, Iterable
from pathlib import Path

from noc.collectors.daemon import collect
from noc.collectors.engine import IN_FLIGHT, Engine
from noc.collectors.fleet import Fleet
from noc.devices import exchange
from noc.devices.dialect import load as load_dialect
from noc.devices.exchange import Exchange, Lines, Request
from noc.hosting.errors import NocError
from noc.log.store import Log
from noc.settings import Settings, load, resolve_secret

Pages = dict[str, list[str]]
"""Address -> the targets of its GETs, in their order."""


def main() -> int:
    """Do one of the four."""
    what, config, pages = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    settings = load(config)
    if what == "record":
        record(settings, pages)
    elif what == "read":
        asyncio.run(read_all(settings))
    elif what == "pages":
        asyncio.run(fetch_all(settings, json.loads(pages.read_text())))
    else:
        asyncio.run(bare_aiohttp(settings, json.loads(pages.read_text())))
    return 0


def record(settings: Settings, pages: Path) -> None:
    """One sweep as it is, with a note of every GET that got a 2xx."""
    asked: Pages = defaultdict(list)
    ask = Lines.ask

    async def noted(self: Lines, request: Request, deadline: float, *, once: bool = False) -> Exchange:
        answer = await ask(self, request, deadline, once=once)
        method, target, _ = request[1].split(b" ", 2)
        if method == b"GET" and 200 <= answer.head.status < 300:
            asked[self.address].append(target.decode())
        return answer

    exchange.Lines.ask = noted  # type: ignore[method-assign]
    collect(settings, once=True, parent_pipe=False)
    pages.write_text(json.dumps(asked))


async def read_all(settings: Settings) -> None:
    """Every reader of every device that the log knows, and nothing with what it gives."""
    fleet = Fleet(settings, load_dialect(settings.dialect))
    with Log.open(settings.log) as log:
        engine = Engine(log, fleet)
        engine.start(time.monotonic())
        jobs = engine.schedule.jobs()
        await in_turns(IN_FLIGHT, (engine_read(engine, fleet, job.device, job.subject) for job in jobs))
    await fleet.close()


async def engine_read(engine: Engine, fleet: Fleet, device: str, subject: str) -> None:
    """One reader of one device."""
    from noc.collectors.subjects import SUBJECTS

    try:
        await SUBJECTS[subject].read(fleet.sites[device])
    except NocError as error:
        print(f"{device}/{subject}: {error}", file=sys.stderr)


async def fetch_all(settings: Settings, pages: Pages) -> None:
    """The pages by noc's client, bodies dropped; devices side by side, the pages of one in their order."""
    fleet = Fleet(settings, load_dialect(settings.dialect))
    with Log.open(settings.log) as log:
        Engine(log, fleet).start(time.monotonic())
    clients = {site.device.inside: site.client for site in fleet.sites.values()}

    async def device(address: str) -> None:
        for target in pages[address]:
            async for _ in clients[address].stream(target, deadline=60.0):
                pass

    await in_turns(IN_FLIGHT, (device(address) for address in pages))
    await fleet.close()


async def bare_aiohttp(settings: Settings, pages: Pages) -> None:
    """The pages by aiohttp with Basic, bodies dropped."""
    import aiohttp

    credential = settings.credential("")
    login = aiohttp.encode_basic_auth(credential.user, resolve_secret(credential.password).reveal())
    context = ssl.create_default_context(cadata=Path(settings.root).read_text())
    port = settings.ports.real(443)
    connector = aiohttp.TCPConnector(limit=0, ssl=context)
    async with aiohttp.ClientSession(connector=connector, headers={"Authorization": login}) as session:

        async def device(address: str) -> None:
            for target in pages[address]:
                async with session.get(f"https://{address}:{port}{target}") as answer:
                    answer.raise_for_status()
                    await answer.read()

        await in_turns(IN_FLIGHT, (device(address) for address in pages))


async def in_turns(most: int, works: Iterable[Awaitable[None]]) -> None:
    """Every piece of work, at most so many at a time."""
    todo = iter(works)

    async def worker() -> None:
        for work in todo:
            await work

    await asyncio.gather(*itertools.starmap(worker, itertools.repeat((), most)))


if __name__ == "__main__":
    sys.exit(main())
