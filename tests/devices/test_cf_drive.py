"""The CF card of a device over a real connection: lists, files, refusals; and what a backup says."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from noc.devices.cf_drive import MOST, Entry, delete, listing, read, write
from noc.devices.codec.backup import PhoneFacts, line_filter, phone_facts, without_secrets
from noc.devices.dialect import load
from noc.devices.errors import DeviceError
from tests.devices.conftest import Bench, Call

WORDS = load("v10")
DATE = "Fri, 15 Jan 2027 08:00:00 GMT"
NOW = 1_800_000_000
LISTED = """<?xml version="1.0"?>
<a:multistatus xmlns:a="DAV:" xmlns:b="urn:b">
 <a:response><a:href>/DRIVE/CF0/up%20date/</a:href><a:propstat><a:prop>
  <a:resourcetype><a:collection/></a:resourcetype></a:prop><a:status>HTTP/1.1 200 OK</a:status></a:propstat>
 </a:response>
 <a:response><a:href>https://127.0.0.1/DRIVE/CF0/up%20date/a%20b.txt</a:href><a:propstat><a:prop>
  <a:resourcetype/><a:getcontentlength> 12 </a:getcontentlength>
  <a:getlastmodified>Fri, 15 Jan 2027 07:59:00 GMT</a:getlastmodified><a:getetag>"x"</a:getetag></a:prop>
  <a:status>HTTP/1.1 200 OK</a:status></a:propstat></a:response>
 <a:response><a:href>/DRIVE/CF0/up%20date/sub/</a:href><a:propstat><a:prop>
  <a:resourcetype><a:collection/></a:resourcetype></a:prop><a:status>HTTP/1.1 200 OK</a:status></a:propstat>
  <a:propstat><a:prop><a:getcontentlength>99</a:getcontentlength></a:prop>
  <a:status>HTTP/1.1 404 Not Found</a:status></a:propstat></a:response>
</a:multistatus>"""


async def test_a_folder_is_listed(bench: Bench) -> None:
    async def device(call: Call) -> None:
        if "authorization" not in call.headers:
            await call.answer("", "401 Unauthorized", WWW_Authenticate='Basic realm="x"')
        else:
            await call.answer(LISTED, "207 Multi-Status", Content_Type="text/xml", Date=DATE)

    async with bench.device(device) as (server, client):
        found = await listing(client, WORDS, "up date/")
    assert found is not None
    assert found.now == NOW
    assert found.entries == (
        Entry(name="a b.txt", folder=False, size=12, modified=NOW - 60, etag='"x"'),
        Entry(name="sub", folder=True),
    )
    last = server.calls[-1]
    assert (last.method, last.target, last.headers["depth"]) == ("PROPFIND", "/DRIVE/CF0/up%20date/", "1")


async def test_no_folder_is_no_error(bench: Bench) -> None:
    async with bench.device(lambda call: call.answer("", "404 Not Found")) as (_, client):
        assert await listing(client, WORDS, "none/") is None


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ("<info/>", "207 Multi-Status", "garbage"),
        (LISTED[:-20], "207 Multi-Status", "garbage"),
        (LISTED, "200 OK", "garbage"),
        ("<!DOCTYPE x [<!ENTITY a 'b'>]><x/>", "207 Multi-Status", "garbage"),
        ("", "403 Forbidden", "login"),
        ("", "500 Oops", "http"),
    ],
)
async def test_what_is_no_list_is_an_error(bench: Bench, body: str, status: str, code: str) -> None:
    async with bench.device(lambda call: call.answer(body, status)) as (_, client):
        with pytest.raises(DeviceError) as failed:
            await listing(client, WORDS, "update/")
    assert failed.value.code == code
    assert "sb1 /DRIVE/CF0/update/" in failed.value.where


async def test_files_are_written_read_and_deleted(bench: Bench) -> None:
    files: dict[str, bytes] = {}

    async def device(call: Call) -> None:
        if call.method == "PUT" and call.headers.get("if-none-match") == "*" and call.target in files:
            await call.answer("", "412 Precondition Failed")
        elif call.method == "PUT":
            files[call.target] = call.body
            await call.answer("", "201 Created")
        elif call.target not in files:
            await call.answer("", "404 Not Found")
        elif call.method == "DELETE":
            del files[call.target]
            await call.answer("")
        else:
            await call.answer(files[call.target])

    async with bench.device(device) as (_, client):
        await write(client, WORDS, "update/ö.txt", b"one", new=True)
        with pytest.raises(DeviceError, match="already"):
            await write(client, WORDS, "update/ö.txt", b"two", new=True)
        assert await read(client, WORDS, "update/ö.txt") == b"one"
        await write(client, WORDS, "update/ö.txt", b"")
        assert await read(client, WORDS, "update/ö.txt") == b""
        assert [await delete(client, WORDS, "update/ö.txt") for _ in range(2)] == [True, False]


@pytest.mark.parametrize(
    ("status", "code", "word"),
    [
        ("401 Unauthorized", "login", "refused|password|login"),
        ("403 Forbidden", "login", "noc"),
        ("409 Conflict", "http", "no folder"),
        ("507 Insufficient Storage", "http", "full"),
        ("302 Found", "http", "302"),
    ],
)
async def test_a_refused_file_is_told_with_what_to_do(
    bench: Bench, status: str, code: str, word: str
) -> None:
    async def device(call: Call) -> None:
        await call.answer("", status, WWW_Authenticate='Basic realm="x"', Location="/x")

    async with bench.device(device) as (_, client):
        with pytest.raises(DeviceError, match=word) as failed:
            await write(client, WORDS, "a.txt", b"x")
    assert failed.value.code == code
    assert failed.value.remedy


async def test_too_large_a_file_is_not_sent_at_all(bench: Bench) -> None:
    async with bench.device(lambda call: call.answer("")) as (server, client):
        with pytest.raises(DeviceError) as failed:
            await write(client, WORDS, "a.txt", bytes(MOST + 1))
    assert failed.value.code == "too-big"
    assert server.calls == []


# --- what a backup says ---------------------------------------------------------------------------

URL = b"https://u:pw@sb1.hoster.example/DRIVE/CF0/update/update.txt%3Fsn=#m&k=s"
BACKUP = (
    b"""config change CMD0 /name IP232-30-00-af\r
