"""A capture of many RAS messages, decoded and judged: CPU against tshark's JSON of the same file.

    python bench/pcap.py [--messages 100000] [--phones 1000]

Phones behind sites of five: plain NAT, rewriting router, wrong password, MD5. Then the restoration
search: tries a second over 192.168/16 and all of RFC 1918 (--all-private), and how early an answer
comes. Only the ratios of one run count (reference: performance).
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from noc.devices.codec.ras_encode import Credentials, Phone, encode_rcf, encode_reject, encode_rrq
from noc.hosting.h323.evidence import Network
from noc.hosting.h323.proof import Place, RegistrationKey, fill
from noc.hosting.h323.search import addresses, home_addresses

START = 1_800_000_000
GATEKEEPER = bytes([198, 51, 100, 5])
PASSWORD = "a registration password"
PER_SITE = 5


def packet(source: tuple[bytes, int], target: tuple[bytes, int], payload: bytes, at: float) -> bytes:
    """One pcap record of an IPv4/UDP packet on Ethernet."""
    udp = source[1].to_bytes(2, "big") + target[1].to_bytes(2, "big")
    udp += (8 + len(payload)).to_bytes(2, "big") + bytes(2) + payload
    head = b"\x45\x00" + (20 + len(udp)).to_bytes(2, "big") + bytes(4) + b"\x40\x11\x00\x00"
    data = bytes(12) + b"\x08\x00" + head + source[0] + target[0] + udp
    stamp = int(at).to_bytes(4, "little") + int(at % 1 * 1e6).to_bytes(4, "little")
    return stamp + len(data).to_bytes(4, "little") * 2 + data


def exchange(phone: int, seq: int, at: float) -> Iterator[bytes]:
    """A registration of one phone and its answer, as the phone's site makes them end."""
    site, place = divmod(phone, PER_SITE)
    kind = ("plain", "rewritten", "plain", "wrong", "md5", "rewritten")[site % 6]
    source = (bytes([203, site >> 8 & 255, site & 255, 9]), 1719 if not place else 20000 + place)
    lan = bytes([192, 168, site % 256, 20 + place])
    key = RegistrationKey("another password" if kind == "wrong" else PASSWORD)
    made = Credentials(int(at), None if kind == "md5" else key, md5=kind == "md5", random=seq)
    name = Phone(f"IP232-{phone >> 16 & 255:02x}-{phone >> 8 & 255:02x}-{phone & 255:02x}")
    raw = encode_rrq(name, seq, [(lan, 1720)], [(lan, 1719)], made)
    if kind == "rewritten":
        raw = raw.replace(lan + b"\x06\xb8", source[0] + b"\x06\xb8", 1)
        raw = raw.replace(lan + b"\x06\xb7", source[0] + source[1].to_bytes(2, "big"), 1)
    yield packet(source, (GATEKEEPER, 1719), raw, at)
    if kind in ("plain", "md5"):
        reply = encode_rcf(seq, (GATEKEEPER, 1720), f"{phone}")
    else:
        reply = encode_reject("RRJ", seq, "securityDenial")
    yield packet((GATEKEEPER, 1719), source, reply, at + 0.01)


def write_capture(file: Path, messages: int, phones: int) -> None:
    with file.open("wb") as out:
        out.write(bytes.fromhex("d4c3b2a1020004000000000000000000000004 0001000000".replace(" ", "")))
        for number in range(messages // 2):
            for record in exchange(number % phones, number // phones % 60000 + 1, START + number / 50):
                out.write(record)


def cpu_of(command: list[str], out: Path) -> float:
    """CPU seconds (user and system) of a child whose output goes to a file."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with out.open("wb") as stream:
        done = subprocess.run(command, stdout=stream, stderr=subprocess.DEVNULL, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in (0, 1):
        raise SystemExit(f"{command[0]} ended with {done.returncode}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def compare(messages: int, phones: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file, out = Path(folder) / "many.pcap", Path(folder) / "out.json"
        passwords = Path(folder) / "passwords.yaml"
        write_capture(file, messages, phones)
        names = (f"IP232-{n >> 16 & 255:02x}-{n >> 8 & 255:02x}-{n & 255:02x}" for n in range(phones))
        passwords.write_text("".join(f"{name}: {PASSWORD}\n" for name in names))
        ours = cpu_of(
            [sys.executable, "-m", "noc", "cpe", "pcap", str(file), "--passwords", str(passwords), "--json"],
            out,
        )
        print(f"noc cpe pcap        {messages:>8} messages  {ours:7.1f} s CPU")
        if shutil.which("tshark") is None:
            print("tshark              not installed")
            return
        theirs = cpu_of(
            ["tshark", "-r", str(file), "-Y", "h225", "-T", "json", "--no-duplicate-keys"], Path(os.devnull)
        )
        print(f"tshark -T json      {messages:>8} messages  {theirs:7.1f} s CPU")
        print(f"ratio               {ours / theirs:.2f}  (aim: 2 at most)")


def search(all_private: bool) -> None:
    key = RegistrationKey(PASSWORD)
    places = [Place(22, 1720), Place(30, 1719)]
    pdu = bytes(range(185))
    asked = ["10.0.0.0/8", "172.16.0.0/12"] if all_private else ["10.0.0.0/12"]
    for name in ("192.168.0.0/16", *asked):
        network = Network(name)
        start = time.process_time()
        assert key.search(pdu, bytes(range(100, 112)), places, addresses(network)) is None
        spent = time.process_time() - start
        rate = network.num_addresses / spent
        print(f"{name:<19} {network.num_addresses:>8} tries     {spent:7.2f} s CPU  {rate:9,.0f}/s")
    for name in ("192.168.178.23", "192.168.1.20", "192.168.253.9"):
        lan = bytes(int(part) for part in name.split("."))
        start = time.process_time()
        assert key.search(pdu, key.mac(fill(pdu, places, lan)), places, home_addresses()) == lan
        print(f"{name:<19} found after           {(time.process_time() - start) * 1000:7.1f} ms CPU")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--phones", type=int, default=1000)
    parser.add_argument("--all-private", action="store_true", help="walk all of RFC 1918, half a minute")
    args = parser.parse_args()
    compare(args.messages, args.phones)
    search(args.all_private)


if __name__ == "__main__":
    main()
