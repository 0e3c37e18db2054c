"""What is known of the platform: devices, customers, registrations, maps, links, certificates, alarms.

Times are unix seconds of the device that says them, unless a field says otherwise.
"""

from __future__ import annotations

from noc.hosting.records.record import Body, Micros


class Device(Body, frozen=True):
    """A device of the platform. Subject: its name (``sb1``, ``media1``, a customer id, ``kerberos1``).

    kind: frontend | media | pbx | kerberos | licence | rootca | service. cluster is "" for once-only
    services. inside/outside: addresses without port ("" if none). written: it stands in provider.yaml
    (else it was discovered). roles: of a service (``metadir``, ``reporting``, ``fax``, ``kerberos``,
    ``rootca``, ``licence``). The box facts are "" until the device has answered once; clock_off: its
    clock is off by more than `noc.hosting.health.CLOCK_TOLERANCE`; insecure_tls: provider.yaml lets it be
    read over TLS so old that it can be overheard.
    """

    name: str
    kind: str
    cluster: str = ""
    customer: str = ""
    inside: str = ""
    outside: str = ""
    written: bool = False
    roles: tuple[str, ...] = ()
    hardware_id: str = ""
    serial: str = ""
    product: str = ""
    version: str = ""
    reset_required: bool = False
    clock_off: bool = False
    insecure_tls: bool = False


class Customer(Body, frozen=True):
    """A customer found on the platform. Subject: its id. number: of its PBX object at the Media-PBX."""

    customer: str
    cluster: str
    frontend: str
    media: str = ""
    pbx_address: str = ""
    number: str = ""


class SessionBorder(Body, frozen=True):
    """What a Frontend says of one SessionBorder object. Subject: ``<frontend>/<cpe>``.

    outer, inner: leg tokens as the Frontend sees them. Reference design, ch. Frontend.
    """

    frontend: str
    cluster: str
    customer: str
    cpe: str
    hardware_id: str
    outer: str
    inner: str
    outer_reason: str = ""
    inner_reason: str = ""
    address: str = ""
    gatekeeper: str = ""
    media_relay: bool = False


class UserRegistration(Body, frozen=True):
    """What a customer PBX says of one phone's user object. Subject: ``<frontend>/<cpe>``.

    registered: the inner leg is up at the PBX; address: of the registration (the Frontend's inside).
    """

    frontend: str
    cluster: str
    customer: str
    cpe: str
    registered: bool
    hardware_id: str = ""
    address: str = ""
    number: str = ""
    name: str = ""


class NatMap(Body, frozen=True):
    """One NAT map of a Frontend. Subject: ``<frontend>/<proto>/<port>``, a second one of the port ``#2``."""

    frontend: str
    cluster: str
    protocol: str
    port: int
    address: str
    int_port: int
    place: int


class NatSettings(Body, frozen=True):
    """A Frontend's NAT page. Subject: the Frontend. line_bytes: length of its one config line.

    udp_first, udp_count: the UDP-NAT range (count 0 = none).
    """

    frontend: str
    cluster: str
    enabled: bool
    line_bytes: int
    udp_first: int = 0
    udp_count: int = 0
    rtp_first: int = 0
    rtp_last: int = 0


class Link(Body, frozen=True):
    """A registration other than a phone's. Subject: ``<device>/<name>``.

    role: trunk | http-ext | moh | tone | http-out | fax | licence | pbx. state: up | down | missing.
    device is who reports; customer "" for a resource that all customers of the cluster share.
    peer: the customer or device at the other end ("" if not known).
    """

    device: str
    cluster: str
    name: str
    role: str
    state: str
    customer: str = ""
    number: str = ""
    peer: str = ""
    detail: str = ""


class Certificate(Body, frozen=True):
    """A certificate as served. Subject: ``<device>/<port>``. Times are unix seconds.

    sans: ``DNS:…`` and ``IP:…``. anchored: its chain ends at the provider's root. problem: why TLS
    would refuse it ("" if it would not).
    """

    device: str
    cluster: str
    port: int
    subject_cn: str
    issuer_cn: str
    serial: str
    sha256: str
    not_before: int
    not_after: int
    key: str
    sans: tuple[str, ...] = ()
    anchored: bool = False
    problem: str = ""


class Backup(Body, frozen=True):
    """What a phone's configuration backup says. Subject: ``<customer>/<hardware id>``.

    device: the customer PBX on whose card it lies; ras_port 0, gatekeeper and update_url "": not set.
    written: unix seconds by that device's clock of the backup in which this was first read, 0 = not told;
    newer ones that say the same are no change. overdue: the last one, of `written`, is older than two polls.
    """

    device: str
    cluster: str
    customer: str
    hardware_id: str
    ras_port: int = 0
    gatekeeper: str = ""
    update_url: str = ""
    written: int = 0
    overdue: bool = False


class Alarm(Body, frozen=True):
    """An active alarm of a device's list. Subject: ``<device>/<code>/<remote or device>/<source>``.

    code: ``0x00010002``; severity: the raw number, channel says how to read it. remote: hardware id
    of the CPE that raised it ("" = the device itself). raised: device's own unix seconds, 0 = none.
    """

    device: str
    cluster: str
    code: str
    severity: int
    channel: str
    source: str
    text: str
    remote: str = ""
    serial: str = ""
    raised: int = 0
    details: str = ""


class Source(Body, frozen=True):
    """Whether (device, subject of collection) could be read. Subject: ``<device>/<subject>``.

    Written at the first failed and the first good try. error: code ("" = good) such as ``timeout``,
    ``refused-connection``, ``certificate``, ``login``, ``garbage``; last_good: of the last good read.
    """

    device: str
    subject: str
    ok: bool
    error: str = ""
    text: str = ""
    remedy: str = ""
    last_good: Micros = 0
