"""The clients of services against servers that misbehave: each ends with a code, none waits for ever.

What they make of servers that behave is in tests/real/test_service_probes.py.
"""

from __future__ import annotations

import asyncio
import struct
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import ExitStack, asynccontextmanager, suppress
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from noc.devices import krb_as, ldap, ntpq, sip_options, smtp
from noc.devices.codec import ber, contacts
from noc.devices.codec.ber import BerError
from noc.devices.dnsq import NameServer
from noc.devices.errors import DeviceError
from noc.devices.outside import ServiceError
from noc.devices.trust import Trust
from noc.hosting.secret import Secret
from tests.devices.authority import Authority
from tests.real.service_rig import HOST, REALM, free_port, udp_server

COLUMNS = "Surname,Firstname,Company,Busines Phone,Mobile Phone"
SHORT, LONG = 0.6, 60
"""Seconds until a look gives up: where it is to give up, and where it must not even on a slow machine."""
SOON = 2.0
"""The same where what fits not is told at the end only."""
Manner = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.make(tmp_path_factory.mktemp("ca"))


@asynccontextmanager
async def tcp_server(manner: Manner, authority: Authority | None = None) -> AsyncIterator[int]:
    """A port that treats each connection so; with an authority over TLS."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            await manner(reader, writer)
        writer.transport.abort()

    context = authority.context(authority.leaf("d", addresses=(HOST,))) if authority else None
    server = await asyncio.start_server(serve, HOST, 0, ssl=context)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def hang(_reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(60)


async def trickle(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A byte of a reply that never ends, again and again."""
    for byte in b"0" + b"\x84\x7f\xff\xff\xff" + b"\x02" * 1000:
        writer.write(bytes((byte,)))
        await writer.drain()
        await asyncio.sleep(0.05)


async def babble(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"\x00\xff<html>HTTP/1.1 200 OK\r\n\r\n" * 20)
    await writer.drain()
    await asyncio.sleep(60)


