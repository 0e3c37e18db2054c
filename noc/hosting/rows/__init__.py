"""The rows that every list, screen and ``--json`` answer is made of, and that `noc lab truth` prints too.

Field names are stable: other programs rely on them. Times are UTC microseconds (None: not known);
they are printed as RFC 3339. `reasons` say in words why `state` is what it is.
"""

from noc.hosting.rows.capacity import (
    CapacityRow as CapacityRow,
    NeedRow as NeedRow,
    RoomRow as RoomRow,
)
from noc.hosting.rows.incidents import IncidentRow as IncidentRow
from noc.hosting.rows.operating import (
    AckRow as AckRow,
    CardRow as CardRow,
    MaintenanceRow as MaintenanceRow,
    NoteRow as NoteRow,
    SilenceRow as SilenceRow,
)
from noc.hosting.rows.platform import (
    AlarmRow as AlarmRow,
    BackupRow as BackupRow,
    CertificateRow as CertificateRow,
    ClusterRow as ClusterRow,
    CustomerRow as CustomerRow,
    DeviceRow as DeviceRow,
    FactRow as FactRow,
    LinkRow as LinkRow,
    NatMapRow as NatMapRow,
    NatUseRow as NatUseRow,
    PhoneRow as PhoneRow,
    PlatformRow as PlatformRow,
    SourceRow as SourceRow,
)
from noc.hosting.rows.services import ServiceRow as ServiceRow
from noc.hosting.rows.shape import (
    Health as Health,
    Reason as Reason,
    Row as Row,
    Since as Since,
)
from noc.hosting.rows.told import (
    Change as Change,
    Deed as Deed,
    EventRow as EventRow,
    HopRow as HopRow,
    NodeRow as NodeRow,
    PathRow as PathRow,
)
