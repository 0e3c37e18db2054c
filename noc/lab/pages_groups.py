"""PBX administration beside objects: the groups of one object, and the whole PBX as a file.

Device interface, ch. 3 and 12 (Innovaphone-CSV-import, which forgets a separator before ``loc``).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Final
from urllib.parse import parse_qsl

from noc.devices.dialect import Dialect
from noc.lab.exchange import TEXT, Answer, Context, Request
from noc.lab.markup import element
from noc.lab.model import Device
from noc.lab.pages_pbx import ObjectWriter
from noc.lab.pieces import Part, PbxObject
from noc.lab.submit import find

_GUID: Final = 32
_COLUMNS: Final = ("long-name", "guid", "number", "name", "node", "loc", "email", "text", "template")


def groups(context: Context, device: Device, request: Request) -> Answer:
    """Set the groups of the object with this guid to those named; the page names them."""
    words = context.words
    root = words["answer.root"]
    guid = request.query.get(words["pbx.guid"], "")[:_GUID]
    item = find(words, device, {words["pbx.guid"]: guid})
    if not request.may_write or not isinstance(item, PbxObject):
        refusal = words["config.no-access"] if not request.may_write else "not found"
        return Answer([element(root, {words["answer.error"]: refusal})])
    others = tuple(part for part in item.parts if part.element != words["pbx.group"])
    item.parts = (*others, *_members(words, request.target))
    context.changed(device)
    return Answer([element(root, {words["pbx.guid"]: guid}, "".join(_shown(words, item)))])


def download(context: Context, device: Device, request: Request) -> Answer:
    """All objects as the file that can be imported again: XML, or CSV with a line of names above."""
    words = context.words
    if request.query.get(words["query.download-format"]) == words["query.download-csv"]:
        return Answer([_table(words, device)], TEXT)
    writer = ObjectWriter(words, device)
    objects = "".join(map(writer.border, device.borders.values()))
    objects += "".join(map(writer.object, device.objects.values()))
    return Answer([element(words["answer.root"], {}, objects)])


def _members(words: Dialect, target: str) -> Iterator[Part]:
    """A part a group; what follows a name and comes before the next belongs to it."""
    name, flags = "", set[str]()
    given, end = parse_qsl(target.partition("?")[2], keep_blank_values=True), (words["query.group-name"], "")
    for key, value in [*given, end]:
        if key != end[0]:
            flags.add(key)
            continue
        if name:
            yield _member(words, name, flags)
        name, flags = value, set()


def _member(words: Dialect, name: str, flags: set[str]) -> Part:
    values = [(words["pbx.group-name"], name)]
    if words["query.group-active"] in flags:
        values.append((words["pbx.group-mode"], words["pbx.group-active"]))
    return Part(words["pbx.group"], tuple(values))


def _shown(words: Dialect, item: PbxObject) -> Iterator[str]:
    for part in item.parts:
        if part.element == words["pbx.group"]:
            yield element(part.element, dict(part.attributes))


def _table(words: Dialect, device: Device) -> str:
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\r\n")
    table.writerow([words[f"pbx.{column}"] for column in _COLUMNS])
    for border in device.borders.values():
        row = (border.long_name, f"{border.guid:032x}", "", border.name, "root", device.pbx_name, "", "", "")
        table.writerow(row)
    for item in device.objects.values():
        names = (item.long_name, f"{item.guid:032x}", item.number, item.name, item.node, device.pbx_name)
        table.writerow((*names, item.email, item.text, item.config))
    return text.getvalue()
