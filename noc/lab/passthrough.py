"""The Devices proxy of an App Platform: pages of any device below a path, without a login of the device.

``/<domain>/<devices>/passthrough/<MAC>/<session key>/<path>``; the lab's once-only devices stand in
for an App Platform, and any GUID is good for a key. Device interface, ch. 1 and 12 (sipScheduler).
"""

from __future__ import annotations

import re
from typing import Final

from noc.devices.dialect import Dialect
from noc.lab.auth import Account
from noc.lab.model import Device, World

ACCOUNT: Final = Account("app-platform", "admin", "")
"""As whom the proxy speaks to devices."""
_STANDS_IN: Final = "kerberos"
_MAC = re.compile(r"[0-9a-f]{12}")
_KEY = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}")


class Passthrough:
    """Finds whose page is meant. The MACs are learnt once, they never change."""

    def __init__(self, words: Dialect) -> None:
        self._mark = words["passthrough.path"]
        self._devices: dict[str, Device] = {}

    def meant(self, world: World, at: Device, target: str) -> tuple[Device, str] | None:
        """The device and its page that a request target at `at` means; None if it is no such target."""
        head, mark, rest = target.partition(self._mark)
        if at.kind != _STANDS_IN or not mark or head.count("/") != 2:
            return None
        mac, _, rest = rest.partition("/")
        key, _, path = rest.partition("/")
        device = self._known(world).get(mac.lower().replace("-", ""))
        if device is None or not device.up or not _KEY.fullmatch(key.lower()):
            return None
        return device, f"/{path}"

    def _known(self, world: World) -> dict[str, Device]:
        if not self._devices:
            for device in world.devices.values():
                mac = device.serial.lower().replace("-", "")
                if _MAC.fullmatch(mac):
                    self._devices[mac] = device
        return self._devices
