"""A small platform written into a real log: two clusters, a few faults, at a fixed time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from msgspec import structs

from noc.hosting import records
from noc.hosting.records import Draft, draft
from noc.log.store import Log, SourceStatus
from noc.log.view import View

SECOND = 1_000_000
DAY = 86_400 * SECOND
NOW = int(datetime(2026, 11, 24, 3, 12, 7, tzinfo=UTC).timestamp()) * SECOND
"""The moment that all pictures show."""

CUSTOMERS = ("Adler00002", "Kuenkel00001", "Meier00007", "Roth00004", "Vogel00011", "Zander00009")
HOSTS = (1, 2, 3, 4, 5, 7)
"""Last number of each PBX's address, from which its ports follow; the sixth PBX was taken away."""
FIRST_NAMES = ("Ana", "Bo", "Clara", "Deniz", "Elif", "Finn", "Greta", "Hugo", "Ida", "Jan", "Kim", "Lea")
SUBJECTS = ("box", "registrations", "nat", "relay", "certificate", "alarms")


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: int) -> None:
        self.now = now

    def __call__(self) -> int:
        """UTC microseconds."""
        return self.now


@dataclass
class Sample:
    """A filled log and what moves it."""

    directory: Path
    clock: Clock
    log: Log
    view: View

    def append(self, *drafts: Draft) -> None:
        """Append and keep the collector's heart beating."""
        self.log.append(drafts)
        self.log.beat()

    def close(self) -> None:
        """End the connections."""
        self.view.close()
        self.log.close()


def cluster_of(place: int) -> str:
    """Customers go to the clusters in turn."""
    return f"sb{1 + place % 2}"


def phones(customer: str) -> int:
    """How many phones a customer has."""
    return 8 + len(customer) % 4 * 2


def filled(directory: Path, *, faults: bool = True, now: int = NOW) -> Sample:
    """A platform as a collector leaves it after twelve days; with faults of the last minutes."""
    clock = Clock(now - 12 * DAY)
    log = Log.open(directory, now=clock)
    log.append(list(_platform()))
    log.touch_sources(list(_statuses(now)))
    if faults:
        for before, drafts in _faults(now):
            clock.now = now - before * SECOND
            log.append(list(drafts))
        log.touch_sources([_failing(one, now) for one in _statuses(now) if one.device == "sb1"])
    clock.now = now
    log.append(list(_counters("Zander00009", cluster_of(5))))
    log.beat()
    view = View.open(directory, provider="hoster.example", zone=UTC, dialect="v10", now=clock)
    return Sample(directory, clock, log, view)


def border(customer: str, place: int, **more: Any) -> records.SessionBorder:
    """What a Frontend says of a phone."""
    number = CUSTOMERS.index(customer)
    cluster = cluster_of(number)
    facts: dict[str, Any] = {
        "outer": "registered",
        "inner": "registered",
        "address": f"203.0.113.{9 + number}",
        "hardware_id": f"IP2{22 + number % 2 * 10}-0a-{number:02x}-{place:02x}",
        "gatekeeper": f"10.1.0.{number + 1}",
    }
    cpe = f"{customer}-{place:03d}"
    return records.SessionBorder(
        frontend=cluster, cluster=cluster, customer=customer, cpe=cpe, **(facts | more)
    )


def _platform() -> Iterator[Draft]:
    for cluster in ("sb1", "sb2"):
        yield from _shared(cluster)
    for name, roles in (("kerberos1", ("kerberos", "rootca", "licence")), ("kerberos2", ("kerberos",))):
        body = records.Device(
            name=name, kind="service", inside=f"10.0.0.{name[-1]}", written=True, roles=roles
        )
        yield draft(name, body)
    for place, customer in enumerate(CUSTOMERS):
        yield from _customer(customer, cluster_of(place), place)


