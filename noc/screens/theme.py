"""Themes: one YAML file each, read into inks for what is drawn and variables for Textual's own parts.

A broken file never stops the start: the loader returns what loaded and what failed, and why.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
from rich.style import Style
from textual.color import Color, ColorParseError
from textual.theme import Theme

import noc
from noc.hosting.errors import UsageError
from noc.screens.widgets.line import Inks

DEFAULT = "dark"
WITHOUT_COLOUR = "mono"
SIXTEEN = "ansi"
NAMES = (
    *("strong", "muted", "title", "rule", "accent"),
    *("ok", "degraded", "down", "stale", "unknown"),
    *("critical", "major", "minor", "info", "live", "past"),
)
"""The inks that a theme must have; `text` is its foreground."""


class ThemeError(UsageError):
    """A theme file that cannot be used."""


class Ink(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One ink: colours as ``#rrggbb`` or ``ansi_red`` ("" = the ground's), and how it is set."""

    colour: str = ""
    ground: str = ""
    bold: bool = False
    italic: bool = False
    underline: bool = False
    reverse: bool = False


class Ground(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What everything stands on. cursor "": the cursor's line is reversed."""

    background: str
    foreground: str
    cursor: str = ""
    cursor_text: str = ""


class ThemeFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A theme as it is written."""

    name: str
    title: str
    dark: bool
    ground: Ground
    inks: dict[str, Ink]
    ansi: bool = False


@dataclass(frozen=True)
class Loaded:
    """The themes by name, and one error for each file that failed."""

    themes: dict[str, ThemeFile] = field(default_factory=dict)
    failed: tuple[ThemeError, ...] = ()


def shipped() -> Path:
    """The folder of the themes that come with noc: inside the package, or beside it in a work tree."""
    package = Path(noc.__file__).parent
    inside = package / "themes"
    return inside if inside.is_dir() else package.parent / "themes"


def load(folders: Iterable[Path]) -> Loaded:
    """All themes of the folders; a later file replaces an earlier one of the same name."""
    themes: dict[str, ThemeFile] = {}
    failed: list[ThemeError] = []
    for folder in folders:
        for path in sorted(folder.glob("*.yaml")):
            try:
                theme = read(path)
            except ThemeError as error:
                failed.append(error)
            else:
                themes[theme.name] = theme
    return Loaded(themes, tuple(failed))


def read(path: Path) -> ThemeFile:
    """One theme file. Raises ThemeError naming the file and what is wrong in it."""
    import yaml

    try:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the quick one where it was built
        plain: Any = yaml.load(path.read_text("utf-8"), Loader=loader)  # noqa: S506 - safe either way
        theme = msgspec.convert(plain, ThemeFile)
        _check(theme)
    except (OSError, UnicodeError, yaml.YAMLError, msgspec.ValidationError, ColorParseError) as error:
        reason = " ".join(str(error).split())
        raise ThemeError(
            f"theme not used: {reason}", str(path), "compare with one of the shipped themes"
        ) from error
    return theme


def _check(theme: ThemeFile) -> None:
    missing = [name for name in NAMES if name not in theme.inks]
    unknown = [name for name in theme.inks if name not in NAMES]
    if missing or unknown:
        said = [f"ink {name} is missing" for name in missing] + [
            f"there is no ink {name}" for name in unknown
        ]
        raise msgspec.ValidationError("; ".join(said))
    for ink in theme.inks.values():
        _colour(ink.colour), _colour(ink.ground)
    for value in (
        theme.ground.background,
        theme.ground.foreground,
        theme.ground.cursor,
        theme.ground.cursor_text,
    ):
        _colour(value)


def _colour(text: str) -> Any:
    return Color.parse(text).rich_color if text else None


def inks(theme: ThemeFile, *, ascii_only: bool = False) -> Inks:
    """How a theme's inks look on a terminal; ascii_only: one without the console's glyphs."""
    ground = theme.ground
    text = Style(color=_colour(ground.foreground), bgcolor=_colour(ground.background))
    styles = {name: text + _style(ink) for name, ink in theme.inks.items()}
    if ground.cursor:
        cursor = Style(bgcolor=_colour(ground.cursor), color=_colour(ground.cursor_text))
    else:
        cursor = Style(reverse=True)
    return Inks(theme.name, {"text": text, **styles}, cursor, ascii_only)


def _style(ink: Ink) -> Style:
    return Style(
        color=_colour(ink.colour),
        bgcolor=_colour(ink.ground),
        bold=ink.bold or None,
        italic=ink.italic or None,
        underline=ink.underline or None,
        reverse=ink.reverse or None,
    )


_ANSI_PARTS = {
    "ansi-background": "ansi_black",
    "ansi-foreground": "ansi_white",
    "border-blurred": "ansi_black",
    "block-cursor-background": "ansi_white",
    "block-cursor-foreground": "ansi_black",
    "input-cursor-background": "ansi_white",
    "input-cursor-foreground": "ansi_black",
    "input-cursor-text-style": "reverse",
    "input-selection-background": "ansi_white",
    "input-selection-foreground": "ansi_black",
    "screen-selection-background": "ansi_white",
    "screen-selection-foreground": "ansi_black",
}
"""What Textual's own parts need to be told where colours are the terminal's."""


def for_textual(theme: ThemeFile) -> Theme:
    """The theme for Textual's own parts (prompt, palette); each ink is a variable ``noc-<ink>``."""
    ground = theme.ground
    colours = {name: ink.colour or ground.foreground for name, ink in theme.inks.items()}
    variables = {f"noc-{name}": colour for name, colour in colours.items()}
    if theme.ansi:
        variables |= _ANSI_PARTS
    else:
        variables |= {"block-cursor-background": ground.cursor or colours["accent"]}
        variables |= {"block-cursor-foreground": colours["strong"]}
    return Theme(
        name=theme.name,
        primary=colours["accent"],
        secondary=colours["title"],
        accent=colours["accent"],
        warning=colours["degraded"],
        error=colours["down"],
        success=colours["ok"],
        foreground=ground.foreground,
        background=ground.background,
        surface=ground.background,
        panel=ground.background,
        boost=ground.background,
        dark=theme.dark,
        ansi=theme.ansi,
        variables=variables,
    )


def colours_of(terminal: str, found: str | None) -> str | None:
    """What a terminal can: as Rich found it, but the old video terminals have no colours at all."""
    return None if terminal.startswith(("vt1", "vt2", "dumb")) else found


def fitting(loaded: Loaded, wished: str, *, no_color: bool, colours: str | None) -> str:
    """The theme to start with: the wished one, mono under NO_COLOR, ansi on terminals of 16 colours.

    colours: what the terminal can (``truecolor``, ``256``, ``standard``, None).
    """
    if wished and wished in loaded.themes:
        return wished
    if no_color or colours is None:
        return WITHOUT_COLOUR
    return SIXTEEN if colours == "standard" else DEFAULT
