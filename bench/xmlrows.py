"""An object list to typed rows: our streaming reader beside lxml's iterparse.

Run ``python -m bench.xmlrows [--objects 10000] [--runs 5]``. Both read the same document and build the
same `PbxObject` rows; "parse only" builds nothing.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from io import BytesIO
from typing import Any

from lxml import etree

from noc.devices.codec.xmlrows import RowParser
from noc.devices.dialect import load
from noc.devices.pbx import SESSION_BORDER, Border, InnerLeg, ObjectReader, PbxObject
from noc.devices.reading import ticked

PIECE = 16_384
READER = ObjectReader(load("v10"))


def main() -> int:
    """Measure and print medians with the ratio to lxml."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--objects", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()
    document = make(arguments.objects)
    if ours(document) != by_lxml(document):
        raise SystemExit("the two read different rows")
    pairs: list[tuple[str, Callable[[bytes], object], Callable[[bytes], object]]] = [
        ("to typed rows", ours, by_lxml),
        ("parse only", ours_bare, lxml_bare),
    ]
    print(f"{arguments.objects} objects, {len(document) / 1e6:.1f} MB: CPU seconds, ratio")
    for name, mine, theirs in pairs:
        a, b = (median(work, document, arguments.runs) for work in (mine, theirs))
        print(f"  {name:14} noc {a:6.3f}   lxml iterparse {b:6.3f}   {a / b:5.2f}x")
    return 0


def make(objects: int) -> bytes:
    """A Frontend's object list."""
    names = ((n, f"Kuenkel{n // 100:05}", f"Kuenkel{n // 100:05}-{n % 100:03}") for n in range(objects))
    rows = (
        f'<user cn="{cpe}" guid="{n:032x}" h323="{cpe}" node="root" loc="sb1">'
        f'<pseudo type="sbc" gk-id="{customer}" gk-addr="172.16.0.{n % 135 + 1}" h323="{cpe}" pbx-pwd="on"'
        f' ext-h323="IP232-{n:06x}" mr="on"/><leg dir="int" state="up" addr="172.16.0.7"/>'
        f'<ep addr="198.51.100.{n % 250}"/></user>'
        for n, customer, cpe in names
    )
    return f"<info cmd='show'>{''.join(rows)}</info>".encode()


def ours(document: bytes) -> list[PbxObject]:
    """The way of the collector: pieces into the row parser, rows into objects."""
    parser, found = RowParser(), []
    for start in range(0, len(document), PIECE):
        found += [READER.read(row) for row in parser.feed(document[start : start + PIECE])]
    parser.close()
    return found


def ours_bare(document: bytes) -> int:
    """Only the rows."""
    parser = RowParser()
    count = sum(len(parser.feed(document[start : start + PIECE])) for start in range(0, len(document), PIECE))
    return count + len(parser.close())


def by_lxml(document: bytes) -> list[PbxObject]:
    """iterparse over the objects, each read straight from its element and cleared."""
    found = []
    for _, element in etree.iterparse(BytesIO(document), tag="user"):
        found.append(from_element(element))
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]
    return found


def from_element(user: Any) -> PbxObject:
    """The same object as `ObjectReader` makes, written out for this one type."""
    get, border, inner, endpoints = user.get, None, None, []
    for child in user:
        if child.tag == "ep":
            endpoints.append(child.get("addr", ""))
        elif child.tag == "leg":
            inner = InnerLeg(child.get("state", ""), child.get("addr", ""))
        elif child.tag == "pseudo":
            border = child.get
    return PbxObject(
        get("cn", ""),
        get("guid", ""),
        get("h323", ""),
        get("e164", ""),
        get("node", ""),
        get("loc", ""),
        SESSION_BORDER,
        tuple(endpoints),
        None if border is None else from_pseudo(border, inner),
    )


def from_pseudo(get: Any, inner: InnerLeg | None) -> Border:
    """The SessionBorder part."""
    return Border(
        get("gk-id", ""),
        get("gk-addr", ""),
        get("h323", ""),
        get("ext-h323", ""),
        ticked(get("pbx-pwd", "")),
        ticked(get("ext-pbx-pwd", "")),
        ticked(get("mr", "")),
        inner,
    )


def lxml_bare(document: bytes) -> int:
    """iterparse, cleared, nothing read."""
    count = 0
    for _, element in etree.iterparse(BytesIO(document), tag="user"):
        count += 1
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]
    return count


def median(work: Callable[[bytes], object], document: bytes, runs: int) -> float:
    """Median CPU seconds."""
    taken = []
    for _ in range(runs):
        start = time.process_time()
        work(document)
        taken.append(time.process_time() - start)
    return statistics.median(taken)


if __name__ == "__main__":
    sys.exit(main())
