"""Yank: what is copied, by which way it leaves, and that nothing foreign leaves with it."""

from __future__ import annotations

import base64
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from noc.hosting.records import draft
from noc.screens.yank import MOST_BYTES, Way, YankError, to_tmux, way
from tests.screens.rig import console
from tests.screens.sample import Sample, border
from tests.screens.started import starting, written

OSC52 = re.compile(rb"\x1b\]52;[^\x07\x1b]*(?:\x07|\x1b\\)")
ROW = "✗  Kuenkel00001-007  IP232-0a-01-07  refused  –  203.0.113.10  17:12  sb2  27  Hugo Kuenkel"
ROW += "  refused at sb2: wrong registration password, or its router rewrites H.323"


@pytest.mark.parametrize(
    ("environment", "found"),
    [
        ({"TERM": "xterm-256color"}, Way.TERMINAL),
        ({"TERM": "screen-256color"}, Way.TERMINAL),
        ({"TERM": "tmux-256color", "TMUX": "/tmp/tmux-1/default,1,0"}, Way.TMUX),
        ({"TERM": "linux"}, Way.SHOWN),
        ({"TERM": "vt100"}, Way.SHOWN),
        ({"TERM": "screen", "STY": "1.pts"}, Way.SHOWN),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "Apple_Terminal"}, Way.SHOWN),
    ],
)
def test_the_way_to_the_clipboard(environment: dict[str, str], found: Way) -> None:
    assert way(environment) is found


async def test_the_whole_row_is_copied_also_what_there_is_no_room_for(sample: Sample) -> None:
    async with console(sample) as c:
        await c.command("phones outer=refused")
        await c.until("1 phone of 68")
        assert "WHY" not in c.text()
        await c.press("Y")
        await c.until(f"Copied {len(ROW)} characters")
        assert c.app.clipboard == ROW
        await c.press("Y")
        await c.until("› Copied text", "✗  Kuenkel00001-007", "or its router rewrites")
        await c.press("escape")
        await c.until("› Registrations")


async def test_a_line_of_a_page_is_copied_with_the_way_to_it(sample: Sample) -> None:
    async with console(sample) as c:
        await c.named()
        await c.command("customer kuenkel")
        await c.until("› Kuenkel00001", "HARDWARE ID")
        await c.press("Y")
        await c.until("Copied")
        assert c.app.clipboard.startswith("sb2 › Kuenkel00001: ✗  007  IP232-0a-01-07  refused")


async def test_without_a_line_the_subject_is_copied(sample: Sample) -> None:
    async with console(sample) as c:
        await c.command("help")
        await c.until("› Help")
        await c.command("yank")
        await c.until("Copied 4 characters")
        assert c.app.clipboard == "Help"


async def test_foreign_text_leaves_as_visible_escapes(sample: Sample) -> None:
    evil = border("Zander00009", 0, hardware_id="\x1b]52;c;aGk=\x07\u202e", outer="refused")
    sample.append(draft(f"sb2/{evil.cpe}", evil))
    async with console(sample) as c:
        await c.command("phones cpe=Zander00009-000")
        await c.until("1 phone of 68")
        await c.press("Y")
        await c.until("Copied")
        assert "\\x1b]52;c;aGk=\\x07\\u202e" in c.app.clipboard
        assert not set(c.app.clipboard) & {"\x1b", "\x07", "\u202e"}


async def test_what_terminals_would_cut_off_is_shown_instead(sample: Sample) -> None:
    long = border("Zander00009", 0, hardware_id="x" * MOST_BYTES, outer="refused")
    sample.append(draft(f"sb2/{long.cpe}", long))
    async with console(sample) as c:
        await c.command("phones cpe=Zander00009-000")
        await c.until("1 phone of 68")
        await c.press("Y")
        await c.until("› Copied text", "More than the 48,000 bytes that terminals take.", "x" * 80)
        assert not c.app.clipboard


async def test_a_terminal_without_clipboard_shows_the_text(sample: Sample) -> None:
    async with console(sample, clipboard=Way.SHOWN) as c:
        await c.press("Y")
        await c.until("› Copied text", "This terminal has no clipboard", "✗  sb1  0/36")
        assert not c.app.clipboard


def test_exactly_one_osc_52_reaches_the_terminal(tmp_path: Path) -> None:
    with starting(written(tmp_path)) as start:
        terminal = start()
        terminal.shows("OPEN ALARMS")
        terminal.type(":phones outer=refused\r")
        terminal.shows("1 phone of 68", "Kuenkel00001-007")
        terminal.raw.clear()
        terminal.type("Y")
        terminal.shows("Copied")
        (sent,) = OSC52.findall(bytes(terminal.raw))
        assert terminal.raw.count(b"\x1b]") == 1
        assert sent.startswith(b"\x1b]52;c;") and sent.endswith(b"\x07")
        text = base64.b64decode(sent[7:-1], validate=True).decode()
        assert text.startswith("✗  Kuenkel00001-007  IP232-0a-01-07  refused")
        terminal.type("q")
        assert terminal.ended() == 0


@pytest.fixture
def tmux(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """A tmux server of this test alone, as its only session sees it; words to call it."""
    socket = str(tmp_path / "s")
    call = ["tmux", "-S", socket, "-f", "/dev/null"]
    subprocess.run([*call, "new-session", "-d", "cat"], check=True, env=os.environ | {"TERM": "screen"})
    monkeypatch.setenv("TMUX", f"{socket},0,0")
    yield call
    subprocess.run([*call, "kill-server"], check=True)


async def test_inside_tmux_the_text_is_handed_to_tmux(sample: Sample, tmux: list[str]) -> None:
    async with console(sample, clipboard=Way.TMUX) as c:
        await c.command("phones outer=refused")
        await c.until("1 phone of 68")
        await c.press("Y")
        await c.until(f"Copied {len(ROW)} characters")
    shown = subprocess.run([*tmux, "show-buffer"], check=True, capture_output=True, text=True)
    assert shown.stdout == ROW


async def test_a_tmux_that_does_not_answer_is_said_and_the_text_shown(
    sample: Sample, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TMUX", f"{tmp_path / 'none'},0,0")
    with pytest.raises(YankError, match="tmux did not take it"):
        to_tmux("x")
    async with console(sample, clipboard=Way.TMUX) as c:
        await c.press("Y")
        await c.until("› Copied text", "tmux did not take it", "✗  sb1  0/36")
