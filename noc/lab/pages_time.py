"""The page of a device's time client (device-interface, ch. 2)."""

from __future__ import annotations

from noc.lab.exchange import Answer, Context, Request
from noc.lab.markup import element
from noc.lab.model import Device
from noc.lab.timekeeping import last_sync


def time(context: Context, device: Device, _request: Request) -> Answer:
    """Its server, how often it asks, whether it is answered and when it last was."""
    words, settings = context.words, device.settings
    attributes: dict[str, str | int | None] = {
        words["time.server"]: settings.time_server,
        words["time.interval"]: settings.time_interval,
        words["time.last-sync"]: last_sync(device, int(context.now())),
        words["time.offset"]: settings.time_zone or None,
        words["time.state"]: words["time.state.synced" if device.synced else "time.state.alone"],
    }
    return Answer([element(words["answer.root"], attributes)])
