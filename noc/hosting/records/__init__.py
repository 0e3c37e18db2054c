"""The vocabulary of the log. Every name of this room is asked for here: ``records.Device``."""

from noc.hosting.records.deeds import (
    Ack as Ack,
    Assign as Assign,
    Card as Card,
    Maintenance as Maintenance,
    Note as Note,
    Silence as Silence,
)
from noc.hosting.records.equipment import (
    CallRecords as CallRecords,
    CertificateStore as CertificateStore,
    Counter as Counter,
    DnsName as DnsName,
    DnsService as DnsService,
    DriveFile as DriveFile,
    Fact as Fact,
    HttpLogin as HttpLogin,
    Interface as Interface,
    Kdc as Kdc,
    LicenceCount as LicenceCount,
    Licences as Licences,
    LogFiles as LogFiles,
    PublicPath as PublicPath,
    Realm as Realm,
    Rejected as Rejected,
    ServiceAnswer as ServiceAnswer,
    Soap as Soap,
    TimeSync as TimeSync,
    Trusted as Trusted,
)
from noc.hosting.records.happenings import (
    Ask as Ask,
    Audit as Audit,
    CollectorStarted as CollectorStarted,
    Fault as Fault,
    Gap as Gap,
    Refusal as Refusal,
    SweepComplete as SweepComplete,
    Tick as Tick,
)
from noc.hosting.records.incidents import (
    Incident as Incident,
    Root as Root,
    Why as Why,
)
from noc.hosting.records.kinds import (
    FACTS as FACTS,
    KIND_OF as KIND_OF,
    KINDS as KINDS,
    KindSpec as KindSpec,
    decode as decode,
    draft as draft,
    encode as encode,
    gone as gone,
    source_of as source_of,
    telling as telling,
)
from noc.hosting.records.platform import (
    Alarm as Alarm,
    Backup as Backup,
    Certificate as Certificate,
    Customer as Customer,
    Device as Device,
    Link as Link,
    NatMap as NatMap,
    NatSettings as NatSettings,
    SessionBorder as SessionBorder,
    Source as Source,
    UserRegistration as UserRegistration,
)
from noc.hosting.records.pushes import Receiver as Receiver, Unparsed as Unparsed
from noc.hosting.records.record import (
    Body as Body,
    Cls as Cls,
    Draft as Draft,
    Micros as Micros,
    Origin as Origin,
    Record as Record,
)