async def flood(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """An LDAP message that announces two gigabytes, and what it announces."""
    writer.write(b"0\x84\x7f\xff\xff\xff")
    while True:
        writer.write(bytes(1 << 16))
        await writer.drain()


async def hang_up(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.close()


async def code_of(look: Awaitable[object]) -> str:
    """The code a look ends with."""
    with pytest.raises((DeviceError, ServiceError)) as caught:
        await look
    assert isinstance(caught.value, DeviceError | ServiceError)
    return caught.value.code


# --- over TCP -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("manner", "code"), [(hang, "timeout"), (trickle, "timeout"), (babble, "garbage"), (hang_up, "garbage")]
)
async def test_a_directory_that_misbehaves(authority: Authority, manner: Manner, code: str) -> None:
    trust = Trust(root=authority.root_pem)
    async with tcp_server(manner, authority) as port:
        deadline = SHORT if code == "timeout" else LONG
        look = ldap.in_directory(HOST, port, trust, lambda session: session.bind(None), deadline=deadline)
        assert await code_of(look) == code


async def test_a_look_that_is_given_up_frees_its_thread(authority: Authority) -> None:
    began, ended = threading.Event(), threading.Event()

    def work(session: ldap.Session) -> None:
        began.set()
        try:
            session.bind(None)
        finally:
            ended.set()

    trust = Trust(root=authority.root_pem)
    async with tcp_server(hang, authority) as port:
        look = asyncio.create_task(ldap.in_directory(HOST, port, trust, work, deadline=3600))
        assert await asyncio.to_thread(began.wait, 60)
        look.cancel()
        assert await asyncio.to_thread(ended.wait, 60)
        with pytest.raises(asyncio.CancelledError):
            await look


async def test_a_directory_without_end(authority: Authority) -> None:
    trust = Trust(root=authority.root_pem)
    async with tcp_server(flood, authority) as port:
        look = ldap.in_directory(HOST, port, trust, lambda session: session.bind(None), deadline=LONG)
        assert await code_of(look) == "too-big"


async def test_no_password_leaves_before_the_certificate_is_verified(
    authority: Authority, tmp_path: Path
) -> None:
    heard = bytearray()

    async def listen(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        heard.extend(await reader.read())

    stranger = Trust(root=Authority.make(tmp_path).root_pem)
    login = ldap.Login("cn=reader", Secret("s3cret"))
    async with tcp_server(listen, authority) as port:
        for trust in (stranger, Trust(pin="sha256:" + "0" * 64)):
            assert await code_of(ldap.look(HOST, port, trust, login, "")) == "certificate"
    assert bytes(heard) == b""
    assert "s3cret" not in repr(login)


@pytest.mark.parametrize(
    ("greeting", "code"),
    [
        (b"", "timeout"),
        (b"SSH-2.0-OpenSSH_9\r\n", "garbage"),
        (b"554 no\r\n", "answer"),
        (b"220 " + b"x" * 5000, "garbage"),
        (b"220-more\r\n" * 200, "too-big"),
        (b"220 ready\r\n250 noc\r\n", "tls"),
        (b"220 ready\r\n250-noc\r\n250 STARTTLS\r\n454 not now\r\n", "answer"),
    ],
)
async def test_a_mail_server_that_misbehaves(authority: Authority, greeting: bytes, code: str) -> None:
    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(greeting)
        await writer.drain()
        await reader.read()

    async with tcp_server(greet) as port:
        trust = Trust(root=authority.root_pem)
        deadline = SHORT if code == "timeout" else LONG
        assert await code_of(smtp.greet(HOST, port, trust, deadline=deadline)) == code


async def test_a_mail_server_that_goes_on_in_clear(authority: Authority) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for reply_ in (b"220 ready", b"250-noc\r\n250 STARTTLS", b"220 go", b"250 what?"):
            writer.write(reply_ + b"\r\n")
            await reader.read(4096)

    async with tcp_server(talk) as port:
        assert await code_of(smtp.greet(HOST, port, Trust(root=authority.root_pem))) == "tls"


async def test_a_mail_server_that_is_not_there(authority: Authority) -> None:
    trust = Trust(root=authority.root_pem)
    assert await code_of(smtp.greet(HOST, free_port(), trust)) == "refused"


# --- over UDP -------------------------------------------------------------------------------------

UDP: dict[str, Callable[[int, float], Awaitable[object]]] = {
    "ntp": lambda port, end: ntpq.time_of(HOST, port, deadline=end),
    "kerberos": lambda port, end: krb_as.exchange(HOST, port, REALM, "joiner", deadline=end),
    "dns": lambda port, end: NameServer(HOST, port, deadline=end).addresses("sbc1.hoster.example"),
    "sip": lambda port, end: sip_options.options(HOST, port, deadline=end),
}
UNFIT = (b"", b"x" * 60, b"\x7e\x03\x30\x01\x00", b"SIP/2.0 200 OK\r\n\r\n")


def always(answer: bytes) -> Callable[[bytes], bytes]:
    """A server that says the same whatever it is asked."""
    return lambda _question: answer


@pytest.mark.parametrize("protocol", sorted(UDP))
async def test_by_udp_silence_and_closed_ports_have_a_code(protocol: str) -> None:
    with udp_server(lambda _: None) as port:
        assert await code_of(UDP[protocol](port, SHORT)) == "timeout"
    assert await code_of(UDP[protocol](port, LONG)) == "refused"


@pytest.mark.parametrize("protocol", sorted(UDP))
async def test_by_udp_what_fits_not_is_no_answer(protocol: str) -> None:
    with ExitStack() as servers:
        ports = [servers.enter_context(udp_server(always(answer))) for answer in UNFIT]
        codes = await asyncio.gather(*(code_of(UDP[protocol](port, SOON)) for port in ports))
    assert codes == ["garbage"] * len(UNFIT)


async def test_a_lost_datagram_is_asked_again() -> None:
    heard: list[bytes] = []

    def second(data: bytes) -> bytes | None:
        heard.append(data)
        return reply(data) if len(heard) > 1 else None

    with udp_server(second) as port:
        assert (await ntpq.time_of(HOST, port, deadline=10)).stratum == 2
    assert heard[0] == heard[1]


# --- what a time server says ----------------------------------------------------------------------


def reply(
    question: bytes, *, leap: int = 0, stratum: int = 2, reference: bytes = b"TEST", ahead: float = 0
) -> bytes:
    """A time server's answer (RFC 5905 ch. 7.3)."""
    seconds = int(time.time() + ahead) + 2_208_988_800
    head = struct.pack(">BBbbII4s", leap << 6 | 4 << 3 | 4, stratum, 6, -20, 0, 0, reference)
    return head + bytes(8) + question[40:48] + struct.pack(">II", seconds % (1 << 32), 0) * 2


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"stratum": 0, "reference": b"RATE"}, "answer"),
        ({"leap": 3}, "answer"),
        ({"stratum": 16}, "answer"),
        ({"ahead": 400}, "skew"),
        ({"ahead": -400}, "skew"),
        ({"ahead": -1_700_000_000}, "skew"),
    ],
)
async def test_a_time_server_that_is_no_use(more: dict[str, int], code: str) -> None:
    with udp_server(lambda question: reply(question, **more)) as port:  # type: ignore[arg-type]
        assert await code_of(ntpq.checked_time(HOST, port)) == code


