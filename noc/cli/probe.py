"""``noc probe DEVICE`` and ``noc capture DEVICE``: what one device really says, read only.

Exit codes of probe: 0 all that was asked held, 1 something did not, 3 the device cannot be reached.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from noc.cli.context import settings_of
from noc.hosting.errors import UnreachableError, UsageError
from noc.hosting.text import safe_json, safe_text

if TYPE_CHECKING:
    from noc.collectors.fleet import Fleet, Site
    from noc.devices.capture.take import Taken
    from noc.devices.probe.check import Finding
    from noc.devices.probe.mib import MibTold
    from noc.devices.probe.places import Places
    from noc.settings import Settings


def register(commands: Any) -> None:
    """Add ``noc probe`` and ``noc capture``."""
    probe = commands.add_parser(
        "probe",
        help="hold what a device says against the dialect",
        description="Ask a device for all that the dialect claims, and say what held, what did not and what "
        "it says instead, and what was not asked and why. Nothing is changed. Exit codes: 0 all held, 1 "
        "something did not, 3 the device cannot be reached.",
    )
    probe.add_argument("device", metavar="DEVICE", help="as `noc devices` names it")
    probe.add_argument("--json", action="store_true", help="print one object as_of and rows, a row a fact")
    probe.set_defaults(run=_probe)
    capture = commands.add_parser(
        "capture",
        help="save what a device says, under pseudonyms",
        description="Ask a device for the same pages as `noc probe` and save the answers for "
        "`noc lab up --capture DIR`. Whatever the dialect does not declare harmless becomes a pseudonym.",
    )
    capture.add_argument("device", metavar="DEVICE", help="as `noc devices` names it")
    capture.add_argument(
        "--out", metavar="DIR", type=Path, required=True, help="a directory that is made now (0700)"
    )
    capture.set_defaults(run=_capture)


def _probe(args: argparse.Namespace) -> int:
    findings = asyncio.run(_findings(settings_of(args), args.device))
    if args.json:
        _print_json(args.device, findings)
    else:
        _print_table(findings)
    return 1 if any(one.result == "not held" for one in findings) else 0


def _capture(args: argparse.Namespace) -> int:
    from noc.devices.capture.take import write

    if args.out.exists():
        raise UsageError("it is there already", str(args.out), "name a directory that is not")
    taken = asyncio.run(_taken(settings_of(args), args.device))
    write(taken, args.out)
    for page in taken.manifest.missing:
        print(f"noc: nothing to keep of the page {page}: `noc probe` says why", file=sys.stderr)
    print(f"{len(taken.manifest.pages)} pages in {safe_text(str(args.out))}")
    return 0


async def _findings(settings: Settings, name: str) -> list[Finding]:
    """What became of every fact on this device."""
    from noc.devices.probe.card import ask_card
    from noc.devices.probe.check import check
    from noc.devices.probe.pages import ask

    async with _opened(settings, name) as (site, places):
        answers = [asked async for asked in ask(site.client, places)]
        mib = await _mib(site, places)
        card = await ask_card(site.client, places, site.device.kind)
        return check(places, answers, site.device.kind, mib, card)


async def _taken(settings: Settings, name: str) -> Taken:
    """The answers of this device under pseudonyms."""
    from noc.devices.capture.take import disguise
    from noc.devices.probe.pages import ask

    async with _opened(settings, name) as (site, places):
        answers = [asked async for asked in ask(site.client, places)]
        return disguise(places, answers, site.device, settings.public.holds, int(time.time()))


@asynccontextmanager
async def _opened(settings: Settings, name: str) -> AsyncIterator[tuple[Site, Places]]:
    """The device, and where the dialect's facts stand. Raises UnreachableError for one that is silent."""
    from noc.collectors.fleet import Fleet
    from noc.devices.dialect import load
    from noc.devices.errors import DeviceError
    from noc.devices.probe.places import places

    dialect = load(settings.dialect)
    fleet = Fleet(settings, dialect)
    site = _site(settings, fleet, name)
    try:
        yield site, places(dialect)
    except DeviceError as error:
        raise UnreachableError(error.what, error.where, error.remedy) from None
    finally:
        await fleet.close()


async def _mib(site: Site, places: Places) -> MibTold:
    """What the device tells by SNMP, if provider.yaml has a login for it."""
    import msgspec

    from noc.devices.probe.mib import MibTold, ask_mib, ask_v2c
    from noc.devices.snmp import SnmpClient

    if site.settings.snmp is None:
        return MibTold("provider.yaml has no login for SNMP")
    agent = site.device.inside, site.settings.ports.real(site.dialect.integer("snmp.port"))
    login, version = site.fleet.snmp()
    async with SnmpClient(*agent, login, version, device=site.name) as client:
        told = await ask_mib(client, places)
    if told.refused or version == "3":
        return told
    async with SnmpClient(*agent, login, "2c", device=site.name) as client:
        return msgspec.structs.replace(told, v2c=await ask_v2c(client, places))


def _site(settings: Settings, fleet: Fleet, name: str) -> Site:
    """A device of provider.yaml, else one that was discovered. Raises UsageError."""
    if name not in fleet.sites:
        fleet.recall(_discovered(settings))
    if name not in fleet.sites:
        raise UsageError("there is no such device", name, "`noc devices` lists all")
    site = fleet.sites[name]
    if not site.device.inside:
        raise UsageError("its inside address is not known", name, "see `noc devices`")
    return site


def _discovered(settings: Settings) -> list[object]:
    """The devices that a collector has found so far; none where there is no log yet."""
    from noc.hosting.records import Device
    from noc.log.view import View

    with View.open(settings.log, provider=settings.provider.name) as view:
        return [
            Device(
                name=row.name, kind=row.kind, cluster=row.cluster, customer=row.customer, inside=row.address
            )
            for row in view.devices()
        ]


def _print_json(device: str, findings: Sequence[Finding]) -> None:
    import msgspec

    from noc.hosting.present import rfc3339
    from noc.log.files import clock

    document = {"as_of": rfc3339(clock()), "device": device, "rows": findings}
    sys.stdout.write(safe_json(msgspec.json.encode(document).decode()) + "\n")


_ORDER = ("not held", "held", "not asked")


def _print_table(findings: Sequence[Finding]) -> None:
    """What did not hold first; then how many there are of each."""
    width = max(len(one.fact) for one in findings)
    for one in sorted(findings, key=lambda one: _ORDER.index(one.result)):
        words = one.said or one.reason
        line = f"{one.result:9}  {one.fact:{width}}  {one.status:9}  {one.value}"
        print(f"{line}  ({words})" if words else line)
    counts = ", ".join(f"{sum(one.result == word for one in findings)} {word}" for word in _ORDER)
    print(safe_text(f"{len(findings)} facts: {counts}"))
