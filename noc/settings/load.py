"""provider.yaml read, section by section, into `Settings`; every mistake of the file is told at once."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from noc.hosting.inventory import (
    SHIFTS,
    Cluster,
    FrontendEntry,
    Intervals,
    Keep,
    MediaEntry,
    PortMap,
    Provider,
    PublicRanges,
    ServiceEntry,
)
from noc.settings import values
from noc.settings.listen import Listen, listen_of
from noc.settings.model import COLLECTOR, Settings
from noc.settings.problems import Problem, SettingsError
from noc.settings.reader import Reader, Table, Value
from noc.settings.secrets import LOGIN, Credential, credential_of, secret_ref
from noc.settings.services import Services
from noc.settings.snmp import snmp_login
from noc.settings.tls import tls_profiles, tls_warnings

FILE: Final = "provider.yaml"
_CLOCK: Final = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
ROLES: Final = ("read", "operate", "change", "approve")
_TOP: Final = (
    "provider", "public", "ports", "dialect", "log", "keep", "group", "roles", "intervals", "credentials",
    "pins", "clusters", "services", "cpe_passwords", "snmp", "tls", "listen",
)  # fmt: skip


def places() -> tuple[Path, ...]:
    """Where provider.yaml is looked for when nobody names it, best first."""
    home = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return (Path(home) / "noc" / FILE, Path("/etc/noc") / FILE)


def find() -> Path:
    """The provider.yaml of this account or machine. Raises SettingsError if there is none."""
    looked = places()
    for path in looked:
        if path.is_file():
            return path
    remedy = f"write {looked[0]} or {looked[1]}, or name one with --config; noc --lab needs none"
    raise SettingsError([Problem(FILE, 0, "there is no provider.yaml", remedy)])


def load(path: Path) -> Settings:
    """Read a provider.yaml. Raises SettingsError holding all problems of the file."""
    reader = Reader(path.absolute())
    top = reader.root()
    top.only(_TOP)
    settings = _settings(top, reader)
    if reader.problems:
        raise SettingsError(sorted(reader.problems, key=lambda problem: problem.line))
    return settings


def _settings(top: Table, reader: Reader) -> Settings:
    provider = _provider(top)
    told = Services()
    clusters = _clusters(top, told)
    services = told.read(_section(top, "services"), "")
    _unique(reader, top, clusters, services)
    public, passwords = top.get("public"), top.get("cpe_passwords")
    return Settings(
        path=reader.path,
        provider=provider,
        clusters=clusters,
        services=services,
        service_options=told.options,
        ports=PortMap(values.port_spans(ports) if (ports := _section(top, "ports")) else ()),
        public=PublicRanges(tuple(values.network(one) for one in public.items()) if public else ()),
        dialect=_dialect(top),
        log=_log(top, provider),
        group=top.word("group") or None,
        roles={name: values.choice(role, ROLES) for name, role in _entries(top, "roles")},
        intervals=_intervals(_section(top, "intervals")),
        keep=_keep(_section(top, "keep")),
        credentials=_credentials(top),
        pins={device: values.pin(told) for device, told in _entries(top, "pins")},
        cpe_passwords=secret_ref(passwords) if passwords else None,
        snmp=snmp_login(snmp) if (snmp := _section(top, "snmp")) else None,
        listen=listen_of(listen) if (listen := _section(top, "listen")) else Listen(),
        tls=tls_profiles(_entries(top, "tls")),
        warnings=(*_warnings(reader.path), *tls_warnings(reader.path, _section(top, "tls"))),
        origins=dict(reader.origins),
    )


def _section(top: Table, key: str) -> Table | None:
    value = top.get(key)
    return value.table() if value else None


def _entries(top: Table, key: str) -> list[tuple[str, Value]]:
    section = _section(top, key)
    return list(section.entries()) if section else []


def _provider(top: Table) -> Provider:
    remedy = "begin with provider: {name: hoster.example, root: root.pem}"
    value = top.need("provider", remedy)
    if value is None:
        return Provider(name="", root="")
    table = value.table()
    table.only(("name", "country", "timezone", "root", "trunk_prefix", "shifts"))
    name = table.need("name", "write the provider's domain, such as hoster.example")
    return Provider(
        name=values.name(name) if name else "",
        root=_root(table),
        country=_country(table),
        timezone=_timezone(table),
        trunk_prefix=table.word("trunk_prefix"),
        shifts=_shifts(table),
    )


def _shifts(table: Table) -> tuple[str, ...]:
    value = table.get("shifts")
    if value is None:
        return SHIFTS
    for one in (items := value.items()):
        if one.text() and not _CLOCK.fullmatch(one.text()):
            one.wrong("is no time of day", "write hours and minutes, such as 06:00")
    return tuple(one.text() for one in items) or SHIFTS


def _root(table: Table) -> str:
    value = table.need("root", "write the path of the provider's root certificate (PEM)")
    text = value.text() if value else ""
    if value is None or not text:
        return ""
    path = _path(table.reader.path, text)
    if not path.is_file():
        value.wrong(f"names no file: {path}", "download the root from the RootCA device and name it here")
    return str(path)


def _country(table: Table) -> str:
    value = table.get("country")
    text = value.text() if value else ""
    if value and text and not (len(text) == 2 and text.isalpha() and text.isupper()):
        value.wrong("is no country", "write two capital letters, such as DE")
    return text


def _timezone(table: Table) -> str:
    from zoneinfo import ZoneInfo, available_timezones

    value = table.get("timezone")
    text = value.text() if value else ""
    if value is None or not text:
        return "UTC"
    try:
        ZoneInfo(text)
    except (OSError, ValueError, KeyError):
        from noc.settings.problems import near

        known = available_timezones()
        value.wrong(
            "is no time zone",
            (near(text, known) or "write one such as Europe/Berlin")
            if known
            else "install the system's time zone data",
        )
    return text


def _path(file: Path, text: str) -> Path:
    return file.parent / Path(text).expanduser()


def _dialect(top: Table) -> str:
    """The name of a dialect that comes with noc, or the path of a file of one's own."""
    told = top.word("dialect", "v10")
    return str(_path(top.reader.path, told)) if told.endswith((".yaml", ".yml")) else told


