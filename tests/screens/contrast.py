"""How well one colour can be read on another: WCAG 2.2, success criterion 1.4.3."""

from __future__ import annotations

from textual.color import Color

READABLE = 4.5
"""Level AA."""
EASILY_READABLE = 7.0
"""Level AAA."""


def contrast(one: str, other: str) -> float:
    """The ratio of the luminances of two colours, 1 to 21."""
    light, dark = sorted((_luminance(Color.parse(one)), _luminance(Color.parse(other))), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: Color) -> float:
    def linear(part: int) -> float:
        share = part / 255
        return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)

    return 0.2126 * linear(colour.r) + 0.7152 * linear(colour.g) + 0.0722 * linear(colour.b)
