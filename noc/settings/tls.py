"""The section `tls` of provider.yaml: devices that are read with another TLS profile than ``modern``.

Nothing ever falls back by itself, and what is weakened here is told at every start (reference: safe-changes,
ch. 6).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from noc.settings import values
from noc.settings.reader import Table, Value

MODERN: Final = "modern"
LEGACY: Final = "legacy-insecure"
PROFILES: Final = (MODERN, "compat", LEGACY)
"""As `noc.devices.trust.PROFILES`, the strictest first."""


def tls_profiles(told: list[tuple[str, Value]]) -> Mapping[str, str]:
    """Device -> profile, of the section's entries; an unknown profile is a problem."""
    return {device: profile for device, value in told if (profile := values.choice(value, PROFILES))}


def tls_warnings(path: Path, section: Table | None) -> Iterator[str]:
    """A line for each device whose login can be overheard."""
    for device, value in section.entries() if section else ():
        if value.text() == LEGACY:
            yield (
                f"{path}:{value.line}: {device} is read over TLS 1.0 too: whoever is on the line may learn "
                "the collector's login (give the device new firmware, then drop tls for it)"
            )
