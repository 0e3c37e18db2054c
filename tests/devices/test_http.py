"""The admin client against real TLS servers: good ones, and every kind of bad one."""

from __future__ import annotations

import asyncio
import gzip
import ssl
import warnings
import zlib

import pytest

from noc.devices.errors import REMEDY, DeviceError
from noc.devices.http import AdminClient
from noc.devices.trust import Trust, TrustError, fingerprint
from noc.hosting.errors import UsageError
from noc.hosting.secret import Secret
from tests.devices.authority import Authority
from tests.devices.conftest import Bench, Call


async def hello(call: Call) -> None:
    await call.answer("hello", Content_Type="text/plain")


async def test_a_page_is_read_and_the_connection_kept(bench: Bench) -> None:
    async with bench.device(hello) as (server, client):
        for _ in range(3):
            answer = await client.get("/CMD0/box_info.xml")
            assert (answer.status, answer.content_type, answer.body) == (200, "text/plain", b"hello")
        assert server.connections == 1
        assert [call.target for call in server.calls] == ["/CMD0/box_info.xml"] * 3
        assert server.calls[0].headers["host"] == f"127.0.0.1:{server.port}"
        assert "authorization" not in server.calls[0].headers


async def test_at_most_two_requests_are_in_flight(bench: Bench) -> None:
    gate = asyncio.Event()

    async def slow(call: Call) -> None:
        await gate.wait()
        await call.answer("x")

    async with bench.device(slow) as (server, client):
        tasks = [asyncio.create_task(client.get(f"/{n}")) for n in range(6)]
        while server.most < 2:
            await asyncio.sleep(0.01)
        gate.set()
        await asyncio.gather(*tasks)
        assert server.most == 2
        assert server.connections == 2


async def test_a_closed_connection_is_replaced_without_a_word(bench: Bench) -> None:
    async def once(call: Call) -> None:
        await call.answer("x")
        call.writer.close()

    async with bench.device(once) as (server, client):
        for _ in range(4):
            assert (await client.get("/a")).body == b"x"
        assert server.connections == 4


