"""How every operation of the table is driven: what is pressed before, and what it does, seen from outside.

A step is keys (as Textual names them, blanks between), a command (``:…``) or something that happens on the
platform, and what has to be true afterwards: a text on screen, or a condition of the console.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from noc.hosting.operations import Need
from noc.screens.replay import Replay
from tests.screens.rig import Console
from tests.screens.sample import NOW, SECOND, Sample, fault

Seen = str | Callable[[Console], bool]
Step = tuple[str | Callable[[Sample], None], Seen]


@dataclass(frozen=True)
class Drive:
    """before: steps to where it applies; does: what its key or command (with `text` behind) does."""

    does: Seen
    before: tuple[Step, ...] = ()
    text: str = ""
    role: Need = Need.READ
    replay: bool = False

    def desk(self) -> dict[str, Any]:
        """What the console needs besides."""
        return {"replay": Replay(NOW - 3_600 * SECOND, NOW, 1.0)} if self.replay else {}


def cursor(least: int, most: int = 10_000) -> Seen:
    """The cursor stands on a line from here to there."""
    return lambda c: least <= c.app.frame.active.cursor <= most


def typing(text: str) -> Seen:
    """The prompt is open and holds this."""
    return lambda c: c.app.frame.typing and c.app.frame.prompt.value == text


def said(text: str) -> Seen:
    """The footer says it."""
    return lambda c: text in c.app.conductor.message


def gone(text: str) -> Seen:
    """It is no longer on screen."""
    return lambda c: text not in c.text()


def _told(sample: Sample) -> None:
    sample.append(fault("sb2", "minor", "0x1", "RTP", NOW, text="just now"))


PHONES = (("4", "1–18 of 68"),)
EVENTS = (("5", "are severe"),)
CUSTOMER = ((":customer Zander00009", "TRUNK"),)
PAST = ((":at 03:00", "PAST 03:00:00"),)
ALARMS = (("A", "Registration down"),)
SAVED = ((":save-view mine", said("View mine saved")),)
WALK = ((":topology Zander00009-000", "› Registration"),)

DRIVEN: dict[str, Drive] = {
    "go.wall": Drive("OPEN ALARMS", PHONES),
    "go.incidents": Drive("› Incidents"),
    "go.alarms": Drive("› Alarms"),
    "go.changes": Drive("› Changes"),
    "go.phones": Drive("› Registrations"),
    "go.events": Drive("› Events"),
    "go.natmaps": Drive("› NAT maps"),
    "go.certificates": Drive("› Certificates"),
    "go.topology": Drive("› Topology"),
    "go.services": Drive("› Services"),
    "go.capacity": Drive("› Capacity"),
    "go.devices": Drive("› Devices"),
    "go.collector": Drive("› Collector"),
    "place.open": Drive("› Kuenkel00001 › -007", PHONES),
    "place.back": Drive("OPEN ALARMS", PHONES),
    "place.forward": Drive("› Registrations", (*PHONES, ("escape", "OPEN ALARMS"))),
    "walk.next": Drive(gone("› Registration "), WALK),
    "walk.before": Drive("› Registration ", (*WALK, ("right", gone("› Registration ")))),
    "walk.here": Drive("› Topology", CUSTOMER),
    "events.next": Drive(cursor(1), EVENTS),
    "events.before": Drive(cursor(0, 0), (*EVENTS, ("n", cursor(1)))),
    "events.follow": Drive("Following.", EVENTS),
    "events.whole": Drive("› Events › #", EVENTS),
    "events.around": Drive("› Events", (("A", "Registration down"),)),
    "events.here": Drive('/customer="Zander00009"', CUSTOMER),
    "customer.maps": Drive("› NAT maps", CUSTOMER),
    "customer.alarms": Drive("› Alarms", CUSTOMER),
    "customer.phones": Drive("/customer=Zander00009", CUSTOMER),
    "cluster.phones": Drive("/cluster=sb2", ((":cluster sb2", "› sb2"),)),
    "cluster.maps": Drive("› NAT maps", ((":cluster sb2", "› sb2"),)),
    "phone.customer": Drive("TRUNK", PHONES),
    "operate.ack": Drive(typing(":ack "), ALARMS, role=Need.OPERATE),
    "operate.undo": Drive(said("There is no ack"), ALARMS, role=Need.OPERATE),
    "operate.silence": Drive(typing(":silence 8h "), ALARMS, role=Need.OPERATE),
    "operate.note": Drive(typing(":note "), ALARMS, role=Need.OPERATE),
    "operate.mark": Drive(said("1 marked"), ALARMS),
    "list.bad": Drive("/state!=ok", PHONES),
    "service.tick": Drive(
        typing(":tick "), ((":services system=vmware", "1 waits for somebody"),), role=Need.OPERATE
    ),
    "time.since": Drive("60 min", (("3", "› Changes"),)),
    "list.sort": Drive("by name", (("D", "› Devices"),)),
    "list.order": Drive(gone("↑ u"), (*EVENTS, (_told, "1 new ↑ u"))),
    "device.poll": Drive(said("Asked: read sb2 now"), (("down", cursor(1)),), role=Need.OPERATE),
    "list.filter": Drive(typing("/"), PHONES),
    "ask.command": Drive(typing(":")),
    "ask.palette": Drive(lambda c: len(c.app.screen_stack) == 2),
    "list.columns": Drive(gone("HARDWARE"), PHONES, text="cpe,why"),
    "view.export": Drive(said("68 rows written to"), PHONES, text="{folder}/x.csv"),
    "ask.save-view": Drive(said("View mine saved"), text="mine"),
    "ask.view": Drive("› Registrations", (*PHONES, *SAVED, ("1", "OPEN ALARMS")), text="mine"),
    "ask.views": Drive("› Saved views"),
    "views.delete": Drive(said("View mine deleted"), (*SAVED, (":views", "mine"))),
    "row.yank": Drive(said("Copied"), PHONES),
    "ask.messages": Drive("› Messages"),
    "ask.help": Drive("› Help"),
    "time.at": Drive("PAST 03:05", text="03:05"),
    "time.compare": Drive("› Changes", text="02:00 03:12"),
    "time.before": Drive("PAST"),
    "time.after": Drive(gone("PAST 03:00:00"), PAST),
    "time.pause": Drive("REPLAY paused", replay=True),
    "time.faster": Drive("REPLAY 2x", replay=True),
    "time.slower": Drive("REPLAY 0.5x", replay=True),
    "time.live": Drive("● LIVE", PAST),
    "look.theme": Drive(lambda c: c.app.theme == "light", text="light"),
    "quit": Drive(lambda c: c.app.return_value == 0),
    "move.up": Drive(cursor(0, 0), (*PHONES, ("down", cursor(1, 1)))),
    "move.down": Drive(cursor(1, 1), PHONES),
    "move.page-up": Drive(cursor(0, 0), (*PHONES, ("pagedown", cursor(10)))),
    "move.page-down": Drive(cursor(10), PHONES),
    "move.first": Drive(cursor(0, 0), (*PHONES, ("end", cursor(67)))),
    "move.last": Drive(cursor(67), PHONES),
    "move.left": Drive(lambda c: c.app.frame.table.left == 0, (*PHONES, ("right", gone("\x00")))),
    "move.right": Drive(lambda c: c.app.frame.table.left > 0, PHONES),
    "move.other": Drive(lambda c: c.app.frame.focused is c.app.frame.page, (("6", "8xxx"),)),
}
"""Each operation that a pilot can drive."""

ELSEWHERE: dict[str, str] = {
    "console.suspend": "test_suspend.test_the_shell_is_there_and_fg_comes_back_whole",
}
"""Each operation that needs more than a pilot, and the test that drives it."""
