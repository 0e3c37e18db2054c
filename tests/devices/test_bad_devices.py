"""Every kind of bad device: named with a code and a remedy, ended in time, and a cost to itself alone."""

from __future__ import annotations

import asyncio
import gzip
import ssl
import zlib

import pytest
from hypothesis import given, settings, strategies as st

from noc.devices.dialect import load
from noc.devices.errors import DeviceError
from noc.devices.http import AdminClient
from tests.devices.authority import Authority
from tests.devices.conftest import Bench, Call, hello


@pytest.mark.parametrize(
    ("raw", "code", "words"),
    [
        (b"", "garbage", "without an answer"),
        (b"\x00\x01\x02", "garbage", "no HTTP answer"),
        (b"SSH-2.0-OpenSSH\r\n", "garbage", "begins with"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello", "garbage", "5 bytes are missing"),
        (b"HTTP/1.1 200 OK\r\nContent-", "garbage", "in its head"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "garbage", "no length"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", "garbage", "no length"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "garbage", "chunk size"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel", "garbage", "last chunk"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhello\r\n", "garbage", "longer than it"),
        (b"HTTP/1.1 200 OK\r\nno header\r\n\r\n", "garbage", "header line"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"a" * 70_000, "garbage", "longer than 65536"),
        (b"HTTP/1.1 100 Continue\r\n\r\n" * 2000, "garbage", "interim answers without end"),
        (b"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n", "http", "HTTP 500 Oops"),
        (b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "http", "HTTP 404"),
        (b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", "login", "noc may not read"),
        (b"HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n", "login", "form login"),
        (b"HTTP/1.1 401 No\r\nWWW-Authenticate: Bearer\r\nContent-Length: 0\r\n\r\n", "login", "only bearer"),
        (
            b"HTTP/1.1 302 Go\r\nLocation: https://192.0.2.1/\r\nContent-Length: 0\r\n\r\n",
            "redirect",
            "192.0",
        ),
        (b"HTTP/1.1 302 Go\r\nLocation: http://127.0.0.1/\r\nContent-Length: 0\r\n\r\n", "redirect", "http:"),
        (b"HTTP/1.1 302 Go\r\nContent-Length: 0\r\n\r\n", "redirect", "nowhere"),
        (b"HTTP/1.1 302 Go\r\nLocation: https://[\r\nContent-Length: 0\r\n\r\n", "redirect", "no address"),
        (b"HTTP/1.1 302 Go\r\nLocation: /a\x1b[2J\r\nContent-Length: 0\r\n\r\n", "redirect", "no path"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n?\r\n", "unknown-module", "module"),
        (
            b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 1\r\n\r\nx",
            "garbage",
            "encoding 'br'",
        ),
        (
            b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello",
            "garbage",
            "compression",
        ),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 52428800\r\n\r\n", "too-big", "announces 52428800"),
        (b"HTTP/1.0 200 OK\r\n\r\n" + b"a" * (1 << 20) + b"bb", "too-big", "longer than 1048576"),
    ],
)
async def test_a_bad_device_is_named(bench: Bench, raw: bytes, code: str, words: str) -> None:
    async def bad(call: Call) -> None:
        await call.raw(raw)
        call.writer.close()

    async with bench.device(bad) as (_, client):
        with pytest.raises(DeviceError, match=words) as caught:
            await client.get("/PBX0/x.xml?pwd=secret")
        assert caught.value.code == code
        assert caught.value.where == "sb1 /PBX0/x.xml"
        assert caught.value.remedy


async def test_a_redirect_on_the_same_device_is_followed_and_a_circle_is_not(bench: Bench) -> None:
    async def there(call: Call) -> None:
        if call.target == "/a":
            await call.answer("", "302 Found", Location="/b?c=d")
        elif call.target == "/b?c=d":
            await call.answer("there")
        else:
            await call.answer("", "301 Moved", Location=call.target)

    async with bench.device(there) as (server, client):
        assert (await client.get("/a")).body == b"there"
        with pytest.raises(DeviceError, match="in a circle") as caught:
            await client.get("/round")
        assert caught.value.code == "redirect"
        assert len(server.calls) < 10


async def test_a_hanging_and_a_trickling_device_end_at_the_deadline(bench: Bench) -> None:
    async def trickle(call: Call) -> None:
        await call.raw(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
        while True:
            await call.raw(b"x")
            await asyncio.sleep(0.02)

    async def hang(_: Call) -> None:
        await asyncio.sleep(3600)

    for handler, phase in ((trickle, "in mid-answer"), (hang, "waiting for the answer")):
        async with bench.device(handler) as (_, client):
            assert phase in await timed_out(client, phase)


async def timed_out(client: AdminClient, phase: str) -> str:
    """The message of a timeout; a slow machine gets longer deadlines until it comes to this phase."""
    for deadline in (0.2, 2, 20):
        with pytest.raises(DeviceError) as caught:
            await client.get("/a", deadline=deadline)
        assert caught.value.code == "timeout"
        if phase in str(caught.value):
            break
    return str(caught.value)


async def test_a_device_that_never_stops_sending_ends_at_the_deadline_too(bench: Bench) -> None:
    async def flood(call: Call) -> None:
        await call.raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            await call.raw(b"1\r\nx\r\n" * 1000)

    async with bench.device(flood, limit=1 << 40) as (_, client):
        assert "in mid-answer" in await timed_out(client, "in mid-answer")


async def test_a_port_without_tls_hangs_only_until_the_deadline(bench: Bench) -> None:
    listener = await asyncio.start_server(lambda r, w: None, "127.0.0.1", 0)
    port = listener.sockets[0].getsockname()[1]
    async with bench.device(hello) as (_, client):
        client._lines.port = port
        assert "TLS handshake" in await timed_out(client, "TLS handshake")
    listener.close()


async def test_refused_and_plain_text(bench: Bench) -> None:
    async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.0 400 Bad Request\r\n\r\n")
        writer.close()

    listener = await asyncio.start_server(plain, "127.0.0.1", 0)
    port = listener.sockets[0].getsockname()[1]
    async with bench.device(hello) as (_, client):
        client._lines.port = port
        with pytest.raises(DeviceError) as caught:
            await client.get("/a")
        assert caught.value.code == "tls"
        listener.close()
        await listener.wait_closed()
        with pytest.raises(DeviceError) as caught:
            await client.get("/a")
        assert caught.value.code == "refused"


async def test_gzip_is_read_and_a_bomb_is_bounded(bench: Bench) -> None:
    bomb = zlib.compressobj(9, wbits=31)
    packed = b"".join(bomb.compress(bytes(1 << 20)) for _ in range(200)) + bomb.flush()

    async def pack(call: Call) -> None:
        body = packed if call.target == "/bomb" else gzip.compress(b"hello")
        if call.target == "/more":
            body += gzip.compress(b"you")
        await call.answer(body[:-9] if call.target == "/cut" else body, Content_Encoding="gzip")

    async with bench.device(pack) as (_, client):
        assert (await client.get("/a")).body == b"hello"
        with pytest.raises(DeviceError) as caught:
            await client.get("/bomb")
        assert caught.value.code == "too-big"
        with pytest.raises(DeviceError, match="more follows") as caught:
            await client.get("/more")
        assert caught.value.code == "garbage"
        with pytest.raises(DeviceError, match="breaks off") as caught:
            await client.get("/cut")
        assert caught.value.code == "garbage"


async def test_an_answer_before_the_request_was_read_ends_at_the_deadline(bench: Bench) -> None:
    async def early(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nearly")
        await writer.drain()
        await asyncio.sleep(3600)

    listener = await asyncio.start_server(early, "127.0.0.1", 0, ssl=bench.context, limit=1 << 10)
    async with bench.device(hello, deadline=2) as (_, client):
        client._lines.port = listener.sockets[0].getsockname()[1]
        with pytest.raises(DeviceError, match="while sending") as caught:
            await client.session().put("/x", content=b"x" * (32 << 20))
        assert caught.value.code == "timeout"
    listener.close()


async def test_a_bad_device_costs_only_itself(bench: Bench) -> None:
    release = asyncio.Event()

    async def hang(_: Call) -> None:
        await release.wait()

    async with bench.device(hang) as (_, bad), bench.device(hello) as (_, good):
        stuck = [asyncio.create_task(bad.get("/a")) for _ in range(20)]
        for _ in range(50):
            assert (await good.get("/a")).body == b"hello"
        assert not any(task.done() for task in stuck)
        for task in stuck:
            task.cancel()
        assert all(
            isinstance(result, asyncio.CancelledError)
            for result in await asyncio.gather(*stuck, return_exceptions=True)
        )
        release.set()
        with pytest.raises(DeviceError):  # the slots are free again: it is asked, and has nothing to say
            await bad.get("/a", deadline=0.1)


GOOD = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX: y\r\n\r\n7\r\n<info/>\r\n0\r\n\r\n"


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(0, len(GOOD)), st.integers(0, 12), st.binary(max_size=12)), max_size=4))
def test_any_answer_is_an_answer_or_a_device_error(
    authority: Authority, server_context: ssl.SSLContext, edits: list[tuple[int, int, bytes]]
) -> None:
    raw = GOOD
    for place, cut, noise in edits:
        raw = raw[:place] + noise + raw[place + cut :]

    async def noisy(call: Call) -> None:
        await call.raw(raw)
        call.writer.close()

    async def ask() -> None:
        bench = Bench(authority, server_context, load("v10"))
        async with bench.device(noisy) as (_, client):
            try:
                assert (await client.get("/a")).status // 100 == 2
            except DeviceError as error:
                assert error.where == "sb1 /a"

    asyncio.run(ask())