config change PHONE SIG /prot H323 /gk-addr sb1.hoster.example /h323 IP232-30-00-af /gk-pwd 6d79736563726574\r
config change PHONE USER /gk-addr 10.9.9.9\r
config change H323 /ras-port 11719\r
config change UP1 /url %s /poll 15 /no-dhcp\r
vars create TLS0/KEY pb 00112233\r
"""
    % URL
)


def facts(data: bytes, piece: int = 7) -> PhoneFacts:
    """What a backup says that arrives in pieces."""
    lines = line_filter(WORDS)
    kept = [line for at in range(0, len(data), piece) for line in lines.feed(data[at : at + piece])]
    return phone_facts([*kept, *lines.close()], WORDS)


def test_the_facts_of_a_backup() -> None:
    assert facts(BACKUP) == PhoneFacts(
        ras_port=11719,
        gatekeeper="sb1.hoster.example",
        update_url="https://sb1.hoster.example/DRIVE/CF0/update/update.txt",
        poll=15,
    )


def test_no_secret_of_a_backup_is_kept() -> None:
    told = repr(facts(BACKUP))
    assert [secret for secret in ("6d79", "pw@", "0011", "#m", "k=s") if secret in told] == []


def test_a_phone_as_it_comes_has_no_facts() -> None:
    assert facts(b"config change CMD0 /name x\r\n") == PhoneFacts()
    assert facts(b"config change H323 /ras-port many\r\n") == PhoneFacts()


@given(st.binary(max_size=200), st.integers(1, 50))
def test_the_size_of_the_pieces_does_not_matter(noise: bytes, piece: int) -> None:
    junk = noise.replace(b"\n", b"").replace(b"config", b"")
    assert facts(BACKUP + junk, piece) == facts(BACKUP)


@given(st.text(st.characters(codec="ascii", exclude_characters="@?"), max_size=20))
def test_a_url_without_login_and_query_stays_as_it_is(path: str) -> None:
    assert without_secrets(f"https://sb1/{path}") == f"https://sb1/{path}"
    assert without_secrets(f"https://a:b@sb1/{path}?c=d") == f"https://sb1/{path}"
