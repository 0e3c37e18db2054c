"""Every subject of collection: who reads it, from which devices."""

from __future__ import annotations

from typing import Final

from noc.collectors import (
    alarms,
    backups,
    box,
    cdr,
    certificates,
    config,
    counters,
    devicelog,
    drive,
    events,
    keptlogs,
    kerberos,
    licences,
    nat,
    ntp,
    registrations,
    relay,
    service,
    service_table,
    snmp,
    soap,
    x509,
)
from noc.collectors.fleet import FRONTEND, MEDIA, PBX
from noc.collectors.reading import Subject

BOX: Final = "box"
SERVICE: Final = "service"
ADMIN: Final = frozenset({FRONTEND, MEDIA, PBX, "kerberos"})
"""Kinds of device with an admin interface that noc knows."""

SUBJECTS: Final[dict[str, Subject]] = {
    subject.name: subject
    for subject in (
        Subject(BOX, box.read, ADMIN, deadline=15.0),
        Subject(
            "registrations",
            registrations.read,
            frozenset({FRONTEND, PBX}),
            deadline=90.0,
            large=frozenset({FRONTEND}),
        ),
        Subject("nat", nat.read, frozenset({FRONTEND}), deadline=60.0),
        Subject("relay", relay.read, frozenset({MEDIA, PBX, "kerberos"})),
        Subject("certificate", certificates.read, ADMIN, unlogged=True),
        Subject("alarms", alarms.read, ADMIN),
        Subject(events.NAME, events.read, ADMIN),
        Subject(devicelog.NAME, devicelog.read, ADMIN),
        Subject("backups", backups.read, frozenset({PBX}), deadline=90.0),
        Subject("snmp", snmp.read, ADMIN, asked=snmp.asked),
        Subject("licences", licences.read, ADMIN),
        Subject("counters", counters.read, ADMIN, deadline=60.0),
        Subject("x509", x509.read, ADMIN),
        Subject("cdr", cdr.read, frozenset({PBX})),
        Subject("drive", drive.read, frozenset({FRONTEND}), deadline=60.0),
        Subject("logs", keptlogs.read, frozenset({PBX})),
        Subject("ntp", ntp.read, ADMIN),
        Subject("kerberos", kerberos.read, ADMIN),
        Subject("config", config.read, ADMIN, deadline=60.0),
        Subject(
            SERVICE,
            service.read,
            service_table.KINDS,
            deadline=60.0,
            suits=service_table.seen_from_outside,
            unlogged=True,
        ),
        Subject("soap", soap.read, frozenset({MEDIA, PBX}), deadline=60.0),
    )
}

LOGGED_IN: Final = frozenset(SUBJECTS) - {BOX, SERVICE, "certificate", "snmp"}
"""Subjects that are read with the collector's login."""
