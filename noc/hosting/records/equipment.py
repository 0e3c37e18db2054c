"""Facts of one device beside what customers feel: interfaces, counters, licences, clock, names, trust, files.

All are `Fact`: they share one table of the projection and stand under their device. All times are
UTC microseconds, also those that a device says itself.
"""

from __future__ import annotations

from noc.hosting.records.record import Body, Micros


class Fact(Body, frozen=True, omit_defaults=False):
    """What a device says of itself. Subject of the record: ``<device>/<what names it there>``."""

    device: str
    cluster: str


class Interface(Fact, frozen=True):
    """An interface as a device's MIB shows it. Subject: ``<device>/<layer>/<name>``, a second one ``#2``.

    layer: if | l1 | l2 | voice. state: up | down | unknown. type: ``ethernet``, ``te``, ``nt``, ``gk`` …,
    a number where the MIB has no word for it; address: where a voice interface is registered ("" = nowhere).
    """

    name: str
    layer: str
    state: str
    type: str = ""
    address: str = ""
    number: str = ""


class Counter(Fact, frozen=True):
    """The last full hour of one counter. Subject: ``<device>/<name>``.

    name: ``CPU``, ``MEM``, ``TEMP`` …; hour: when it began; peaks: of its 60 minutes, in percent of scale
    (kB for MEM). Device interface, ch. 2.
    """

    name: str
    hour: Micros
    peaks: tuple[int, ...]
    scale: int = 0


class Licences(Fact, frozen=True):
    """The licences that a device shows. Subject: the device.

    ends: when the rented ones end, to the hour (0: none are rented).
    """

    kinds: tuple[LicenceCount, ...] = ()
    ends: Micros = 0


class LicenceCount(Body, frozen=True):
    """Licences of one name: how many there are and how many are in use."""

    name: str
    count: int
    used: int


class CallRecords(Fact, frozen=True):
    """The test of the call detail records (module CDR0). Subject: the device.

    on: it writes test records; calls: those it shows; last_call: start of the newest (0: none).
    """

    on: bool
    calls: int = 0
    last_call: Micros = 0


class TimeSync(Fact, frozen=True):
    """Where a device has its time from. Subject: the device. interval: minutes; synced: it answers."""

    server: str
    synced: bool
    interval: int = 0
    last_sync: Micros = 0


class PublicPath(Fact, frozen=True):
    """A path that needs no login. Subject: ``<device>/<path>``. mode: r | w | rw."""

    path: str
    mode: str


class HttpLogin(Fact, frozen=True):
    """A URL for which a device has credentials as an HTTP client. Subject: ``<device>/<url>``."""

    url: str
    user: str = ""


class DnsName(Fact, frozen=True):
    """A static address record of a device. Subject: ``<device>/<name>``, a second one ``#2``."""

    name: str
    address: str


class DnsService(Fact, frozen=True):
    """A static service record of a device. Subject: ``<device>/<name>/<target>/<port>``."""

    name: str
    target: str
    port: int
    priority: int = 0
    weight: int = 0


class Realm(Fact, frozen=True):
    """The Kerberos realm a device belongs to. Subject: the device. server: its authentication server."""

    realm: str
    joined: bool
    server: str = ""


class Kdc(Fact, frozen=True):
    """The Kerberos server of a device. Subject: the device. master "": it is the master itself.

    users: accounts with their right, ``name:admin``, ``name:viewer``, ``name:join``.
    """

    realm: str
    master: str = ""
    replicated: bool = False
    users: tuple[str, ...] = ()


class CertificateStore(Fact, frozen=True):
    """What a device says of its own certificate. Subject: the device.

    chain: subjects from the own certificate up; request: a signing request waits for its answer; busy: a
    key is being made; failed: the last upload was refused. Device interface, ch. 5.
    """

    chain: tuple[str, ...] = ()
    not_before: Micros = 0
    not_after: Micros = 0
    request: bool = False
    busy: bool = False
    failed: bool = False


class Trusted(Fact, frozen=True):
    """A certificate that a device trusts. Subject: ``<device>/<fingerprint, else subject>``."""

    subject_cn: str
    issuer_cn: str
    not_before: Micros = 0
    not_after: Micros = 0
    fingerprint: str = ""


class Rejected(Fact, frozen=True):
    """A certificate chain that a device refused. Subject: ``<device>/<id of the chain>``."""

    subject_cn: str
    reason: str
    remote: str = ""
    seen: Micros = 0


class DriveFile(Fact, frozen=True):
    """A file of the update folder on a Frontend's CF. Subject: ``<device>/<path below the folder>``."""

    path: str
    size: int
    changed: Micros = 0


class LogFiles(Fact, frozen=True):
    """The log that a customer PBX keeps on its own CF. Subject: the device.

    size: bytes of all its files when another field last changed; oldest: when its oldest line was written,
    0 = no line, or it tells no time.
    """

    files: int
    size: int = 0
    oldest: Micros = 0


class Soap(Fact, frozen=True):
    """What a PBX tells a SOAP client. Subject: the device.

    objects: PBX objects it shows the client; registered: of these, with at least one registration.
    """

    gatekeeper_id: str
    firmware: str
    serial: str
    objects: int
    registered: int


class ServiceAnswer(Fact, frozen=True):
    """What one look from outside at a service found. Subject: ``<device>/<protocol>[/<asked>]``.

    protocol: ldaps | https | kerberos | ntp | dns | smtp …; target: ``ADDRESS:PORT`` as the book names it;
    asked: what was looked for, where one protocol is asked several things ("" else); ok: it answered as it
    should; error: a code when it did not (``timeout``, ``refused``, ``unreachable``, ``tls``,
    ``certificate``, ``login``, ``answer``, ``missing``, ``skew``); text: the same in words; seen: what it
    showed, in a few words without anything that moves.
    """

    protocol: str
    target: str
    ok: bool
    asked: str = ""
    error: str = ""
    text: str = ""
    seen: str = ""
