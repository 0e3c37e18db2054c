"""``noc cpe``: troubleshooting of customers' phones from the command line.

``noc cpe pcap`` judges the registrations in a capture. Exit codes: 0 no phone fails, 1 one fails,
2 usage or unreadable file.
"""

from __future__ import annotations

import argparse
import ipaddress
import json
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

from noc.hosting.text import safe_text

if TYPE_CHECKING:
    from noc.actions.pcap import Examination, PcapRow

_WIDTH = 80
_GRACE = 7210.0  # seconds, as GnuGk has it


def register(subparsers: Any) -> None:
    """Add ``noc cpe``."""
    command = subparsers.add_parser("cpe", help="troubleshoot customers' phones")
    kinds = command.add_subparsers(title="commands", metavar="COMMAND", required=True)
    pcap = kinds.add_parser(
        "pcap",
        help="who rewrites H.323? proof from a capture",
        description="Judge the H.323 registrations in a capture taken at the gatekeeper's side: rewriting "
        "router, wrong password, wrong clock and the rest. Captures and password files are secrets.",
    )
    pcap.add_argument("file", metavar="FILE", type=Path, help="pcap or pcapng")
    pcap.add_argument(
        "--lan", metavar="FILE", type=Path, help="YAML: `alias: [addresses]` or `alias: 10.0.0.0/24`"
    )
    pcap.add_argument("--passwords", metavar="FILE", type=Path, help="YAML: `alias: password`")
    pcap.add_argument(
        "--calibrated",
        action="store_true",
        help="a registration of this vendor and firmware was verified with a known password before",
    )
    pcap.add_argument("--gatekeeper", metavar="ADDR", type=_address, help="only messages of this gatekeeper")
    pcap.add_argument(
        "--ras-port",
        metavar="N",
        type=_port,
        action="append",
        default=[],
        help="a RAS port of the gatekeeper, repeatable (default: any UDP port)",
    )
    pcap.add_argument(
        "--grace",
        metavar="SECONDS",
        type=_seconds,
        default=_GRACE,
        help="by which a phone's clock may be off (%(default).0f)",
    )
    pcap.add_argument("--json", action="store_true", help="one JSON object instead of text")
    pcap.set_defaults(run=_pcap)


def _address(text: str) -> bytes:
    try:
        return ipaddress.ip_address(text).packed
    except ValueError:
        raise argparse.ArgumentTypeError(f"{safe_text(text)} is no IP address") from None


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 0x10000:
        raise argparse.ArgumentTypeError(f"{safe_text(text)} is no UDP port")
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds < float("inf"):
        raise argparse.ArgumentTypeError(f"{safe_text(text)} is no number of seconds")
    return seconds


def _pcap(args: argparse.Namespace) -> int:
    from noc.actions.pcap import examine
    from noc.actions.pcap_given import load_lans, load_passwords
    from noc.hosting.h323.evidence import ByAlias, Knowledge

    knowledge = Knowledge(
        keys=load_passwords(args.passwords) if args.passwords else ByAlias(),
        lans=load_lans(args.lan) if args.lan else ByAlias(),
        calibrated=args.calibrated,
        grace=args.grace,
    )
    found = examine(args.file, knowledge, gatekeeper=args.gatekeeper, ports=args.ras_port)
    if args.json:
        _print_json(found)
    else:
        _print_text(found)
    for remark in found.remarks:
        print(f"noc: {safe_text(str(args.file))}: {safe_text(remark)}", file=sys.stderr)
    return 1 if found.failing else 0


def _print_json(found: Examination) -> None:
    """One object; what is not ASCII is escaped, so that no alias acts on a terminal."""
    import msgspec

    document = {"as_of": found.as_of, "rows": [msgspec.to_builtins(row) for row in found.rows]}
    sys.stdout.write(json.dumps(document, ensure_ascii=True).replace("\x7f", "\\u007f") + "\n")


def _print_text(found: Examination) -> None:
    for row in found.rows:
        if row.kind == "site":
            print(f"{row.source}: {_verdict(row)}")
            continue
        name = f"{safe_text(row.alias or '')}: {_verdict(row)}"
        _print_wrapped(name if row.source is None else f"  {name}", 4)
        for line in row.evidence:
            _print_wrapped(f"      {safe_text(line)}", 8)


def _print_wrapped(text: str, indent: int) -> None:
    lines = textwrap.wrap(text, _WIDTH, subsequent_indent=" " * indent, break_on_hyphens=False)
    print("\n".join(lines))


def _verdict(row: PcapRow) -> str:
    words = [] if row.word is None else [str(row.word)]
    if row.row is not None:
        words.append(f"row {row.row}")
    if row.also:
        words.append(f"also {', '.join(str(number) for number in row.also)}")
    verdict = str(row.verdict).replace("_", " ")
    return f"{verdict} ({', '.join(words)})" if words else verdict