def _log(top: Table, provider: Provider) -> Path:
    told = top.word("log")
    if told:
        return _path(top.reader.path, told)
    home = os.environ.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    return Path(home) / "noc" / provider.name


def _clusters(top: Table, told: Services) -> tuple[Cluster, ...]:
    value = top.need("clusters", "write at least one: - name: sb1, frontend: {name: sb1, inside: 10.1.0.254}")
    items = value.items() if value else []
    if value is not None and not items:
        value.wrong("names no cluster", "write at least one with its frontend")
    return tuple(_cluster(one.table(), told) for one in items)


def _cluster(table: Table, told: Services) -> Cluster:
    table.only(("name", "frontend", "media", "services"))
    given = table.need("name", "name the cluster, such as sb1")
    name = values.name(given) if given else ""
    front = table.need("frontend", "write frontend: {outside: 203.0.113.1, inside: 10.1.0.254}")
    media = _section(table, "media")
    return Cluster(
        name=name,
        frontend=FrontendEntry(**_dual_homed(front.table(), name))
        if front
        else FrontendEntry(name="", inside=""),
        media=MediaEntry(**_dual_homed(media, "")) if media else None,
        services=told.read(_section(table, "services"), name),
    )


def _dual_homed(table: Table, default: str) -> dict[str, str]:
    table.only(("name", "outside", "inside"))
    told = table.get("name") if default else table.need("name", "name the device")
    return {
        "name": values.name(told) if told else default,
        "inside": values.address(table, "inside", needed=True),
        "outside": values.address(table, "outside", needed=False),
    }


def _intervals(table: Table | None) -> Intervals:
    if table is None:
        return Intervals()
    table.only(Intervals.__struct_fields__)
    known = [(key, value) for key, value in table.entries() if key in Intervals.__struct_fields__]
    told = {key: values.duration(value) for key, value in known}
    return Intervals(**{key: seconds for key, seconds in told.items() if seconds is not None})


def _keep(table: Table | None) -> Keep:
    if table is None:
        return Keep()
    table.only(("states", "events", "event_bytes"))
    spans = {key: told for key in ("states", "events") if (told := table.get(key))}
    kept = {key: seconds for key, told in spans.items() if (seconds := values.duration(told)) is not None}
    size = table.get("event_bytes")
    return Keep(**kept, event_bytes=values.size(size) if size else 0)


def _credentials(top: Table) -> Mapping[str, Credential]:
    value = top.need("credentials", f"the collector needs a login: collector: {LOGIN[6:]}")
    if value is None:
        return {}
    table = value.table()
    table.need(COLLECTOR, LOGIN)
    told = {name: credential_of(one.table()) for name, one in table.entries()}
    return {name: credential for name, credential in told.items() if credential is not None}


def _names(cluster: Cluster) -> list[str]:
    media = [cluster.media.name] if cluster.media else []
    return [cluster.frontend.name, *media, *(service.name for service in cluster.services)]


def _unique(
    reader: Reader, top: Table, clusters: tuple[Cluster, ...], services: tuple[ServiceEntry, ...]
) -> None:
    """No two clusters, and no two devices, have the same name."""
    line = top.line_of("clusters") if clusters else 0
    for kind, names in (
        ("cluster", [cluster.name for cluster in clusters]),
        (
            "device",
            [name for cluster in clusters for name in _names(cluster)] + [one.name for one in services],
        ),
    ):
        for name in sorted({name for name in names if name and names.count(name) > 1}):
            reader.problem(line, f"two {kind}s are called {name}", "give each a name of its own")


def _warnings(path: Path) -> tuple[str, ...]:
    if path.stat().st_mode & stat.S_IWOTH:
        return (f"{path}: everybody may change it, and with it every role and login (chmod o-w {path})",)
    return ()
