"""What lies on the CF cards of a healthy platform: update scripts, folders, firmware (rules UPD-01, SEC-02).

The scripts are written in the dialect's words for the phones of `up1.py`; backups are put there by the
phones themselves. Reference design, ch. Update Server and Config backup.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from noc.devices.codec.cfgtext import Arg, ConfigLine, Verb, format_line
from noc.devices.dialect import Dialect
from noc.lab.cf_access import public_paths
from noc.lab.cf_logs import REACH, log_files
from noc.lab.cf_tree import Drive, File
from noc.lab.model import Cluster, Device, World
from noc.lab.services import contacts
from noc.lab.services.model import Book
from noc.lab.staging import add_lines

RAS_PORT: Final = 11719
"""Away from 1719, so that no router at a site meddles (reference design, ch. Frontend)."""
POLL_MINUTES: Final = 15
FAST_POLL: Final = 5
"""Seconds between two polls while a phone is provisioned, as all phones of the lab are."""
BUILD: Final = "1013095"
SERIAL: Final = "2013-04-01"
MODELS: Final = ("IP232", "IP222", "IP241", "IP111", "IP112")
BACKUP: Final = "backup/"
"""On the Frontend's card, for the devices of the inside; not below what everybody may read (rule BAK-02)."""
_STAGING: Final = "staging/"
_HTTPS_MAPS: Final = 8000


def drive_of(device: Device, cluster: Cluster | None, words: Dialect) -> Drive:
    """The card of a device as it was delivered and filled."""
    if cluster is not None and device is cluster.frontend:
        drive = Drive(clock=device.time, remembered=words["update.folder"])
        for path, text in _frontend_files(cluster, words):
            drive.lay(path, File(text.encode(), device.started))
        for folder in (words["update.directory-folder"], BACKUP):
            drive.lay_folder(folder.rstrip("/"), device.started)
        for customer in cluster.customers:
            drive.lay_folder(words["update.directory-folder"] + customer.name, device.started)
            data = contacts.as_csv(contacts.first_contacts(customer), words["contacts.columns"])
            place = f"{words['update.directory-folder']}{customer.name}/{words['contacts.file']}"
            drive.lay(place, File(data, device.started - contacts.AGE))
        return drive
    drive = Drive(clock=device.time, remembered=words["log.folder"])
    if device.kind == "pbx":
        for path, file in log_files(device, words, device.started - REACH, device.started).items():
            drive.lay(path, file)
        drive.lay_folder(words["update.backup-folder"].rstrip("/"), device.started)
    return drive


def card(world: World, device: Device, words: Dialect) -> Drive:
    """The card of a device of that world, filled when first asked for."""
    if device.name not in world.cards:
        world.cards[device.name] = drive_of(device, world.cluster_of(device), words)
    return world.cards[device.name]


def open_paths(world: World, words: Dialect) -> None:
    """Configure what is to be reached without login (rule SEC-02), and the Frontends' second RAS port."""
    keys = ("file", "columns", "node")
    world.shared.book = Book(words["update.directory-folder"], *(words[f"contacts.{key}"] for key in keys))
    alternate = ((words["h323.config-module"], ""), ((words["h323.ras-port-alt"], str(RAS_PORT)),))
    frontend = public_paths(words, read=words["update.folder"], write=words["update.directory-folder"])
    pbx = public_paths(words, write=words["update.backup-folder"])
    for cluster in world.clusters:
        add_lines(cluster.frontend, (frontend, alternate))
        for customer in cluster.customers:
            add_lines(customer.pbx, (pbx,))


def backup_path(words: Dialect, hardware_id: str) -> str:
    """Where the backup of a device of the inside lies on its Frontend's card: behind the login."""
    return BACKUP + words["update.backup-file"].replace(words["update.place.hardware-id"], hardware_id)