def _shared(cluster: str) -> Iterator[Draft]:
    number = cluster[-1]
    media = f"media{number}"
    yield draft(cluster, _device(cluster, "frontend", cluster, f"10.{number}.0.254", f"198.51.100.{number}"))
    yield draft(media, _device(media, "media", cluster, f"10.{number}.0.253", f"198.51.100.10{number}"))
    nat = records.NatSettings(
        frontend=cluster, cluster=cluster, enabled=True, line_bytes=1_152, udp_first=10_000, udp_count=200
    )
    yield draft(cluster, nat)
    for name in (cluster, media):
        yield from _sources(name)
        host, rank = (253, f"10{number}") if name == media else (254, number)
        yield _certificate(name, cluster, 301, f"198.51.100.{rank}", f"10.{number}.0.{host}")
    for port, inner in ((7088, 88), (7089, 88), (7464, 464), (7465, 464)):
        yield _map(cluster, "udp", port, f"10.0.0.{1 if port in (7088, 7464) else 2}", inner)
    for name, role in (("HTTP-OUT", "http-out"), ("MOH", "moh"), ("TONE", "tone")):
        link = records.Link(device=media, cluster=cluster, name=name, role=role, state="up")
        yield draft(f"{media}/{name}", link)


def _customer(customer: str, cluster: str, place: int) -> Iterator[Draft]:
    host = HOSTS[place]
    address = f"10.{cluster[-1]}.0.{host}"
    media = f"media{cluster[-1]}"
    yield draft(
        customer,
        records.Customer(
            customer=customer,
            cluster=cluster,
            frontend=cluster,
            media=media,
            pbx_address=address,
            number=str(place + 1),
        ),
    )
    yield draft(customer, _device(customer, "pbx", cluster, address, "", customer))
    yield from _sources(customer)
    yield _certificate(
        customer, cluster, (301, 12, 401, 201, 88, 367)[place], f"198.51.100.{cluster[-1]}", address
    )
    yield _map(cluster, "tcp", 8000 + host, address, 443)
    yield _map(cluster, "tcp", 9000 + host, address, 636)
    for name, role in (
        ("SIP1", "trunk"),
        ("HTTP-EXT", "http-ext"),
        ("_customer_moh_", "moh"),
        ("Licence", "licence"),
    ):
        link = records.Link(
            device=customer, cluster=cluster, name=name, role=role, state="up", customer=customer
        )
        yield draft(f"{customer}/{name}", link)
    for phone in range(phones(customer)):
        body = border(customer, phone)
        yield draft(f"{cluster}/{body.cpe}", body)
        yield draft(f"{cluster}/{body.cpe}", _user(body, phone))


