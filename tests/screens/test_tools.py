"""External tools: what is run, what never is, and that the console comes back."""

from __future__ import annotations

from pathlib import Path

import pytest

from noc.hosting.errors import UsageError
from noc.hosting.operations import Need
from noc.hosting.records import draft
from noc.screens.tooling import values
from noc.screens.tools import Tool, read
from noc.screens.widgets.line import Goto
from tests.screens.rig import console
from tests.screens.sample import Sample, border
from tests.screens.started import starting, written

BROKEN = """\
- {name: good, title: ping, key: f7, areas: [device, devices], argv: [ping, "{address}"]}
- {name: where, title: x, argv: [x, "{place}"]}
- {name: area, title: x, areas: [moon], argv: [x]}
- {name: good, title: again, argv: [x]}
- {name: field, title: x, argv: [x], shell: true}
- {name: first, title: x, argv: ["{device}"]}
- {name: clash, title: mine, key: q, argv: [x]}
"""


async def test_what_is_wrong_is_named_with_its_line_and_left_out(sample: Sample, tmp_path: Path) -> None:
    (tmp_path / "tools.yaml").write_text(BROKEN)
    found = read(tmp_path / "tools.yaml")
    assert [tool.name for tool in found.all] == ["good", "clash"]
    said = [problem.partition(", ")[2] for problem in found.problems]
    assert said[0] == "line 2: tool is not used: there is no placeholder {place}"
    assert said[1] == "line 3: tool is not used: there is no area 'moon'"
    assert said[2] == "line 4: tool is not used: there is another tool 'good'"
    assert said[3].startswith("line 5: ") and "shell" in said[3]
    assert said[4].startswith("line 6: ")
    async with console(sample, tools=tmp_path / "tools.yaml") as c:
        texts = [one.text for one in c.app.conductor.said.all]
        assert [one for one in texts if "key q means both quit (quit) and tool.clash (mine)" in one]


@pytest.mark.parametrize("value", ["-oProxyCommand=x", "", "a\x1bb", "a\nb", "a\u202eb"])
def test_no_foreign_value_becomes_an_option_or_acts_on_the_terminal(value: str) -> None:
    with pytest.raises(UsageError):
        Tool("t", "t", ("x", "{hardware_id}")).words({"hardware_id": value})


def test_a_value_stays_one_word() -> None:
    assert Tool("t", "t", ("x", "-l", "noc@{address}")).words({"address": "a; b $(c)"})[2] == "noc@a; b $(c)"


def test_what_the_placeholders_stand_for(sample: Sample) -> None:
    phone = values(Goto("phone", ("sb2", "Kuenkel00001-007")), "sb2", sample.view)
    assert phone == {
        "device": "sb2",
        "address": "203.0.113.10",
        "customer": "Kuenkel00001",
        "cpe": "Kuenkel00001-007",
        "hardware_id": "IP232-0a-01-07",
    }
    assert values(Goto("device", ("media1",)), "media1", sample.view)["address"] == "10.1.0.253"
    assert values(Goto("customer", ("Adler00002",)), "sb1", sample.view)["device"] == "sb1"
    assert values(Goto("customer", ("Adler00002",)), "Adler00002", sample.view)["address"] == "10.1.0.1"
    assert values(Goto("cluster", ("sb2",)), "sb2", sample.view)["device"] == "sb2"
    assert values(Goto("wall"), "platform", sample.view) == {"customer": ""}


async def test_a_line_without_the_value_says_so_and_hostile_ones_are_not_run(
    sample: Sample, tmp_path: Path
) -> None:
    tools = tmp_path / "tools.yaml"
    tools.write_text('- {name: look, title: look up, key: f7, argv: [x, "{hardware_id}"]}\n')
    evil = border("Zander00009", 0, hardware_id="-rf", outer="refused")
    sample.append(draft(f"sb2/{evil.cpe}", evil))
    async with console(sample, tools=tools) as c:
        await c.command("phones cpe=Zander00009-000")
        await c.until("1 phone of 68")
        await c.press("f7")
        await c.until("not run: the hardware id '-rf' is not a plain word")
        await c.command("messages")
        await c.until("› Messages")
        await c.press("f7")
        await c.until("this line has no hardware id")


async def test_a_dangerous_tool_needs_the_role_and_is_confirmed(sample: Sample, tmp_path: Path) -> None:
    tools = tmp_path / "tools.yaml"
    tools.write_text('- {name: b, title: restart it, key: f7, dangerous: true, argv: [boot, "{device}"]}\n')
    async with console(sample, tools=tools) as c:
        await c.press("f7")
        await c.until("restart it needs the role operate")
    async with console(sample, tools=tools, role=Need.OPERATE) as c:
        await c.press("f7")
        await c.until("› Confirm › restart it", "boot sb1", "No, go back", "Run it")
        await c.press("f7", "enter")
        await c.until("› Wall", "OPEN ALARMS")
        await c.press("f7")
        await c.until("Run it")
        await c.press("down", "enter")
        await c.until("restart it: not run: this terminal cannot be handed over")


def test_the_terminal_is_handed_over_and_the_console_comes_back(tmp_path: Path) -> None:
    provider, own = written(tmp_path), tmp_path / "own" / "noc"
    own.mkdir(parents=True)
    tool = '- {name: e, title: echo it, key: f7, areas: [phones], argv: [echo, "<{cpe} {address}>"]}\n'
    (own / "tools.yaml").write_text(tool)
    with starting(provider) as start:
        terminal = start(XDG_CONFIG_HOME=str(own.parent))
        terminal.shows("OPEN ALARMS")
        terminal.type(":phones outer=refused\r")
        terminal.shows("1 phone of 68", "Kuenkel00001-007")
        terminal.type("\x1b[18~")
        terminal.shows("<Kuenkel00001-007 203.0.113.10>", "ended well. Enter returns to the console.")
        terminal.type("\r")
        terminal.shows("› Registrations", "echo it: ended well")
        terminal.type("1")
        terminal.shows("OPEN ALARMS")
        terminal.type("q")
        assert terminal.ended() == 0