async def test_what_an_answer_leaves_behind_does_not_spoil_the_next_one(bench: Bench) -> None:
    async def too_much(call: Call) -> None:
        await call.raw(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx")
        await asyncio.sleep(0.02)
        await call.raw(b"left behind")

    async with bench.device(too_much) as (server, client):
        for pause in (0.0, 0.0, 0.2, 0.2):
            assert (await client.get("/a")).body == b"x"
            await asyncio.sleep(pause)
        assert server.connections > 1


async def test_a_name_is_refused_before_it_is_looked_up(bench: Bench) -> None:
    async with bench.device(hello) as (_, client):
        client._lines.address = "localhost"
        with pytest.raises(DeviceError, match="no IP address") as caught:
            await client.get("/a")
        assert caught.value.code == "unreachable"


async def test_what_must_be_sent_once_is_never_repeated(bench: Bench) -> None:
    async def first_only(call: Call) -> None:
        if call.number == 1:
            await call.answer("x")
        else:
            call.writer.close()

    async with bench.device(first_only) as (server, client):
        await client.get("/a")
        with pytest.raises(DeviceError, match="without an answer") as caught:
            await client.get("/!reset", once=True)
        assert caught.value.code == "garbage"
        assert len(server.calls) == 2


@pytest.mark.parametrize(
    "raw",
    [
        b"HTTP/1.0 200 OK\r\n\r\nhello",
        b"HTTP/1.1 200 OK\nContent-Length: 5\n\nhello",
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2;x=y\r\nlo\r\n0\r\nT: 1\r\n\r\n",
        b"HTTP/1.1 200\r\nContent-Length: 5\r\nContent-Encoding: identity\r\n\r\nhello and more than it said",
    ],
)
async def test_all_forms_of_an_answer(bench: Bench, raw: bytes) -> None:
    async def form(call: Call) -> None:
        await call.raw(raw)
        call.writer.close()

    async with bench.device(form) as (_, client):
        assert (await client.get("/a")).body == b"hello"
        assert (await client.get("/a")).body == b"hello"


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
        await call.answer(body[:-9] if call.target == "/cut" else body, Content_Encoding="gzip")

    async with bench.device(pack) as (_, client):
        assert (await client.get("/a")).body == b"hello"
        with pytest.raises(DeviceError) as caught:
            await client.get("/bomb")
        assert caught.value.code == "too-big"
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


async def test_streaming_gives_pieces_and_leaving_early_frees_the_slot(bench: Bench) -> None:
    async def much(call: Call) -> None:
        await call.answer(b"z" * 900_000)

    async with bench.device(much) as (server, client):
        assert sum([len(piece) async for piece in client.stream("/a")]) == 900_000
        for _ in range(5):
            pieces = client.stream("/a")
            assert await anext(pieces)
            await pieces.aclose()  # type: ignore[attr-defined]
        assert len((await client.get("/a")).body) == 900_000
        assert server.most <= 2


async def test_credentials_never_reach_an_unverified_device(bench: Bench) -> None:
    authority = bench.authority
    wrong = {
        "IP address mismatch": authority.leaf("x", addresses=("192.0.2.1",)),
        "expired": authority.leaf("x", addresses=("127.0.0.1",), starts=-20, ends=-10),
        "not yet valid": authority.leaf("x", addresses=("127.0.0.1",), starts=10),
        "unable to get local issuer": Authority.make(authority.folder, "Another Hoster").leaf("x"),
        "signature failure": Authority.make(authority.folder).leaf("x", addresses=("127.0.0.1",)),
    }
    for words, leaf in wrong.items():
        async with bench.device(hello, context=authority.context(leaf)) as (server, client):
            with pytest.raises(DeviceError, match=words) as caught:
                await client.get("/a")
            assert caught.value.code == ("clock" if "yet" in words else "certificate")
            assert server.calls == []


async def test_a_pin_accepts_its_leaf_whatever_it_is_called_and_no_other(bench: Bench) -> None:
    leaf = bench.authority.leaf("IP0-factory", ends=-1, starts=-9)
    pinned = Trust(pin=f"sha256:{fingerprint(leaf.der)}")
    async with bench.device(hello, context=bench.authority.context(leaf), trust=pinned) as (_, client):
        assert (await client.get("/a")).body == b"hello"
    async with bench.device(hello, trust=pinned) as (server, client):
        with pytest.raises(DeviceError, match="pinned") as caught:
            await client.get("/a")
        assert caught.value.code == "certificate"
        assert server.calls == []


async def test_a_cluster_certificate_is_verified_by_its_name(bench: Bench) -> None:
    context = bench.authority.context(bench.authority.leaf("x", names=("sb1.hoster.example",)))
    trust = Trust(root=bench.authority.root_pem, name="sb1.hoster.example")
    async with bench.device(hello, context=context, trust=trust) as (server, client):
        assert (await client.get("/a")).body == b"hello"
        assert server.calls[0].headers["host"] == f"sb1.hoster.example:{server.port}"


async def test_old_tls_needs_its_profile_and_nothing_falls_back(bench: Bench) -> None:
    leaf = bench.authority.leaf("x", addresses=("127.0.0.1",), rsa_bits=2048)
    old = bench.authority.context(leaf)
    old.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
        old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1
    async with bench.device(hello, context=old) as (_, client):
        with pytest.raises(DeviceError) as caught:
            await client.get("/a")
        assert caught.value.code == "tls"
        assert "legacy-insecure" in caught.value.remedy
    trust = Trust(root=bench.authority.root_pem, profile="legacy-insecure")
    async with bench.device(hello, context=old, trust=trust) as (_, client):
        assert (await client.get("/a")).body == b"hello"


async def test_httpx_speaks_on_the_same_connections(bench: Bench) -> None:
    async def echo(call: Call) -> None:
        await call.answer(f"{call.method} {call.target} {call.body.decode()}", ETag="7")

    async with bench.device(echo) as (server, client):
        session = client.session()
        await client.get("/a")
        assert (await session.get("/b?c=d")).text == "GET /b?c=d "
        assert server.connections == 1
        answer = await session.put("/DRIVE/CF0/x", content=b"data")
        assert (answer.text, answer.headers["etag"]) == ("PUT /DRIVE/CF0/x data", "7")

        async def pieces() -> object:
            for piece in (b"da", b"ta"):
                yield piece

        assert (await session.post("/x", content=pieces())).text == "POST /x data"  # type: ignore[arg-type]
        with pytest.raises(DeviceError, match="another device"):
            await session.get("https://192.0.2.1/")


async def test_a_path_cannot_smuggle_a_second_request(bench: Bench) -> None:
    async with bench.device(hello) as (server, client):
        for path in ("/a b", "/a\r\nX: y", "http://x/", "/ä", ""):
            with pytest.raises(UsageError):
                await client.get(path)
        assert server.calls == []


async def test_no_secret_is_shown_by_any_of_the_clients_parts(bench: Bench) -> None:
    async def refuse(call: Call) -> None:
        await call.answer("", "401 Unauthorized", WWW_Authenticate='Basic realm="x"')

    async with bench.device(refuse, password="hunter2") as (_, client):
        with pytest.raises(DeviceError) as caught:
            await client.get("/!config add X /pwd hunter2".replace(" ", "%20"))
        texts = [repr(client), repr(client.login), str(caught.value), repr(caught.value), repr(client._lines)]
        assert not any("hunter2" in text for text in texts)
        assert caught.value.where == "sb1 /!"


def test_trust_without_anything_to_trust_is_refused() -> None:
    for bad in ({}, {"pin": "sha256:12"}, {"root": "x", "profile": "old"}):
        with pytest.raises(TrustError):
            Trust(**bad)  # type: ignore[arg-type]
    with pytest.raises(TrustError):
        Trust(root="no PEM").context()


def test_every_code_has_a_remedy() -> None:
    assert all(REMEDY.values())
    assert Secret("x") != Secret("y")
