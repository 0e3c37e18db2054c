"""Certificates as served: equal to what openssl says, and every fault named without a byte sent."""

from __future__ import annotations

import asyncio
import datetime
import re
import shutil
import ssl
import subprocess
import warnings

import pytest

from noc.devices.errors import DeviceError
from noc.devices.tls import Served, served
from noc.devices.trust import Trust, fingerprint
from tests.devices.authority import Authority, Leaf
from tests.devices.conftest import Bench, Call, listening


async def nothing(_: Call) -> None:
    raise AssertionError("a probe sends nothing")


async def probe(bench: Bench, leaf: Leaf, trust: Trust | None = None) -> Served:
    async with listening(nothing, bench.authority.context(leaf)) as server:
        return await served("127.0.0.1", server.port, trust or bench.trust(), deadline=60)


async def openssl(port: int) -> dict[str, str]:
    """What `openssl s_client` and `openssl x509` say of the same endpoint."""
    command = (
        f"openssl s_client -connect 127.0.0.1:{port} </dev/null 2>/dev/null"
        " | openssl x509 -noout -serial -fingerprint -sha256 -dates"
        " -subject -issuer -nameopt sep_multiline,utf8"
    )
    process = await asyncio.create_subprocess_shell(command, stdout=subprocess.PIPE)
    output = (await process.communicate())[0].decode()
    names = re.findall(r"^(subject|issuer)=(.*?)(?=^\S|\Z)", output, re.MULTILINE | re.DOTALL)
    facts = dict(re.findall(r"^(serial|notBefore|notAfter|sha256 Fingerprint)=(.*)$", output, re.MULTILINE))
    return facts | {name: re.findall(r"CN ?= ?(.*)", text)[0] for name, text in names}


def unix(text: str) -> int:
    moment = datetime.datetime.strptime(text, "%b %d %H:%M:%S %Y GMT").replace(tzinfo=datetime.UTC)
    return int(moment.timestamp())


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
@pytest.mark.parametrize("bits", [0, 2048])
@pytest.mark.parametrize("serial", [0x0ABC, None])
async def test_openssl_says_the_same(bench: Bench, bits: int, serial: int | None) -> None:
    leaf = bench.authority.leaf(
        "IP811-Küñ", addresses=("127.0.0.1", "10.0.0.1"), names=("sb1.example",), rsa_bits=bits, serial=serial
    )
    async with listening(nothing, bench.authority.context(leaf)) as server:
        ours = await served("127.0.0.1", server.port, bench.trust(), deadline=60)
        theirs = await openssl(server.port)
    assert ours.serial == theirs["serial"]
    assert ours.sha256 == theirs["sha256 Fingerprint"].replace(":", "").lower()
    assert (ours.not_before, ours.not_after) == (unix(theirs["notBefore"]), unix(theirs["notAfter"]))
    assert (ours.subject_cn, ours.issuer_cn) == (theirs["subject"], theirs["issuer"])
    assert ours.sans == ("DNS:sb1.example", "IP:127.0.0.1", "IP:10.0.0.1")
    assert ours.key == ("RSA 2048" if bits else "EC secp256r1")
    assert (ours.anchored, ours.problem, ours.protocol) == (True, "", "TLSv1.3")


async def test_faults_of_a_certificate_that_is_still_anchored(bench: Bench) -> None:
    here = ("127.0.0.1",)
    expired = await probe(bench, bench.authority.leaf("x", addresses=here, starts=-20, ends=-10))
    early = await probe(bench, bench.authority.leaf("x", addresses=here, starts=10))
    named = await probe(bench, bench.authority.leaf("127.0.0.1", names=("127.0.0.1",)))
    assert all(item.anchored for item in (expired, early, named))
    assert "expired" in expired.problem
    assert "not yet valid" in early.problem
    assert "IP address mismatch" in named.problem


async def test_a_certificate_of_another_root_is_described_but_not_anchored(bench: Bench) -> None:
    other = Authority.make(bench.authority.folder, "Factory CA")
    leaf = other.leaf("IP811-01-02-03", addresses=("127.0.0.1",), ends=-1, starts=-9)
    found = await probe(bench, leaf)
    assert (found.anchored, found.issuer_cn, found.subject_cn) == (False, "Factory CA", "IP811-01-02-03")
    assert "unable to get local issuer" in found.problem
    both = Trust(root=bench.authority.root_pem + other.root_pem)
    assert (await probe(bench, leaf, both)).anchored


async def test_a_pin_decides_whether_there_is_a_problem(bench: Bench) -> None:
    leaf = Authority.make(bench.authority.folder, "Factory CA").leaf("x")
    good = Trust(pin=f"sha256:{fingerprint(leaf.der)}")
    bad = Trust(pin="sha256:" + "0" * 64)
    assert (await probe(bench, leaf, good)).problem == ""
    assert (await probe(bench, leaf, bad)).problem == "it is not the pinned certificate"
    assert not (await probe(bench, leaf, good)).anchored


async def test_no_certificate_at_all_is_an_error(bench: Bench) -> None:
    silent = await asyncio.start_server(lambda r, w: None, "127.0.0.1", 0)
    port = silent.sockets[0].getsockname()[1]
    with pytest.raises(DeviceError) as caught:
        await served("127.0.0.1", port, bench.trust(), deadline=0.2)
    assert caught.value.code == "timeout"
    silent.close()
    await silent.wait_closed()
    with pytest.raises(DeviceError) as caught:
        await served("127.0.0.1", port, bench.trust(), deadline=60)
    assert caught.value.code == "refused"


async def test_old_tls_needs_its_profile(bench: Bench) -> None:
    leaf = bench.authority.leaf("x", addresses=("127.0.0.1",), rsa_bits=2048)
    context = bench.authority.context(leaf)
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1
    async with listening(nothing, context) as server:
        with pytest.raises(DeviceError) as caught:
            await served("127.0.0.1", server.port, bench.trust(), deadline=60)
        assert caught.value.code == "tls"
        legacy = Trust(root=bench.authority.root_pem, profile="legacy-insecure")
        assert (await served("127.0.0.1", server.port, legacy, deadline=60)).protocol == "TLSv1"


async def test_three_hundred_probes_at_once(bench: Bench) -> None:
    leaf = bench.authority.leaf("x", addresses=("127.0.0.1",))
    async with listening(nothing, bench.authority.context(leaf)) as server:
        probes = (served("127.0.0.1", server.port, bench.trust(), deadline=120) for _ in range(300))
        assert {item.problem for item in await asyncio.gather(*probes)} == {""}
