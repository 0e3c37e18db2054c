"""Digest and Basic: the RFC's own example, and a server that computes everything for itself."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import re
import shutil
import subprocess

import pytest

from noc.devices.codec.digest import Answering, Challenge, challenges, choose
from noc.devices.errors import DeviceError
from noc.hosting.secret import Secret
from tests.devices.conftest import Bench, Call, listening

RFC_PASSWORD = Secret("Circle of Life")
RFC = {
    "realm": "http-auth@example.org",
    "qop": "auth, auth-int",
    "nonce": "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
    "opaque": "FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS",
}


def digest(
    challenge: Challenge, *, user: str, password: Secret, method: str, uri: str, count: int, cnonce: str
) -> str:
    """The answer of somebody who answers for the first time."""
    return Answering(challenge, user, password).header(method, uri, count, cnonce)


@pytest.mark.parametrize(
    ("algorithm", "response"),
    [
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ],
)
def test_the_example_of_rfc_7616(algorithm: str, response: str) -> None:
    value = digest(
        Challenge("digest", {**RFC, "algorithm": algorithm}),
        user="Mufasa",
        password=RFC_PASSWORD,
        method="GET",
        uri="/dir/index.html",
        count=1,
        cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
    )
    assert f'response="{response}"' in value
    assert f"algorithm={algorithm}, " in value
    assert "nc=00000001, " in value
    assert f'opaque="{RFC["opaque"]}"' in value


def test_the_example_of_rfc_2069_without_qop() -> None:
    value = digest(
        Challenge("digest", {"realm": "testrealm@host.com", "nonce": "dcd98b7102dd2f0e8b11d0f600bfb0c093"}),
        user="Mufasa",
        password=Secret("CircleOfLife"),
        method="GET",
        uri="/dir/index.html",
        count=1,
        cnonce="unused",
    )
    assert 'response="1949323746fe6a43ef61f9606e7febea"' in value
    assert "cnonce" not in value


def test_the_example_of_rfc_7616_with_userhash() -> None:
    user, realm = "Jäsøn Doe", "api@example.org"
    nonce = "5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK"
    challenge = Challenge(
        "digest", {"realm": realm, "qop": "auth", "algorithm": "SHA-256", "nonce": nonce, "userhash": "true"}
    )
    value = digest(
        challenge, user=user, password=Secret("x"), method="GET", uri="/doe.json", count=1, cnonce="c"
    )
    assert f'username="{hashlib.sha256(f"{user}:{realm}".encode()).hexdigest()}"' in value
    assert value.endswith("userhash=true")


def test_names_beyond_ascii_are_hashed_and_sent_as_utf_8() -> None:
    (challenge,) = challenges(['Digest realm="Büro", nonce="n"'.encode().decode("latin-1")])
    assert challenge.get("realm") == "Büro"
    value = digest(challenge, user="Jürgen", password=Secret("ß"), method="GET", uri="/", count=1, cnonce="c")
    ends = [hashlib.md5(text.encode()).hexdigest() for text in ("Jürgen:Büro:ß", "GET:/")]
    expected = hashlib.md5(f"{ends[0]}:n:{ends[1]}".encode()).hexdigest()
    assert f'response="{expected}"' in value
    assert "username*=UTF-8''J%C3%BCrgen, " in value
    assert 'realm="Büro"'.encode() in value.encode("latin-1")


def test_challenges_of_all_forms_are_read() -> None:
    found = challenges(
        [
            'Newauth realm="apps", type=1, title="Login to \\"apps\\"", Basic realm="simple"',
            'Digest realm="a, b", qop="auth",nonce=xyz , stale=TRUE',
            "Negotiate",
        ]
    )
    assert [item.scheme for item in found] == ["newauth", "basic", "digest", "negotiate"]
    assert found[0].get("title") == 'Login to "apps"'
    assert found[2].parameters == {"realm": "a, b", "qop": "auth", "nonce": "xyz", "stale": "TRUE"}


def test_the_strongest_challenge_wins_and_the_impossible_is_passed_over() -> None:
    def offer(*headers: str) -> str:
        chosen = choose(challenges(list(headers)))
        return "" if chosen is None else f"{chosen.scheme} {chosen.get('algorithm')}".strip()

    basic, plain = 'Basic realm="x"', 'Digest realm="x", nonce="n", qop="auth"'
    sha = 'Digest realm="x", nonce="n", qop="auth", algorithm=SHA-256'
    assert offer(basic, plain) == "digest"
    assert offer(plain, sha, basic) == "digest SHA-256"
    assert offer('Digest realm="x", nonce="n", qop="auth-int"', basic) == "basic"
    assert offer('Digest realm="x", nonce="n", algorithm=TOKEN') == ""
    assert offer("Negotiate") == ""


class Guard:
    """A server side of its own: checks a Digest answer from the request's text alone."""

    def __init__(self, *, algorithm: str = "MD5", uses: int = 1_000_000) -> None:
        self.algorithm, self.uses, self.nonces = algorithm, uses, 0
        self.seen: set[tuple[str, str]] = set()
        self.refused = 0

    async def __call__(self, call: Call) -> None:
        fields = {
            name: quoted or plain
            for name, quoted, plain in re.findall(
                r'(\w+)=(?:"([^"]*)"|([^,\s]+))', call.headers.get("authorization", "")
            )
        }
        if self.good(call, fields):
            await call.answer("welcome")
            return
        self.refused += 1
        stale = ", stale=true" if fields.get("nonce", "").startswith("nonce") else ""
        self.nonces += 1
        header = (
            f'Digest realm="box", nonce="nonce{self.nonces}", qop="auth", algorithm={self.algorithm}{stale}'
        )
        await call.answer("no", "401 Unauthorized", WWW_Authenticate=header)

    def good(self, call: Call, fields: dict[str, str]) -> bool:
        if fields.get("nonce") != f"nonce{self.nonces}" or int(fields["nc"], 16) > self.uses:
            return False
        once = (fields["nonce"], fields["nc"])
        assert once not in self.seen, "a count was used twice"
        self.seen.add(once)

        def h(text: str) -> str:
            name = {"MD5": "md5", "SHA-256": "sha256"}[self.algorithm]
            return hashlib.new(name, text.encode()).hexdigest()

        assert fields["uri"] == call.target
        ends = (h("noc:box:a secret"), h(f"{call.method}:{call.target}"))
        middle = f"{fields['nonce']}:{fields['nc']}:{fields['cnonce']}:auth"
        return fields["response"] == h(f"{ends[0]}:{middle}:{ends[1]}")


