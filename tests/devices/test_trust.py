"""Whom the admin client trusts: the root, a pin, a name; and that nothing is sent to anybody else."""

from __future__ import annotations

import ssl
import warnings

import pytest

from noc.devices.errors import DeviceError
from noc.devices.trust import Trust, TrustError, fingerprint
from tests.devices.authority import Authority
from tests.devices.conftest import Bench, hello


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
        assert "firmware" in caught.value.remedy
    trust = Trust(root=bench.authority.root_pem, profile="legacy-insecure")
    async with bench.device(hello, context=old, trust=trust) as (_, client):
        assert (await client.get("/a")).body == b"hello"


def test_trust_without_anything_to_trust_is_refused() -> None:
    for bad in ({}, {"pin": "sha256:12"}, {"root": "x", "profile": "old"}):
        with pytest.raises(TrustError):
            Trust(**bad)  # type: ignore[arg-type]
    with pytest.raises(TrustError):
        Trust(root="no PEM").context()
