"""The documentation says what is true: links lead, commands parse, examples load, tables are whole."""

from __future__ import annotations

import importlib.util
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
import yaml

from noc.cli import main
from noc.devices.dialect import load as load_dialect
from noc.devices.errors import CODES
from noc.hosting import records, rows
from noc.hosting.capacity import RESOURCES
from noc.hosting.h323.table import ROWS
from noc.hosting.inventory import Intervals
from noc.settings import SettingsError, load

ROOT = Path(__file__).parent.parent
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")])
FENCE = re.compile(r"^( *)```(\w*)\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
INDENTED = re.compile(r"(?:^(?: {4}|\t).*\n)+", re.MULTILINE)
INLINE = re.compile(r"`([^`\n]+)`")
BEFORE = re.compile(r"[A-Z_]+=\S*|\w*\$|ssh|-t|-C|noc-host")
"""What may stand before `noc`: a variable, a prompt, the words that reach another host."""
PARTS = ("# part of", "# friday.yaml", "# passwords.yaml", "# lan.yaml")
"""First words of YAML that is no whole provider.yaml; the page says what it is."""
TABLES = {
    "noc status": (rows.ClusterRow,),
    "noc devices": (rows.DeviceRow, rows.SourceRow),
    "noc customers": (rows.CustomerRow,),
    "noc phones": (rows.PhoneRow,),
    "noc alarms": (rows.AlarmRow,),
    "noc events": (rows.EventRow,),
    "noc incidents": (rows.IncidentRow,),
    "noc changes": (rows.Change, rows.Deed),
    "noc natmaps": (rows.NatMapRow,),
    "noc certificates": (rows.CertificateRow,),
    "noc backups": (rows.BackupRow,),
    "noc services": (rows.ServiceRow,),
    "noc capacity": (rows.CapacityRow, rows.RoomRow, rows.NeedRow),
    "noc topology": (rows.NodeRow, rows.PathRow, rows.HopRow),
}


def script(name: str) -> ModuleType:
    """A script of docs/ as a module."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "docs" / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def code_lines(text: str) -> Iterator[str]:
    """Every line of code of a page: fenced, indented and inline."""
    for _indent, _kind, body in FENCE.findall(text):
        yield from body.splitlines()
    prose = FENCE.sub("", text)
    for block in INDENTED.findall(prose):
        yield from block.splitlines()
    yield from INLINE.findall(INDENTED.sub("", prose))


def commands(text: str) -> Iterator[list[str]]:
    """The words behind `noc` of every command line of a page, with what stands in [] too."""
    for line in code_lines(text):
        try:
            words = shlex.split(line, comments=True)
        except ValueError:  # an apostrophe of quoted output, no command
            continue
        while words and BEFORE.fullmatch(words[0]):
            words = words[1:]
        if len(words) > 1 and re.fullmatch(r"(?:\S*/)?noc", words[0]):
            yield [word.strip("[]") for word in words[1:]]


def section(text: str, heading: str) -> str:
    """What stands between `### heading` and the next heading."""
    found = re.search(rf"^### {re.escape(heading)}\n(.*?)(?=^#|\Z)", text, re.MULTILINE | re.DOTALL)
    assert found, f"no heading {heading}"
    return found[1]


def first_cells(text: str) -> list[str]:
    """The words in backticks of the first column of all tables of a text."""
    lines = [line for line in text.splitlines() if line.startswith("| `")]
    return [word for line in lines for word in INLINE.findall(line.split(" | ")[0])]


def page(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def test_every_link_leads_somewhere() -> None:
    assert script("check_links").main() == 0


def test_the_wire_facts_are_those_of_the_dialect() -> None:
    text = page("wire-facts.md")
    assert script("make_wire_facts").page(text, load_dialect("v10")) == text, "run docs/make_wire_facts.py"


def test_a_wire_fact_that_changed_changes_the_page() -> None:
    text = page("wire-facts.md")
    other = text.replace("/CMD0/box_info.xml", "/CMD9/box_info.xml")
    assert other != text
    assert script("make_wire_facts").page(other, load_dialect("v10")) == text


def test_the_page_of_systems_is_their_table() -> None:
    text = page("systems.md")
    assert script("make_systems").page(text) == text, "run docs/make_systems.py"
    assert script("make_systems").page(text.replace("`media-pbx`", "`other`")) == text


def test_the_page_of_incidents_has_their_rules() -> None:
    text = page("incidents.md")
    assert script("make_incidents").page(text) == text, "run docs/make_incidents.py"
    assert script("make_incidents").page(text.replace("`router`", "`other`")) == text


@pytest.mark.parametrize("file", PAGES, ids=lambda file: file.name)
def test_every_command_line_parses(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = []
    for words in commands(file.read_text(encoding="utf-8")):
        try:
            main.parser().parse_args(list(_joined(words)))
        except SystemExit as stop:
            if stop.code and not _named_only(words, file):
                wrong.append((words, capsys.readouterr().err.splitlines()[-1]))
    assert not wrong


def _joined(words: list[str]) -> Iterator[str]:
    """`--at -2m` as noc itself reads it."""
    rest = iter(words)
    for word in rest:
        yield f"{word}={next(rest, '')}" if word == "--at" else word


def _named_only(words: list[str], file: Path) -> bool:
    """A command spoken of without what it needs (`noc check`), or one that its page says is missing."""
    families = (
        ["check"],
        ["probe"],
        ["capture"],
        ["lab"],
        ["lab", "do"],
        ["cpe"],
        ["cpe", "pcap"],
        ["vault"],
        ["LISTING", "--json"],
    )
    text = " ".join(file.read_text(encoding="utf-8").split())
    missing = f"`noc {words[0]}`" in text and re.search(r"does not exist yet|no `noc probe`", text)
    return words in families or bool(words in (["probe"], ["capture"]) and missing)


def test_commands_are_found_where_they_stand() -> None:
    text = (
        "say `noc status --at -2h`\n\n    .venv/bin/noc phones  # all\n\n"
        "```\nNO_COLOR=1 noc check platform\nanna$ noc vault list\n```\n"
    )
    assert sorted(commands(text)) == [
        ["check", "platform"],
        ["phones"],
        ["status", "--at", "-2h"],
        ["vault", "list"],
    ]


def provider_examples() -> Iterator[tuple[str, str]]:
    for file in PAGES:
        for _indent, kind, body in FENCE.findall(file.read_text(encoding="utf-8")):
            if kind == "yaml" and not body.lstrip().startswith(PARTS):
                yield file.name, body


def test_there_are_examples_of_a_whole_inventory() -> None:
    assert len(list(provider_examples())) >= 3


@pytest.mark.parametrize(("name", "text"), list(provider_examples()), ids=lambda value: value[:12])
def test_every_example_of_a_whole_inventory_loads(name: str, text: str, tmp_path: Path) -> None:
    (tmp_path / "root.pem").write_text("certificate")
    file = tmp_path / "provider.yaml"
    file.write_text(text)
    assert load(file).clusters


def parts_of_an_inventory() -> list[str]:
    bodies = [body for file in PAGES for _i, _k, body in FENCE.findall(file.read_text(encoding="utf-8"))]
    return [body for body in bodies if body.startswith("# part of provider.yaml")]


@pytest.mark.parametrize("text", parts_of_an_inventory(), ids=lambda text: text.splitlines()[1][:12])
def test_every_part_of_an_inventory_fits_into_the_minimum(text: str, tmp_path: Path) -> None:
    (tmp_path / "root.pem").write_text("certificate")
    whole = next(body for name, body in provider_examples() if name == "inventory.md")
    file = tmp_path / "provider.yaml"
    file.write_text(yaml.safe_dump({**yaml.safe_load(whole), **yaml.safe_load(text)}))
    assert load(file).clusters


def test_the_inventory_page_has_a_heading_for_every_key(tmp_path: Path) -> None:
    file = tmp_path / "provider.yaml"
    file.write_text("zzz: 1\n")
    with pytest.raises(SettingsError) as raised:
        load(file)
    unknown = next(one for one in raised.value.problems if "zzz" in one.what)
    known = set(unknown.remedy.removeprefix("known: ").split(", "))
    told = {
        word for line in page("inventory.md").splitlines() if line.startswith("### ") for word in line.split()
    }
    assert known <= told


def test_the_intervals_of_the_inventory_page_are_the_defaults() -> None:
    lines = section(page("inventory.md"), "intervals").splitlines()
    told = {INLINE.findall(line)[0]: line.split("|")[3].strip() for line in lines if line.startswith("| `")}
    units = {"s": 1.0, "min": 60.0, "h": 3600.0}
    seconds = {name: float(text.split()[0]) * units[text.split()[1]] for name, text in told.items()}
    assert seconds == {name: getattr(Intervals(), name) for name in Intervals.__struct_fields__}


@pytest.mark.parametrize("heading", TABLES)
def test_the_rows_of_operations_are_those_of_the_listings(heading: str) -> None:
    told = first_cells(section(page("operations.md"), heading))
    fields = [field for row in TABLES[heading] for field in row.__struct_fields__]
    assert sorted(told) == sorted(fields)


def test_capacity_has_every_resource() -> None:
    assert first_cells(page("capacity.md")) == list(RESOURCES)


def test_the_facts_of_operations_are_those_of_the_log() -> None:
    lines = section(page("operations.md"), "Facts of a device").splitlines()
    told: dict[tuple[str, ...], set[str]] = {}
    sources: dict[str, str] = {}
    for cells in ([cell.strip() for cell in line.split("|")] for line in lines if line.startswith("| `")):
        kinds = tuple(INLINE.findall(cells[1]))
        told[kinds] = set(INLINE.findall("|".join(cells[3:])))
        sources |= dict.fromkeys(kinds, INLINE.findall(cells[2])[0])
    assert sources == {kind: records.KINDS[kind].subject for kind in records.FACTS}
    for kinds, words in told.items():
        fields = {name for kind in kinds for name in records.KINDS[kind].body.__struct_fields__}
        assert fields - {"device", "cluster"} <= words, kinds


def test_troubleshooting_has_every_device_error() -> None:
    text = page("troubleshooting.md")
    table = text[text.index("| code | means | do |") : text.index("## Certificates")]
    assert sorted(first_cells(table)) == sorted([*CODES, "settings"])


def test_every_row_of_the_h323_table_is_explained_with_its_word() -> None:
    lines = [line.split(" | ") for line in page("h323-nat.md").splitlines() if re.match(r"\| \d+ \|", line)]
    told = {int(cells[0].strip("| ")): _verdict(cells[2], cells[3]) for cells in lines}
    assert told == {number: _verdict(row.verdict, row.word) for number, row in ROWS.items()}


def _verdict(verdict: str, word: str) -> tuple[str, str]:
    """Both as plain words; `strong, open without …` is at most strong."""
    return verdict.replace("_", " ").replace(",", "").lower(), word.partition(",")[0]