@pytest.mark.parametrize("algorithm", ["MD5", "SHA-256"])
async def test_digest_logs_in_once_and_stays_logged_in(bench: Bench, algorithm: str) -> None:
    guard = Guard(algorithm=algorithm)
    async with bench.device(guard) as (server, client):
        for n in range(5):
            assert (await client.get(f"/PBX0/x?n={n}")).body == b"welcome"
        assert (await client.session().post("/y", content=b"z")).text == "welcome"
        assert guard.refused == 1
        assert server.connections == 2  # a POST has a connection of its own


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
async def test_curl_passes_the_same_guard(bench: Bench) -> None:
    async with listening(Guard(), bench.context) as server:
        root = bench.authority.folder / "root.pem"
        root.write_text(bench.authority.root_pem)
        process = await asyncio.create_subprocess_exec(
            *("curl", "-sS", "--digest", "-u", "noc:a secret", "--cacert", root),
            f"https://127.0.0.1:{server.port}/x?y=z",
            stdout=subprocess.PIPE,
        )
        assert (await process.communicate())[0] == b"welcome"
        assert len(server.calls) == 2


async def test_a_nonce_that_runs_out_is_replaced(bench: Bench) -> None:
    guard = Guard(uses=3)
    async with bench.device(guard) as (_, client):
        for _ in range(10):
            assert (await client.get("/x")).body == b"welcome"
        assert guard.refused == 4


async def test_a_wrong_password_is_tried_once_per_request(bench: Bench) -> None:
    async def never(call: Call) -> None:
        header = f'Digest realm="box", nonce="{call.number}", qop="auth"'
        await call.answer("no", "401 Unauthorized", WWW_Authenticate=header)

    async with bench.device(never) as (server, client):
        for count in (2, 4):
            with pytest.raises(DeviceError, match="refuses the login of noc") as caught:
                await client.get("/x")
            assert caught.value.code == "login"
            assert len(server.calls) == count


async def test_stale_for_ever_is_no_loop(bench: Bench) -> None:
    async def stale(call: Call) -> None:
        header = f'Digest realm="box", nonce="{call.number}", qop="auth", stale=true'
        await call.answer("no", "401 Unauthorized", WWW_Authenticate=header)

    async with bench.device(stale) as (server, client):
        with pytest.raises(DeviceError, match="refuses"):
            await client.get("/x")
        assert len(server.calls) == 3


async def test_basic_and_a_page_without_login(bench: Bench) -> None:
    wanted = "Basic " + base64.b64encode(b"noc:a secret").decode()

    async def basic(call: Call) -> None:
        if call.target == "/CMD0/box_info.xml" or call.headers.get("authorization") == wanted:
            await call.answer("welcome")
        else:
            await call.raw(b'HTTP/1.0 401 Unauthorized\r\nWWW-Authenticate: Basic realm="x"\r\n\r\n')
            call.writer.close()

    async with bench.device(basic) as (server, client):
        await client.get("/CMD0/box_info.xml")
        assert "authorization" not in server.calls[0].headers
        assert (await client.get("/x")).body == b"welcome"
        assert (await client.get("/y")).body == b"welcome"
        assert len(server.calls) == 4

    async with bench.device(basic, user="") as (server, client):
        with pytest.raises(DeviceError, match="no account is written") as caught:
            await client.get("/x")
        assert caught.value.code == "login"
