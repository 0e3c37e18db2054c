"""What operators do about what they see: acknowledge, silence, announce maintenance, note, file cards.

All of class journal; of each key the newest holds. `ended`: whoever wrote this record took the deed back, the
rest of the body says what it was.
"""

from __future__ import annotations

from noc.hosting.records.record import Body, Micros


class Ack(Body, frozen=True):
    """Somebody is on an alarm or incident. Subject: the alarm's identity or the incident's id.

    until: when it expires (0: when the alarm or incident ends). An ack hides nothing; that is a silence.
    """

    comment: str = ""
    until: Micros = 0
    ended: bool = False


class Assign(Body, frozen=True):
    """An alarm or incident is somebody's. Subject: as of an ack. to: an account, "" for nobody."""

    to: str


class Silence(Body, frozen=True):
    """Alarms that pass a filter are not to call anybody until `until`. Subject: the silence's id.

    matcher: in the filter language, over the rows of the list of alarms.
    """

    matcher: str
    reason: str
    until: Micros
    ended: bool = False


class Maintenance(Body, frozen=True):
    """A device, customer or cluster is worked on. Subject: the id of the maintenance.

    scope: device | customer | cluster; name: which one. Once: from `start` to `until`. Recurring: on `days`
    (mon … sun) at `begin` (``02:00`` of the provider's time zone) for `minutes`, between `start` and `until`
    (0: for good).
    """

    scope: str
    name: str
    reason: str
    start: Micros
    until: Micros = 0
    days: tuple[str, ...] = ()
    begin: str = ""
    minutes: int = 0
    ended: bool = False


class Note(Body, frozen=True):
    """Worth knowing. Subject: the note's id. about: customer, device, cluster, alarm or incident."""

    about: str
    text: str
    ended: bool = False


class Card(Body, frozen=True):
    """The card of a customer. Subject: the customer. contact: at the site; router: of the site;
    priority: 1 is the first to be helped, 0 where nobody said."""

    contact: str = ""
    router: str = ""
    priority: int = 0
