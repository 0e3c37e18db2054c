"""The properties of files and folders on a drive, and PROPFIND, which asks for them (RFC 4918, RFC 4331)."""

from __future__ import annotations

import zlib
from email.utils import formatdate
from typing import Final
from urllib.parse import quote
from xml.parsers import expat

from noc.lab.cf_tree import Drive, RefusedError
from noc.lab.markup import escape

DAV: Final = "DAV:"
Name = tuple[str, str]
"""Namespace and local name of a property."""


def asked(body: bytes) -> tuple[Name, ...] | None:
    """The properties that a PROPFIND names, None where it wants all. Raises RefusedError (400)."""
    if not body.strip():
        return None
    named: list[Name] = []
    path: list[str] = []
    parser = expat.ParserCreate(namespace_separator=" ")

    def start(name: str, _attributes: dict[str, str]) -> None:
        path.append(name)
        if len(path) == 3 and path[1] == f"{DAV} prop":
            space, _, local = name.rpartition(" ")
            named.append((space, local))

    def doctype(*_: object) -> None:
        raise RefusedError(400, "a document type is refused", "PROPFIND")

    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _name: path.pop()
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(body, True)
    except expat.ExpatError:
        raise RefusedError(400, "this is no XML", "PROPFIND") from None
    return tuple(named) or None


def multistatus(drive: Drive, prefix: str, paths: list[str], named: tuple[Name, ...] | None) -> str:
    """The answer for these files and folders. prefix: the drive's URL."""
    told = "".join(_response(prefix, path, _properties(drive, path), named) for path in paths)
    return f'<?xml version="1.0" encoding="utf-8"?>\n<D:multistatus xmlns:D="DAV:">{told}</D:multistatus>'


def etag(data: bytes, written: int) -> str:
    """A strong validator of a file's content."""
    return f'"{written:x}-{len(data):x}-{zlib.crc32(data):08x}"'


def _properties(drive: Drive, path: str) -> dict[str, str]:
    """Local name -> markup, all of the namespace DAV:."""
    name = escape(path.rpartition("/")[2] or "CF0")
    file = drive.file(path)
    if file is not None:
        data = file.content()
        return {
            "displayname": name,
            "resourcetype": "",
            "getcontentlength": str(len(data)),
            "getlastmodified": formatdate(file.written, usegmt=True),
            "getetag": escape(etag(data, file.written)),
        }
    made = drive.folder(path) or 0
    found = {
        "displayname": name,
        "resourcetype": "<D:collection/>",
        "getlastmodified": formatdate(made, usegmt=True),
    }
    if not path:
        used = drive.used()
        found |= {"quota-used-bytes": str(used), "quota-available-bytes": str(max(0, drive.size - used))}
    return found


def _response(prefix: str, path: str, known: dict[str, str], named: tuple[Name, ...] | None) -> str:
    wanted = named if named is not None else tuple((DAV, name) for name in known)
    good = [name for space, name in wanted if space == DAV and name in known]
    absent = [(space, name) for space, name in wanted if space != DAV or name not in known]
    parts = ""
    if good:
        parts += _propstat("".join(f"<D:{name}>{known[name]}</D:{name}>" for name in good), "200 OK")
    if absent:
        inner = "".join(f'<X:{name} xmlns:X="{escape(space)}"/>' for space, name in absent)
        parts += _propstat(inner, "404 Not Found")
    return f"<D:response><D:href>{_href(prefix, path, known)}</D:href>{parts}</D:response>"


def _href(prefix: str, path: str, known: dict[str, str]) -> str:
    slash = "/" if path and known["resourcetype"] else ""
    return escape(prefix + quote(path) + slash)


def _propstat(properties: str, status: str) -> str:
    return f"<D:propstat><D:prop>{properties}</D:prop><D:status>HTTP/1.1 {status}</D:status></D:propstat>"
