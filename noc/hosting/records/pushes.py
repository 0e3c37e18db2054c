"""What receivers took in besides what devices' lists tell too: what nobody could read, and how much came."""

from __future__ import annotations

from noc.hosting.records.record import Body


class Unparsed(Body, frozen=True):
    """A push of which no record could be made. Subject: the device, else the sender's address.

    receiver: syslog-udp | syslog-tcp | syslog-tls | http | https | traps; raw: its bytes, those beyond
    printable ASCII as ``\\xNN``; reason: unknown-form | unknown-source | malformed.
    """

    receiver: str
    address: str
    raw: str
    reason: str


class Receiver(Body, frozen=True, omit_defaults=False):
    """How much a receiver of this collector has taken in since it started. Subject: its name.

    address: where it listens (error: why it does not); received = stored (new records) + doubled (a list or
    another push told the same) + quiet (understood, but no news) + unparsed + unknown (of no known sender) +
    dropped (no room) + waiting. late: device clocks that were hours off.
    """

    name: str
    address: str
    error: str = ""
    received: int = 0
    stored: int = 0
    doubled: int = 0
    quiet: int = 0
    unparsed: int = 0
    unknown: int = 0
    dropped: int = 0
    late: int = 0
