"""What one subject of one device said: the whole content of a source, ready to be compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from noc.hosting.records import Device, Draft, Fact, draft

if TYPE_CHECKING:
    from noc.collectors.fleet import Site
    from noc.settings import Settings


@dataclass(frozen=True)
class Found:
    """A customer that a Frontend or Media-PBX told of. "" = this device does not know."""

    customer: str
    pbx_address: str = ""
    number: str = ""


@dataclass(frozen=True)
class Reading:
    """A complete, well-formed answer. drafts: every key that the source holds now.

    device: the device's record with fresh box facts (only from `box`); found: customers told of
    (None: this subject tells nothing of customers);
    happened: events that were not read before.
    """

    drafts: tuple[Draft, ...] = ()
    device: Device | None = None
    found: tuple[Found, ...] | None = None
    happened: tuple[Draft, ...] = ()


def drafts_of(device: str, named: Iterable[tuple[str, Fact]]) -> tuple[Draft, ...]:
    """Facts under the device and what names them there; what is there a second time becomes ``#2``."""
    seen: Counter[tuple[type[Fact], str]] = Counter()
    drafts: list[Draft] = []
    for name, body in named:
        seen[type(body), name] += 1
        count = seen[type(body), name]
        drafts.append(draft(f"{device}/{name}" if count == 1 else f"{device}/{name}#{count}", body))
    return tuple(drafts)


def _any(_device: Device) -> bool:
    return True


Reader = Callable[["Site"], Awaitable[Reading]]


def _always(_settings: Settings) -> bool:
    return True


@dataclass(frozen=True)
class Subject:
    """One subject of collection: its name, how it is read, and from which kinds of device.

    unlogged: it needs no login, so it is read also where the device's certificate is refused.
    """

    name: str
    read: Reader
    devices: frozenset[str]
    deadline: float = 30.0
    asked: Callable[[Settings], bool] = _always
    """Whether the provider wants it at all."""
    suits: Callable[[Device], bool] = _any
    """Whether a device of these kinds has it."""
    large: frozenset[str] = frozenset()
    """Kinds of device whose answer is so long that few are held at a time."""
    unlogged: bool = False

    def is_of(self, device: Device) -> bool:
        """Whether it is read from this device."""
        return device.kind in self.devices and self.suits(device)