def _frontend_files(cluster: Cluster, words: Dialect) -> Iterator[tuple[str, str]]:
    update = words["update.folder"]
    outside = cluster.frontend.outside
    base = f"https://{outside}{words['drive.url']}{update}"
    yield f"{update}staging.txt", _staging(base, words)
    yield f"{update}update.txt", _update(base, outside, words)
    yield f"{update}global.txt", "# for every phone of the provider\r\n"
    yield f"{update}local.txt", "# for every phone of this Frontend\r\n"
    yield f"{update}{_STAGING}global.txt", "# once, for every phone of the provider\r\n"
    yield f"{update}{_STAGING}local.txt", _time_server(outside, words)
    yield f"{update}{_STAGING}cfg-phone.txt", _ras_port(words)
    yield f"{update}{_STAGING}cfg-gateway.txt", "# once, for every gateway\r\n"
    for model in MODELS:
        yield f"{update}{_STAGING}dev-{model}.txt", f"# once, for every {model}\r\n"
        yield f"{update}firm/{model}.bin", f"{model} {BUILD}"
    for customer in cluster.customers:
        yield f"{update}set-{customer.name}.txt", f"# for every phone of {customer.name}\r\n"
        port = _HTTPS_MAPS + customer.host
        yield (
            f"{update}{_STAGING}set-{customer.name}.txt",
            _customer(customer.name, f"{outside}:{port}", words),
        )


def _text(*lines: str) -> str:
    return "".join(f"{line}\r\n" for line in lines)


def _staging(base: str, words: Dialect) -> str:
    """Once: where its updates come from from now on, and what never changes."""
    module, load, command = words["update.config-module"], _load(words), words["console.command"]
    url, poll = (
        Arg(words[f"update.{key}"], value)
        for key, value in (("url", f"{base}update.txt"), ("poll", str(POLL_MINUTES)))
    )
    type_place = words["update.place.type"]
    return _text(
        "# staging of a phone that the provisioning service has sent here",
        f"{load} {base}{_STAGING}global.txt",
        f"{load} {base}{_STAGING}local.txt",
        f"{load} {base}{_STAGING}set-#(customer).txt",
        f"{load} {base}{_STAGING}dev-{type_place}.txt",
        f"{load} {base}{_STAGING}cfg-phone.txt",
        _config("change", module, url, Arg(words["update.no-dhcp"]), poll),
        words["console.write"],
        words["console.activate"],
        "# a platform for trying things out: do not wait for a quarter of an hour",
        f"{command} {module} {words['update.provision']} {FAST_POLL}",
    )


def _update(base: str, outside: str, words: Dialect) -> str:
    """Day to day: backup, settings, then in the night firmware and what is to be done once."""
    command, load = words["console.command"], _load(words)
    up0, up1 = (f"{command} {words[f'update.{kind}-module']}" for kind in ("transfer", "config"))
    drive, folder = words["drive.url"], words["update.backup-folder"]
    idle = words["console.restart.idle-if-needed"]
    return _text(
        "# every phone, at each poll",
        f"{up0} {words['update.scfg']} https://#(backup){drive}{folder}{words['update.backup-file']}",
        f"{load} {base}global.txt",
        f"{load} {base}local.txt",
        f"{load} {base}set-#(customer).txt",
        words["console.write"],
        words["console.activate"],
        f"{up1} {words['update.times']} /{words['update.times-allow']} 22,23,0,1,2,3"
        f" /{words['update.times-initial']} 6",
        f"{up0} {words['update.prot']} {base}firm/{words['update.place.type']}.bin {idle} {BUILD}",
        f"{up1} {words['update.check']} {idle} {SERIAL}",
    )


def _load(words: Dialect) -> str:
    return f"{words['console.command']} {words['update.transfer-module']} {words['update.cfg']}"


def _config(verb: Verb, module: str, *args: Arg) -> str:
    return format_line(ConfigLine(verb=verb, module=module, args=args))


def _time_server(outside: str, words: Dialect) -> str:
    module, server, interval = (words[f"time.config-{key}"] for key in ("module", "server", "interval"))
    return _text(
        "# once, for every phone of this Frontend",
        _config("change", module, Arg(server, outside), Arg(interval, "60")),
    )


def _ras_port(words: Dialect) -> str:
    module, key = words["h323.config-module"], words["h323.ras-port"]
    return _text("# once, for every phone", _config("add", module, Arg(key, str(RAS_PORT))))


def _customer(name: str, backup: str, words: Dialect) -> str:
    """Where the customer's phones put their backups: its PBX, by the Frontend's map."""
    create, variables = words["vars.create"], words["update.variables"]
    return _text(f"# once, for every phone of {name}", f"{create} {variables}backup p {backup}")
