"""The CF cards of the platform, and the phones that poll their scripts and put their backups there.

Nothing runs on a timer: when somebody looks at a card, the polls that have taken place meanwhile are made up
for, with the script as it was at each moment; those that would change nothing are left out. Whether a phone
reaches its servers is judged as of now.
"""

from __future__ import annotations

import functools
import zlib
from collections.abc import Callable
from urllib.parse import unquote, urlsplit

from noc.devices.dialect import Dialect
from noc.lab.cf_access import is_public
from noc.lab.cf_layout import BACKUP, BUILD, POLL_MINUTES, backup_path, card
from noc.lab.cf_tree import Drive, File
from noc.lab.config import ConfigText
from noc.lab.model import Cluster, Device, World
from noc.lab.pieces import Phone
from noc.lab.rules import reaches_frontend
from noc.lab.up1 import UpdateClient
from noc.lab.up1_phone import PhoneConfig, UpdateState

_PERIOD = POLL_MINUTES * 60
_HTTPS = 443
_MINUTE, _HOUR = 60, 3600
_SURE = 3
"""Polls in a row that changed nothing: then one an hour is enough to see whether that stays so."""
_MOST_POLLS = 48
"""To be made up for with one script: more than a day brings nothing new."""


class Updates:
    """Every card by device, made when first looked at; every phone's state of updates likewise."""

    def __init__(self, world: World, words: Dialect, now: Callable[[], float]) -> None:
        self._world = world
        self._words = words
        self._now = now
        self._prefix = words["drive.url"]
        file = words["update.backup-folder"] + words["update.backup-file"]
        self._before_id, _, self._after_id = file.partition(words["update.place.hardware-id"])
        self._outside = {cluster.frontend.outside: cluster.frontend for cluster in world.clusters}
        self._states: dict[str, UpdateState] = {}
        self._looked: dict[str, int] = {}
        self._phones: dict[str, list[Phone]] = {}
        gatekeepers = {cluster.name: cluster.frontend.outside for cluster in world.clusters}
        self._client = UpdateClient(words, PhoneConfig(words, gatekeepers), self)
        self._config = ConfigText(words)
        for cluster in world.clusters:
            self._drive(cluster.frontend)

    def drive(self, device: Device, path: str = "") -> Drive:
        """A device's card, with the backups that have arrived if somebody looks where they lie."""
        cluster, second = self._world.cluster_of(device), int(self._now())
        if cluster is None or self._looked.get(device.name) == second:  # polls fall on whole seconds
            return self._drive(device)
        phone = self._world.phones.get(path.removeprefix(self._before_id).removesuffix(self._after_id))
        if device.kind == "pbx" and phone is not None and phone.site.customer == device.customer:
            self._catch_up(phone, cluster)
        elif device.kind == "pbx" and _near(path, self._words["update.backup-folder"]):
            self._looked[device.name] = second
            for each in self._phones_of(device.customer):
                self._catch_up(each, cluster)
        elif device is cluster.frontend and _near(path, BACKUP):
            self._looked[device.name] = second
            self._catch_up_inside(cluster)
        return self._drive(device)

    def fetch(self, phone: Phone, url: str, moment: int) -> bytes | None:
        """What a phone gets without login from an address, as it was at that moment."""
        device, path = self._server(url)
        if device is None or not is_public(device.settings, self._words, path, "GET"):
            return None
        file = self._drive(device).at(path, moment)
        return file.content() if file else None

    def store(self, phone: Phone, url: str, make: Callable[[], bytes], moment: int) -> None:
        """A phone's PUT without login; a path that is not open or has no folder takes nothing."""
        device, path = self._server(url)
        if device is None or not is_public(device.settings, self._words, path, "PUT"):
            return
        drive = self._drive(device)
        if drive.folder(path.rpartition("/")[0]) is not None and drive.folder(path) is None:
            drive.place(path, File(make, device.time(moment)), self._now())

    def _server(self, url: str) -> tuple[Device | None, str]:
        """Which device answers at an address, seen from outside, and the path on its card."""
        host, port, path = _split(url)
        device = self._outside.get(host)
        if device is None or not device.up or not path.startswith(self._prefix):
            return None, ""
        return device if port == _HTTPS else self._mapped(device, port), path[len(self._prefix) :]

    def _mapped(self, frontend: Device, port: int) -> Device | None:
        maps = frontend.settings.nat if frontend.settings.nat_enabled else ()
        target = next((item for item in maps if item.port == port and item.int_port == _HTTPS), None)
        device = self._world.by_inside.get(target.address) if target else None
        return device if device is not None and device.up else None

    def _drive(self, device: Device) -> Drive:
        return card(self._world, device, self._words)

    def _phones_of(self, customer: str) -> list[Phone]:
        if not self._phones:
            for phone in self._world.phones.values():
                self._phones.setdefault(phone.site.customer, []).append(phone)
        return self._phones.get(customer, [])

    def _catch_up(self, phone: Phone, cluster: Cluster) -> None:
        """The polls before each change of a script, and those until now."""
        if not reaches_frontend(phone, cluster.frontend):
            return
        state = self._states.get(phone.hardware_id) or self._staged(phone, cluster)
        phase = zlib.crc32(phone.hardware_id.encode())
        for end in self._drive(cluster.frontend).changes(state.polled):
            self._poll_until(phone, state, end, phase)
            state.quiet = 0
        self._poll_until(phone, state, self._now(), phase)

    def _poll_until(self, phone: Phone, state: UpdateState, end: float, phase: int) -> None:
        """Poll with one script. While nothing changes only the last polls of each hour are made."""
        runs = 0
        while (moment := state.next_poll(phase)) <= end:
            until = end if runs > _MOST_POLLS else min(end, _end_of_hour(moment))
            if state.quiet:
                last = state.last_poll(until, phase)
                sure = state.quiet >= _SURE and (until < end or last - moment < _MINUTE)
                moment = max(moment, last if sure else last - (_SURE - 1) * state.period)
            before = state.settled
            self._client.poll(phone, state, moment)
            state.quiet = state.quiet + 1 if state.settled == before else 0
            runs += 1

    def _staged(self, phone: Phone, cluster: Cluster) -> UpdateState:
        """A phone as staging has left it, long before anybody looked."""
        staged = cluster.frontend.started - 2 * _PERIOD
        variables = (("customer", phone.site.customer),)
        state = UpdateState(variables, staged, staged, _PERIOD, BUILD)
        url = f"https://{cluster.frontend.outside}{self._words['drive.url']}{self._words['update.folder']}"
        phase = zlib.crc32(phone.hardware_id.encode())
        self._client.poll(phone, state, staged, f"{url}staging.txt")
        state.polled = state.last_poll(cluster.frontend.started, phase) - state.period
        state.quiet = _SURE
        self._states[phone.hardware_id] = state
        return state

    def _catch_up_inside(self, cluster: Cluster) -> None:
        """The devices of the inside put their whole configuration to their Frontend's card (rule BAK-01)."""
        drive = self._drive(cluster.frontend)
        for device in (cluster.media, *(customer.pbx for customer in cluster.customers)):
            path = backup_path(self._words, device.hardware_id)
            known, now = drive.file(path), int(self._now())
            moment = now - (now - zlib.crc32(device.name.encode())) % _PERIOD
            written = cluster.frontend.time(moment)
            if device.up and (known is None or known.written < written):
                text = "".join(f"{line}\r\n" for line in self._config.render(device))
                drive.place(path, File(text.encode(), written), now)


@functools.lru_cache(maxsize=4096)
def _split(url: str) -> tuple[str, int, str]:
    """Host, port and path of an address; no host where it is none."""
    try:
        parts = urlsplit(url)
        return parts.hostname or "", parts.port or _HTTPS, unquote(parts.path)
    except ValueError:
        return "", 0, ""


def _end_of_hour(moment: int) -> int:
    return moment - moment % _HOUR + _HOUR - 1


def _near(path: str, folder: str) -> bool:
    """Whether who looks at a path sees something of a folder."""
    return f"{path}/".startswith(folder) or folder.startswith(f"{path}/") or not path
