"""What is open: the active alarms put together by device, as Wall and Incidents both count them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from noc.hosting.rollup import PhoneCounts
from noc.hosting.rows import AlarmRow
from noc.log.view import View
from noc.screens import cells


@dataclass(frozen=True)
class Group:
    """The active alarms of one device. worst: the most severe of them; silent: phones that are
    not known to be registered, of those at it (None: no phone is at it)."""

    device: str
    worst: AlarmRow
    count: int
    customers: int
    since: int | None
    silent: int | None

    @property
    def text(self) -> str:
        """What its worst alarm says."""
        return self.worst.text or self.worst.code


def open_groups(view: View, alarms: Sequence[AlarmRow]) -> list[Group]:
    """The groups of these alarms, in the order of `groups`."""
    if not alarms:
        return []
    return groups(alarms, {**view.phone_counts("customer"), **_of_frontends(view)})


def _of_frontends(view: View) -> dict[str, PhoneCounts]:
    of_cluster = view.phone_counts("cluster")
    return {row.frontend: of_cluster[row.cluster] for row in view.clusters() if row.cluster in of_cluster}


def groups(alarms: Sequence[AlarmRow], phones: Mapping[str, PhoneCounts]) -> list[Group]:
    """One group a device, worst first, of equal ones that which hits more, then the older.

    phones: how those stand that register at a device, by its name.
    """
    by_device: dict[str, list[AlarmRow]] = {}
    for alarm in alarms:
        by_device.setdefault(alarm.device, []).append(alarm)
    found = [_group(device, members, phones.get(device)) for device, members in by_device.items()]
    return sorted(found, key=_order)


def counted(found: Sequence[Group]) -> str:
    """``3 alarms at 2 devices``."""
    count = sum(one.count for one in found)
    return f"{cells.plural(count, 'alarm')} at {cells.plural(len(found), 'device')}"


def _order(one: Group) -> tuple[object, ...]:
    return (-_rank(one.worst), -one.customers, -(one.silent or 0), one.since or 0, one.device)


def _rank(alarm: AlarmRow) -> int:
    return cells.SEVERITY_RANK.get(alarm.severity, 0)


def _group(device: str, members: Sequence[AlarmRow], phones: PhoneCounts | None) -> Group:
    return Group(
        device,
        max(members, key=_rank),
        len(members),
        len({alarm.customer for alarm in members if alarm.customer}),
        min((alarm.since for alarm in members if alarm.since is not None), default=None),
        phones.total - phones.ok if phones is not None else None,
    )
