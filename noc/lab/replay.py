"""A captured device's answers, served again: the same pages to the same requests, nothing else.

Reads what ``noc capture`` wrote (DESIGN.md, "Dialects"). What was not captured is not invented: 404.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from noc.devices.codec.answers import MANIFEST, OWN_DIALECT, CaptureError, Manifest, decode, same_target
from noc.devices.codec.xmlrows import Row, XmlError, rows
from noc.devices.dialect import Dialect
from noc.lab.exchange import TEXT, XML, Answer, Context, Request
from noc.lab.model import Device
from noc.lab.pages import Pages

_PIECE = 1 << 16
Target = tuple[str, tuple[tuple[str, str], ...]]


class Capture:
    """A capture in memory: its manifest and the text of its pages. dialect: as provider.yaml names it."""

    def __init__(self, manifest: Manifest, texts: Mapping[str, str], directory: Path) -> None:
        self.manifest = manifest
        self.dialect = manifest.dialect or str(directory.resolve() / OWN_DIALECT)
        self._texts = texts

    @classmethod
    def read(cls, directory: Path) -> Capture:
        """The capture in a directory. Raises CaptureError naming the file."""
        path = directory / MANIFEST
        try:
            manifest = decode(path.read_bytes(), str(path))
            texts = {one.file: (directory / one.file).read_bytes().decode() for one in manifest.pages}
        except OSError as error:
            raise CaptureError(
                f"no capture can be read there: {error.strerror}", error.filename, "noc capture DEVICE"
            ) from None
        except UnicodeDecodeError:
            raise CaptureError("a page is no UTF-8", str(directory), "capture the device again") from None
        return cls(manifest, texts, directory)

    def answers(self) -> dict[Target, Answer]:
        """Every answer by what was asked."""
        return {
            same_target(one.target): Answer(self._texts[one.file], XML if one.xml else TEXT)
            for one in self.manifest.pages
        }

    def text(self, page: str) -> str:
        """The text of the first page of that name, "" if there is none."""
        return next((self._texts[one.file] for one in self.manifest.pages if one.page == page), "")

    def system(self, words: Dialect) -> Row:
        """What the device says of itself, an empty row where its box page was not kept."""
        try:
            found = rows(self.text("box").encode())[1]
        except XmlError:
            found = []
        return next((row for row in found if row.element == words["box.sys"]), Row(words["box.sys"], {}))


class ReplayedPages(Pages):
    """Answers as the captured device did."""

    def __init__(self, words: Dialect, capture: Capture) -> None:
        super().__init__(words)
        self._answers = capture.answers()
        self._unknown = capture.text("unknown") or words["answer.unknown-module"]
        self._show = words["config.show"]
        self._shown = capture.text("console")
        self._captured_paths = {path for path, _ in self._answers}

    def answer(self, context: Context, device: Device, request: Request) -> Answer:
        """The captured answer; of other modules what the device says of modules it does not have."""
        known = self._answers.get((request.path, tuple(sorted(request.query.items()))))
        if known is not None:
            return Answer(_pieces(str(known.body)), known.kind)
        is_module = request.path.endswith((".xml", ".htm")) and request.path.count("/") > 1
        if is_module and request.path not in self._captured_paths:
            return Answer([self._unknown], TEXT)
        return Answer(["not captured\r\n"], TEXT, 404)

    def console(self, context: Context, device: Device, line: str, *, may_write: bool) -> Answer:
        """The captured configuration; nothing can be changed."""
        return Answer([self._shown if line == self._show and self._shown else self._unknown], TEXT)


def _pieces(text: str) -> Iterator[str]:
    for start in range(0, max(1, len(text)), _PIECE):
        yield text[start : start + _PIECE]
