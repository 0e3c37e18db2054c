"""tshark as an independent decoder of the same captures: addresses, numbers, reasons, aliases."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from noc.devices.codec.capture import Tally, read_frames
from noc.devices.codec.datagrams import Datagram, read_datagrams
from noc.devices.codec.ras import decode, looks_like_ras
from noc.hosting.h323.evidence import RasMessage, TokenKind
from tests.h323_rig import Wire, pcap

DATA = Path(__file__).parent.parent / "data" / "h323"
KINDS = {"GRQ": 0, "GCF": 1, "GRJ": 2, "RRQ": 3, "RCF": 4, "RRJ": 5}

pytestmark = pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")


def by_tshark(file: Path) -> dict[int, dict[str, Any]]:
    command = [
        "tshark",
        "-r",
        str(file),
        "-Y",
        "h225.RasMessage && !icmp",
        "-T",
        "json",
        "--no-duplicate-keys",
    ]
    ports = ["-d", "udp.port==11719,h225"]
    done = subprocess.run([*command, *ports], capture_output=True, check=True)
    frames = {}
    for packet in json.loads(done.stdout or b"[]"):
        layers = packet["_source"]["layers"]
        frames[int(layers["frame"]["frame.number"])] = layers["h225"]
    return frames


def by_us(content: bytes) -> dict[int, RasMessage]:
    tally = Tally()
    found = {}
    for item in read_datagrams(read_frames(io.BytesIO(content), "x", tally), tally):
        if isinstance(item, Datagram) and looks_like_ras(item.payload):
            found[item.frame] = decode(item.payload)
    return found


def values(tree: Any, name: str) -> list[str]:
    """Every value of a field anywhere in tshark's tree, in its order."""
    if isinstance(tree, list):
        return [value for each in tree for value in values(each, name)]
    if not isinstance(tree, dict):
        return []
    found: list[str] = []
    for key, value in tree.items():
        if key == name:
            found.extend(value if isinstance(value, list) else [value])
        else:
            found.extend(values(value, name))
    return found


def compare(message: RasMessage, tree: dict[str, Any]) -> None:
    assert int(values(tree, "h225.RasMessage")[0]) == KINDS[message.kind]
    assert int(values(tree, "h225.requestSeqNum")[0]) == message.seq
    for name, inner in (("callSignalAddress", message.call), ("rasAddress", message.ras)):
        trees = values(tree, f"h225.{name}_tree") or (values(tree, f"h225.{name}") if inner else [])
        addresses = [
            f"{ip}:{port}"
            for ip, port in zip(values(trees, "h225.ipV4"), values(trees, "h225.ipV4_port"), strict=True)
        ]
        if message.kind in ("RRQ", "GRQ"):
            assert [str(each) for each in inner] == addresses
    if message.kind in ("RRQ", "GRQ"):
        assert set(message.ids) <= set(values(tree, "h225.h323_ID"))
    token = message.token(TokenKind.H2351)
    if token is not None:
        assert token.tag.hex() in [value.replace(":", "") for value in values(tree, "h235.hash")]
    if message.reason:
        assert values(tree, f"h225.{message.reason}_element") or values(tree, f"h225.{message.reason}")


@pytest.mark.parametrize("file", sorted(DATA.glob("a*.pcap*")), ids=lambda file: file.name)
def test_the_fixtures_are_read_as_tshark_reads_them(file: Path) -> None:
    theirs = by_tshark(file)
    ours = by_us(file.read_bytes())
    assert sorted(ours) == sorted(theirs)
    assert ours
    for frame, message in ours.items():
        compare(message, theirs[frame])


def test_our_own_messages_are_read_by_tshark(tmp_path: Path) -> None:
    wire = Wire()
    for number, answer in enumerate(("RCF", "securityDenial", "fullRegistrationRequired", "")):
        wire.register(f"IP232-{number}", f"203.0.113.{number + 1}:1719", "10.0.0.7", answer, md5=number > 1)
    file = tmp_path / "ours.pcap"
    file.write_bytes(pcap(wire.packets))
    theirs = by_tshark(file)
    ours = by_us(file.read_bytes())
    assert sorted(ours) == sorted(theirs) == list(range(1, 8))
    for frame, message in ours.items():
        compare(message, theirs[frame])