def test_a_kiss_of_death_is_named() -> None:
    with pytest.raises(ServiceError, match="kiss-o'-death DENY"):
        ntpq.read(reply(bytes(48), stratum=0, reference=b"DENY"), 0, 0, "here")


def test_the_era_after_2036_is_read_right() -> None:
    data = bytearray(reply(bytes(48)))
    data[40:48] = struct.pack(">II", 100, 0)
    when = (1 << 32) - 2_208_988_800 + 100.0
    assert ntpq.read(bytes(data), when, when, "here").offset == 0


# --- Kerberos, bytes ------------------------------------------------------------------------------


def test_a_request_is_what_rfc_4120_says() -> None:
    data = krb_as.request("R", "u", 5)
    assert data[0] == 0x6A
    assert data[1] == len(data) - 2
    # pvno 5, msg-type 10 (RFC 4120 ch. 5.4.1), as another encoder writes them
    assert data[4:14] == bytes.fromhex("a103020105a20302010a")
    assert data.endswith(bytes.fromhex("a814301202011202011102011402011302011702 0110".replace(" ", "")))


@given(st.binary(max_size=200))
def test_no_bytes_make_an_answer_crash(data: bytes) -> None:
    with suppress(BerError):
        krb_as.read(data)
    with suppress(BerError):
        krb_as.read(b"\x7e" + ber.tlv(0x30, data))


# --- contacts.csv ---------------------------------------------------------------------------------


NO_NUMBER = "line 2 has a telephone number without + and country"
HEADER = f"its first line is not {COLUMNS}"


@pytest.mark.parametrize(
    ("text", "names", "problem"),
    [
        (f"{COLUMNS}\nBerg,Anna,Kuenkel,+4970311,\n", {("berg", "anna")}, ""),
        (f'{COLUMNS.replace("Company", "Firm")}\r\n"Ö,x","","","",""\r\n', set(), HEADER),
        ('"Surname","Firstname","Company","Business Phone ","Mobile Phone"\nÖ,,,,\n', {("ö", "")}, ""),
        (f"{COLUMNS}\n\n,,,,\n", set(), ""),
        ("", set(), HEADER),
        ("Surname;Firstname;Company;Busines Phone;Mobile Phone\n", set(), HEADER),
        (f"{COLUMNS}\nBerg;Anna\n", set(), "line 2 has 1 fields instead of 5"),
        (f"{COLUMNS}\nBerg,Anna,,07031 73009,\n", {("berg", "anna")}, NO_NUMBER),
    ],
)
def test_contacts_are_read_as_they_are_meant(text: str, names: set[tuple[str, str]], problem: str) -> None:
    for encoding in ("utf-8", "utf-8-sig", "cp1252"):
        told = contacts.read(text.encode(encoding), COLUMNS)
        assert (set(told.names), told.problem) == (names, problem)


@given(st.binary(max_size=400))
def test_whatever_a_customer_uploads_is_read(data: bytes) -> None:
    contacts.read(data, COLUMNS)
    contacts.read(f"{COLUMNS}\n".encode() + data, COLUMNS)
