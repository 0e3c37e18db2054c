"""The CF card of a device over HTTPS: WebDAV class 1 with the methods that devices are assumed to know.

Public paths need no login, all else does, and only an account that may write changes anything. Sources: RFC
4918; reference/device-interface.md, ch. 7; reference design, ch. Update Server.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Final
from urllib.parse import unquote, urlsplit

from noc.devices.dialect import Dialect
from noc.lab.auth import Account
from noc.lab.cf_access import is_public
from noc.lab.cf_props import asked, etag, multistatus
from noc.lab.cf_tree import Drive, RefusedError
from noc.lab.exchange import TEXT, XML, Answer
from noc.lab.memory import readable
from noc.lab.model import Device

READING: Final = ("OPTIONS", "GET", "HEAD", "PROPFIND")
WRITING: Final = ("PUT", "DELETE", "MKCOL", "MOVE", "COPY")
_ALLOW: Final = ("Allow", ", ".join(READING + WRITING))
_BINARY: Final = "application/octet-stream"
_EMPTY: Final = ("",)


@dataclass(frozen=True, slots=True)
class DavRequest:
    """A request for something on the drive. path: percent-encoded; headers: lower-case names."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    account: Account | None = field(default=None, repr=False)


class CfDrive:
    """Answers for the drives of all devices. drive_of: a device's card; now: unix seconds."""

    def __init__(
        self, words: Dialect, drive_of: Callable[[Device, str], Drive], now: Callable[[], float]
    ) -> None:
        self._words = words
        self._prefix = words["drive.url"]
        self._drive_of = drive_of
        self._now = now

    def holds(self, path: str) -> bool:
        """Whether a path is one of the drive."""
        return path.startswith(self._prefix) or path == self._prefix.rstrip("/")

    def answer(self, device: Device, request: DavRequest) -> Answer:
        """The answer to a request, 401 and 403 included."""
        try:
            path = self._relative(request.path)
            self._admit(device, request, path)
            drive = self._drive_of(device, path)
            answer = self._handler(request.method)(drive, path, request)
            if request.method == "PROPFIND" and readable(device, int(self._now())):
                drive.listed[path] = self._now()
            return answer
        except RefusedError as error:
            allowed = (_ALLOW,) if error.status == 405 else ()
            return Answer([f"{error.what}\r\n"], TEXT, error.status, allowed)

    def _relative(self, path: str) -> str:
        """The path on the drive. Raises RefusedError for one that leaves it, or that no file can have."""
        names = unquote(path)[len(self._prefix) :].rstrip("/").split("/")
        if names != [""] and any(name in ("", ".", "..") or not name.isprintable() for name in names):
            raise RefusedError(400, "this is no path of a file", path)
        return "/".join(names)

    def _admit(self, device: Device, request: DavRequest, path: str) -> None:
        if is_public(device.settings, self._words, path, request.method):
            return
        if request.account is None:
            raise RefusedError(401, "login required", path)
        if request.method in WRITING and not request.account.may_write:
            raise RefusedError(403, "this account may not write", path)

    def _handler(self, method: str) -> Callable[[Drive, str, DavRequest], Answer]:
        handlers = {
            "OPTIONS": self._options,
            "GET": self._get,
            "HEAD": self._get,
            "PROPFIND": self._propfind,
            "PUT": self._put,
            "DELETE": self._delete,
            "MKCOL": self._mkcol,
            "MOVE": self._transfer,
            "COPY": self._transfer,
        }
        if method not in handlers:
            raise RefusedError(405, "the drive does not know this method", method)
        return handlers[method]

    def _options(self, _drive: Drive, _path: str, _request: DavRequest) -> Answer:
        return Answer(_EMPTY, TEXT, 200, (("DAV", "1"), _ALLOW))

    def _get(self, drive: Drive, path: str, _request: DavRequest) -> Answer:
        file = drive.file(path)
        if file is None:
            status = 404 if drive.folder(path) is None else 405
            raise RefusedError(status, "there is no such file", path)
        data = file.content()
        modified = ("Last-Modified", formatdate(file.written, usegmt=True))
        kind = TEXT if path.endswith((".txt", ".csv")) else _BINARY
        return Answer([data], kind, 200, (modified, ("ETag", etag(data, file.written))))

    def _propfind(self, drive: Drive, path: str, request: DavRequest) -> Answer:
        depth = request.headers.get("depth", "infinity")
        if depth not in ("0", "1"):
            raise RefusedError(403, "only depth 0 and 1 are answered", path)
        if drive.file(path) is None and drive.folder(path) is None:
            raise RefusedError(404, "there is no such file", path)
        paths = [path]
        if depth == "1" and drive.file(path) is None:
            paths += drive.children(path)
        return Answer([multistatus(drive, self._prefix, paths, asked(request.body))], XML, 207)

    def _put(self, drive: Drive, path: str, request: DavRequest) -> Answer:
        file = drive.file(path)
        wanted = request.headers.get("if-match", "*" if file else "")
        if file is not None and request.headers.get("if-none-match") == "*":
            raise RefusedError(412, "there is a file of that name", path)
        if wanted not in ("", "*") and (file is None or wanted != etag(file.content(), file.written)):
            raise RefusedError(412, "the file is another one by now", path)
        made = drive.put(path, request.body, self._now())
        return Answer(_EMPTY, TEXT, 201 if made else 204)

    def _delete(self, drive: Drive, path: str, _request: DavRequest) -> Answer:
        drive.delete(path, self._now())
        return Answer(_EMPTY, TEXT, 204)

    def _mkcol(self, drive: Drive, path: str, request: DavRequest) -> Answer:
        if request.body:
            raise RefusedError(415, "a folder is made without a body", path)
        drive.make_folder(path, self._now())
        return Answer(_EMPTY, TEXT, 201)

    def _transfer(self, drive: Drive, path: str, request: DavRequest) -> Answer:
        target = self._destination(request)
        overwrite = request.headers.get("overwrite", "T").upper() != "F"
        made = drive.copy(path, target, self._now(), overwrite=overwrite)
        if request.method == "MOVE":
            drive.delete(path, self._now())
        return Answer(_EMPTY, TEXT, 201 if made else 204)

    def _destination(self, request: DavRequest) -> str:
        """Where to, on the same drive. Raises RefusedError (400 without one, 502 for another server)."""
        told = urlsplit(request.headers.get("destination", ""))
        if not told.path:
            raise RefusedError(400, "it needs a Destination", request.path)
        if told.netloc not in ("", request.headers.get("host", "")) or not self.holds(told.path):
            raise RefusedError(502, "the destination is another server", request.path)
        return self._relative(told.path)
