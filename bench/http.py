"""CPU of one HTTPS request: our admin client beside curl --parallel and a bare aiohttp client.

Run ``python -m bench.http [--hosts 200] [--requests 2000] [--runs 3]``. The servers run in a process of
their own and answer 16 kB; every client verifies TLS, keeps connections and throws the body away. Only
the ratios of one run mean anything.
"""

from __future__ import annotations

import argparse
import asyncio
import resource
import shutil
import ssl
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

BODY = b"<info>" + b"x" * (16_384 - 13) + b"</info>"
IN_FLIGHT = 50
Plan = list[tuple[int, int]]
"""(port, requests) for each host."""


def main() -> int:
    """Measure one host and many hosts; print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hosts", type=int, default=200)
    parser.add_argument("--requests", type=int, default=2000, help="in all, spread over the hosts")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--serve", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.serve:
        asyncio.run(serve(arguments.folder, arguments.serve))
        return 0
    if missing := [name for name in ("curl", "openssl") if shutil.which(name) is None]:
        raise SystemExit(f"this compares with {' and '.join(missing)}: install it first")
    for hosts in (1, arguments.hosts):
        with servers(hosts) as (folder, ports):
            measure(folder, [(port, arguments.requests // hosts) for port in ports], arguments.runs)
    return 0


def measure(folder: Path, plan: Plan, runs: int) -> None:
    """Every client in turn, `runs` times; medians and the ratio to curl."""
    total = sum(count for _, count in plan)
    clients: dict[str, Callable[[Path, Plan], float]] = {
        "curl --parallel": curl,
        "noc AdminClient": lambda f, p: in_loop(noc_client(f, p)),
        "noc httpx session": lambda f, p: in_loop(noc_session(f, p)),
        "aiohttp, bare": lambda f, p: in_loop(bare_aiohttp(f, p)),
        "httpx over httpx-aiohttp": lambda f, p: in_loop(httpx_aiohttp_client(f, p)),
    }
    seconds: dict[str, list[float]] = {name: [] for name in clients}
    for _ in range(runs):
        for name, run in clients.items():
            seconds[name].append(run(folder, plan))
    base = statistics.median(seconds["curl --parallel"])
    print(f"{len(plan)} host(s), {total} requests of 16 kB: CPU ms a request, ratio to curl")
    for name, taken in seconds.items():
        median = statistics.median(taken)
        print(f"  {name:26} {median / total * 1000:7.3f}   {median / base:5.2f}x")


def in_loop(work: Awaitable[None]) -> float:
    """CPU seconds of this process for one awaitable."""

    async def run() -> None:
        await work

    start = time.process_time()
    asyncio.run(run())
    return time.process_time() - start


def curl(folder: Path, plan: Plan) -> float:
    """CPU seconds of one curl that fetches all URLs, host by host in turn."""
    urls = [f'url = "https://127.0.0.1:{port}/x.xml"\noutput = "/dev/null"\n' for port in turns(plan)]
    config = folder / "curl.txt"
    config.write_text("".join(urls))
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = ["curl", "-sS", "--fail", "--parallel", "--parallel-max", str(IN_FLIGHT), "--cacert"]
    subprocess.run([*command, folder / "root.pem", "-K", config], check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


async def noc_client(folder: Path, plan: Plan) -> None:
    """One `AdminClient` a host, as the collector has them."""
    from noc.devices.dialect import load
    from noc.devices.http import AdminClient
    from noc.devices.trust import Trust

    trust = Trust(root=(folder / "root.pem").read_text())
    clients = {port: AdminClient("127.0.0.1", port, trust, load("v10")) for port, _ in plan}

    async def fetch(port: int) -> int:
        return len((await clients[port].get("/x.xml")).body)

    await all_of(fetch, plan)
    for client in clients.values():
        await client.aclose()


async def noc_session(folder: Path, plan: Plan) -> None:
    """The httpx client that `AdminClient.session()` gives, on the same connections."""
    from noc.devices.dialect import load
    from noc.devices.http import AdminClient
    from noc.devices.trust import Trust

    trust = Trust(root=(folder / "root.pem").read_text())
    clients = {port: AdminClient("127.0.0.1", port, trust, load("v10")) for port, _ in plan}

    async def fetch(port: int) -> int:
        return len((await clients[port].session().get("/x.xml")).content)

    await all_of(fetch, plan)
    for client in clients.values():
        await client.aclose()


async def bare_aiohttp(folder: Path, plan: Plan) -> None:
    """One aiohttp session for all hosts, nothing but the body's length."""
    import aiohttp

    context = ssl.create_default_context(cafile=str(folder / "root.pem"))
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0, ssl=context)) as session:

        async def fetch(port: int) -> int:
            async with session.get(f"https://127.0.0.1:{port}/x.xml") as answer:
                return len(await answer.read())

        await all_of(fetch, plan)


async def httpx_aiohttp_client(folder: Path, plan: Plan) -> None:
    """One httpx client a host over httpx-aiohttp's transport and one shared aiohttp session."""
    import aiohttp
    import httpx
    from httpx_aiohttp import AiohttpTransport

    context = ssl.create_default_context(cafile=str(folder / "root.pem"))
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0, ssl=context)) as session:
        clients = {
            port: httpx.AsyncClient(
                transport=AiohttpTransport(client=session, verify=context, trust_env=False), trust_env=False
            )
            for port, _ in plan
        }

        async def fetch(port: int) -> int:
            return len((await clients[port].get(f"https://127.0.0.1:{port}/x.xml")).content)

        await all_of(fetch, plan)


async def all_of(fetch: Callable[[int], Awaitable[int]], plan: Plan) -> None:
    """Every request of the plan, at most `IN_FLIGHT` at a time (two a host), each answer checked."""
    todo = turns(plan)

    async def worker() -> None:
        for port in todo:
            if await fetch(port) != len(BODY):
                raise SystemExit("a client read another body than was sent")

    await asyncio.gather(*(worker() for _ in range(min(IN_FLIGHT, 2 * len(plan)))))


def turns(plan: Plan) -> Iterator[int]:
    """The ports of all requests, host after host in turn."""
    for number in range(max(count for _, count in plan)):
        yield from (port for port, count in plan if number < count)


@contextmanager
def servers(hosts: int) -> Iterator[tuple[Path, list[int]]]:
    """A process with `hosts` TLS listeners while the block runs; its root stands in root.pem."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_certificate(folder)
        command = [sys.executable, "-m", "bench.http", "--serve", str(hosts), "--folder", name]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            assert process.stdout is not None
            yield folder, [int(port) for port in process.stdout.readline().split()]
        finally:
            process.terminate()
            process.wait()


def make_certificate(folder: Path) -> None:
    """A self-signed certificate for 127.0.0.1 that serves as its own root."""
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=bench -addext"
    files = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "root.pem")]
    subprocess.run([*command.split(), "subjectAltName=IP:127.0.0.1", *files], check=True, capture_output=True)


async def serve(folder: Path, hosts: int) -> None:
    """The listeners: print their ports in one line, then answer until killed."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "root.pem", folder / "key.pem")
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: {len(BODY)}\r\n\r\n".encode()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await reader.readuntil(b"\r\n\r\n"):
                writer.write(head + BODY)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    started = [await asyncio.start_server(answer, "127.0.0.1", 0, ssl=context) for _ in range(hosts)]
    print(*(listener.sockets[0].getsockname()[1] for listener in started), flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    sys.exit(main())
