"""The admin client against a good device over real TLS."""

from __future__ import annotations

import asyncio

import pytest

from noc.devices import http
from noc.devices.errors import REMEDY, DeviceError
from noc.hosting.errors import UsageError
from noc.hosting.secret import Secret
from tests.devices.conftest import Bench, Call, hello


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


async def test_a_connection_closed_while_it_rests_is_not_asked_again(bench: Bench) -> None:
    async with bench.device(hello) as (server, client):
        await client.get("/a")
        server.calls[0].writer.close()
        (resting,) = client._lines._idle
        while not resting.spoiled:
            await asyncio.sleep(0.01)
        await client.get("/a")
        assert (server.connections, resting.tls.fileno()) == (2, -1)


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


async def test_streaming_gives_pieces_and_leaving_early_frees_the_slot(bench: Bench) -> None:
    async def much(call: Call) -> None:
        await call.answer(b"z" * 900_000)

    async with bench.device(much) as (server, client):
        assert sum([len(piece) async for piece in client.stream("/a")]) == 900_000
        for _ in range(5):
            pieces = client.stream("/a")
            assert await anext(pieces)
            await pieces.aclose()
        assert len((await client.get("/a")).body) == 900_000
        assert server.most <= 2


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
        with pytest.raises(DeviceError, match="longer than") as caught:
            await session.post("/x", content=b"y" * (1 << 20))
        assert caught.value.code == "too-big"
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
        client.login.learn(['Basic realm="x"'], 1)
        request = client._request(http.Call("/x"))
        assert b"Authorization: Basic" in request[1]
        assert "Basic" not in repr(request) + str(request) + f"{[request]}"
        assert caught.value.where == "sb1 /!"


def test_every_code_has_a_remedy() -> None:
    assert all(REMEDY.values())
    assert Secret("x") != Secret("y")
