"""The vocabulary of the log. Every name of this room is asked for here: ``records.Device``."""

from noc.hosting.records.equipment import (
    CallRecords as CallRecords,
)
from noc.hosting.records.equipment import (
    CertificateStore as CertificateStore,
)
from noc.hosting.records.equipment import (
    Counter as Counter,
)
from noc.hosting.records.equipment import (
    DnsName as DnsName,
)
from noc.hosting.records.equipment import (
    DnsService as DnsService,
)
from noc.hosting.records.equipment import (
    DriveFile as DriveFile,
)
from noc.hosting.records.equipment import (
    Fact as Fact,
)
from noc.hosting.records.equipment import (
    HttpLogin as HttpLogin,
)
from noc.hosting.records.equipment import (
    Interface as Interface,
)
from noc.hosting.records.equipment import (
    Kdc as Kdc,
)
from noc.hosting.records.equipment import (
    LicenceCount as LicenceCount,
)
from noc.hosting.records.equipment import (
    Licences as Licences,
)
from noc.hosting.records.equipment import (
    PublicPath as PublicPath,
)
from noc.hosting.records.equipment import (
    Realm as Realm,
)
from noc.hosting.records.equipment import (
    Rejected as Rejected,
)
from noc.hosting.records.equipment import (
    Soap as Soap,
)
from noc.hosting.records.equipment import (
    TimeSync as TimeSync,
)
from noc.hosting.records.equipment import (
    Trusted as Trusted,
)
from noc.hosting.records.happenings import (
    Ask as Ask,
)
from noc.hosting.records.happenings import (
    Audit as Audit,
)
from noc.hosting.records.happenings import (
    CollectorStarted as CollectorStarted,
)
from noc.hosting.records.happenings import (
    Fault as Fault,
)
from noc.hosting.records.happenings import (
    Gap as Gap,
)
from noc.hosting.records.happenings import (
    Refusal as Refusal,
)
from noc.hosting.records.happenings import (
    SweepComplete as SweepComplete,
)
from noc.hosting.records.kinds import (
    FACTS as FACTS,
)
from noc.hosting.records.kinds import (
    KIND_OF as KIND_OF,
)
from noc.hosting.records.kinds import (
    KINDS as KINDS,
)
from noc.hosting.records.kinds import (
    KindSpec as KindSpec,
)
from noc.hosting.records.kinds import (
    decode as decode,
)
from noc.hosting.records.kinds import (
    draft as draft,
)
from noc.hosting.records.kinds import (
    encode as encode,
)
from noc.hosting.records.kinds import (
    gone as gone,
)
from noc.hosting.records.kinds import (
    source_of as source_of,
)
from noc.hosting.records.kinds import (
    telling as telling,
)
from noc.hosting.records.platform import (
    Alarm as Alarm,
)
from noc.hosting.records.platform import (
    Backup as Backup,
)
from noc.hosting.records.platform import (
    Certificate as Certificate,
)
from noc.hosting.records.platform import (
    Customer as Customer,
)
from noc.hosting.records.platform import (
    Device as Device,
)
from noc.hosting.records.platform import (
    Link as Link,
)
from noc.hosting.records.platform import (
    NatMap as NatMap,
)
from noc.hosting.records.platform import (
    NatSettings as NatSettings,
)
from noc.hosting.records.platform import (
    SessionBorder as SessionBorder,
)
from noc.hosting.records.platform import (
    Source as Source,
)
from noc.hosting.records.platform import (
    UserRegistration as UserRegistration,
)
from noc.hosting.records.record import (
    Body as Body,
)
from noc.hosting.records.record import (
    Cls as Cls,
)
from noc.hosting.records.record import (
    Draft as Draft,
)
from noc.hosting.records.record import (
    Micros as Micros,
)
from noc.hosting.records.record import (
    Origin as Origin,
)
from noc.hosting.records.record import (
    Record as Record,
)
