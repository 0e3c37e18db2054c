"""Subject `backups`: the configuration that each phone has put to the card of its customer's PBX.

noc reaches no phone; this is how it knows what a phone is set to (reference design, ch. Config backup).
A file is read again only if it is another one than at the last look.
"""

from __future__ import annotations

import re
from contextlib import aclosing
from typing import Final
from urllib.parse import quote

from noc.collectors.fleet import Site
from noc.collectors.reading import Reading
from noc.devices.cf_drive import Entry, listing
from noc.devices.codec.backup import PhoneFacts, line_filter, phone_facts
from noc.devices.codec.cfgtext import ConfigTextError, KeptLine
from noc.devices.dialect import Dialect
from noc.devices.errors import DeviceError
from noc.hosting.backups import is_overdue
from noc.hosting.records import Backup, Draft, draft

LARGEST: Final = 4 << 20
"""Bytes of a file that still passes for a phone's configuration."""
MOST: Final = 2000
"""Files in the folder of one customer, who has at most 999 phones: more means that somebody fills it."""
_REMEDY: Final = "the folder is open to everybody: clear it, and see who writes there"
_HARDWARE_ID: Final = "[A-Za-z0-9-]{1,40}"


async def read(site: Site) -> Reading:
    """The backups that lie there; a PBX without the folder has none. Raises DeviceError."""
    found = await listing(site.client, site.dialect, site.dialect["update.backup-folder"])
    if found is None:
        return Reading()
    named = [(entry, _hardware_id(entry, site.dialect)) for entry in found.entries]
    phones = [(entry, hardware_id) for entry, hardware_id in named if hardware_id]
    if len(phones) > MOST:
        raise DeviceError("too-big", f"{len(phones)} backups of one customer", site.name, _REMEDY)
    told: dict[int, PhoneFacts] = {}
    shared = {facts: facts for facts in site.backups.values()}
    drafts: list[Draft] = []
    for entry, hardware_id in phones:
        facts = await _facts(site, entry)
        if facts is not None:
            facts = told[hash(entry)] = site.backups[hash(entry)] = shared.setdefault(facts, facts)
            drafts.append(_draft(site, hardware_id, entry, facts, found.now))
    site.backups = told
    return Reading(drafts=tuple(drafts))


def _hardware_id(entry: Entry, dialect: Dialect) -> str:
    """Whose backup a file is, "" for what is none. Anybody can write there, so names are not trusted."""
    head, _, tail = dialect["update.backup-file"].partition(dialect["update.place.hardware-id"])
    match = re.fullmatch(f"{re.escape(head)}({_HARDWARE_ID}){re.escape(tail)}", entry.name)
    return match[1] if match and not entry.folder else ""


async def _facts(site: Site, entry: Entry) -> PhoneFacts | None:
    """What a file says, None if it has gone meanwhile. Raises DeviceError."""
    known = site.backups.get(hash(entry)) if entry.modified or entry.etag else None
    if known is not None:
        return known
    try:
        return await _read_file(site, entry)
    except DeviceError as error:
        if error.code != "http":
            raise
        return None


async def _read_file(site: Site, entry: Entry) -> PhoneFacts:
    """The facts of one file; one that is no configuration, or endless, has none. Raises DeviceError."""
    kept: list[KeptLine] = []
    size = 0
    lines = line_filter(site.dialect)
    path = site.dialect["drive.url"] + quote(site.dialect["update.backup-folder"] + entry.name)
    try:
        async with aclosing(site.client.stream(path)) as pieces:
            async for piece in pieces:
                kept += lines.feed(piece)
                size += len(piece)
                if size > LARGEST:
                    return PhoneFacts()
        kept += lines.close()
    except ConfigTextError:  # whoever wrote it, it is no phone's configuration
        return PhoneFacts()
    return phone_facts(kept, site.dialect)


def _draft(site: Site, hardware_id: str, entry: Entry, facts: PhoneFacts, now: int) -> Draft:
    customer = site.device.customer
    body = Backup(
        device=site.name,
        cluster=site.cluster,
        customer=customer,
        hardware_id=hardware_id,
        ras_port=facts.ras_port,
        gatekeeper=facts.gatekeeper,
        update_url=facts.update_url,
        written=entry.modified,
        overdue=is_overdue(entry.modified, now, facts.poll),
    )
    return draft(f"{customer}/{hardware_id}", body)