def _counters(device: str, cluster: str) -> Iterator[Draft]:
    """The last full hour: a call every twenty minutes, memory that fills, a temperature that stays."""
    hour = NOW // (3_600 * SECOND) * 3_600 * SECOND - 3_600 * SECOND
    shapes = {
        "CPU": (0, tuple(18 if minute % 20 in (4, 5, 6) else 3 for minute in range(60))),
        "MEM": (524_288, tuple(40 + minute // 3 for minute in range(60))),
        "TEMP": (0, (44,) * 60),
    }
    for name, (scale, peaks) in shapes.items():
        yield draft(
            f"{device}/{name}",
            records.Counter(device=device, cluster=cluster, name=name, hour=hour, peaks=peaks, scale=scale),
        )


def _user(body: records.SessionBorder, place: int, *, registered: bool = True) -> records.UserRegistration:
    return records.UserRegistration(
        frontend=body.frontend,
        cluster=body.cluster,
        customer=body.customer,
        cpe=body.cpe,
        registered=registered,
        hardware_id=body.hardware_id,
        address="10.1.0.254",
        number=str(20 + place),
        name=f"{FIRST_NAMES[place % 12]} {body.customer[:-5]}",
    )


def _device(
    name: str, kind: str, cluster: str, inside: str, outside: str, customer: str = ""
) -> records.Device:
    return records.Device(
        name=name,
        kind=kind,
        cluster=cluster,
        customer=customer,
        inside=inside,
        outside=outside,
        written=kind != "pbx",
        hardware_id=f"IPVA-{len(name):02x}-00-01",
        serial="00-90-33-2c-11-0f",
        product="IPVA",
        version="13r1 sr8",
    )


def _sources(device: str) -> Iterator[Draft]:
    for subject in SUBJECTS:
        if subject == "nat" and not device.startswith("sb"):
            continue
        yield draft(f"{device}/{subject}", records.Source(device=device, subject=subject, ok=True))


def _statuses(at: int) -> Iterator[SourceStatus]:
    names = ["sb1", "sb2", "media1", "media2", *CUSTOMERS]
    for place, device in enumerate(names):
        for subject in SUBJECTS:
            if subject == "nat" and not device.startswith("sb"):
                continue
            good = at - (2 + place % 3) * SECOND
            yield SourceStatus(
                device=device, subject=subject, last_try=good, last_good=good, interval=10.0, took=0.012
            )


def _failing(status: SourceStatus, now: int) -> SourceStatus:
    return structs.replace(status, last_good=now - 180 * SECOND, failures=18)


def _certificate(device: str, cluster: str, days: int, outside: str, inside: str) -> Draft:
    end = NOW // SECOND + days * 86_400 + 7_200
    body = records.Certificate(
        device=device,
        cluster=cluster,
        port=443,
        subject_cn=device,
        issuer_cn="hoster.example Device Certification Authority",
        serial="3f2a91",
        sha256="9c" * 32,
        not_before=end - 730 * 86_400,
        not_after=end,
        key="RSA 4096",
        sans=(f"DNS:{device.lower()}.hoster.example", f"DNS:{device}", f"IP:{outside}", f"IP:{inside}"),
        anchored=True,
    )
    return draft(f"{device}/443", body)


def _map(cluster: str, protocol: str, port: int, address: str, inner: int) -> Draft:
    body = records.NatMap(
        frontend=cluster,
        cluster=cluster,
        protocol=protocol,
        port=port,
        address=address,
        int_port=inner,
        place=port,
    )
    return draft(f"{cluster}/{protocol}/{port}", body)


def _faults(now: int) -> Sequence[tuple[int, list[Draft]]]:
    refused = border(
        "Kuenkel00001",
        7,
        outer="refused",
        inner="unknown",
        outer_reason="unauthorized",
        address="203.0.113.10",
    )
    where = f"{refused.frontend}/{refused.cpe}"
    alarm = records.Alarm(
        device=refused.frontend,
        cluster=refused.cluster,
        code="0x00010002",
        severity=2,
        channel="poll",
        source="PBX0",
        text="Registration down",
        remote=refused.hardware_id,
    )
    return (
        *_told(now),
        (10 * 3_600, [draft(where, refused), draft(where, _user(refused, 7, registered=False))]),
        (10 * 3_600 - 5, [draft(f"{refused.frontend}/{alarm.code}/{alarm.remote}/PBX0", alarm)]),
        (660, [_map("sb1", "tcp", 9003, "10.1.0.1", 636)]),
        (175, _silent("sb1", now)),
    )


def _told(now: int) -> list[tuple[int, list[Draft]]]:
    """What devices told around the time at which a phone's password was changed."""
    pbx, frontend, phone = "Kuenkel00001", "sb2", border("Kuenkel00001", 7).hardware_id
    stun = fault("media2", "major", "0x00050007", "PBX0", now - 36_030 * SECOND)
    changed = records.Audit(
        device=pbx,
        cluster=frontend,
        user="admin",
        address="10.0.0.9",
        command="mod cmd UP0 reg /pwd ********",
    )
    refused = records.Refusal(
        device=frontend, cluster=frontend, name=phone, reason="Unauthorized", number="27"
    )
    down = fault(frontend, "major", "0x00010002", "PBX0", now - 36_000 * SECOND, remote=phone)
    return [
        (36_030, [stun]),
        (36_010, [draft(pbx, changed, device_at=now - 36_010 * SECOND)]),
        (36_001, [draft(frontend, refused, device_at=now - 36_001 * SECOND), down]),
    ]


def fault(
    device: str,
    severity: str,
    code: str,
    source: str,
    at: int,
    *,
    kind: str = "alarm",
    text: str = "",
    remote: str = "",
) -> Draft:
    """An event of a device's list; severity: minor or major."""
    body = records.Fault(
        device=device,
        cluster="sb2",
        type=kind,
        code=code,
        severity=2 if severity == "major" else 0,
        channel="list",
        source=source,
        text=text,
        remote=remote,
    )
    return draft(device, body, device_at=at)


def _silent(device: str, now: int) -> list[Draft]:
    return [
        draft(
            f"{device}/{subject}",
            records.Source(
                device=device,
                subject=subject,
                ok=False,
                error="timeout",
                text="connection timed out",
                remedy="look at the host of sb1 and its network",
                last_good=now - 180 * SECOND,
            ),
        )
        for subject in SUBJECTS
    ]
