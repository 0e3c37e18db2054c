"""The systems that keep it all running: updates, events, backups, reports, directories, VMs (part 1)."""

from __future__ import annotations

from typing import Final

from noc.hosting.states import State
from noc.hosting.systems.shape import Known, Look, Scope, System, minor, need

_READ: Final = (Known.READ,)
_PROBE: Final = (Known.PROBE,)
_BOTH: Final = (Known.READ, Known.PROBE)
_HAND: Final = (Known.HAND,)

_DOOR: Final = need("frontend", "its CF card and its maps", "the whole cluster", State.DOWN)
_PBX: Final = need("customer-pbx", "its PBX", "all of this customer", State.DOWN)

RUNNING: Final = (
    System(
        id="update-server", title="Update server", chapter="Update Server", scope=Scope.CLUSTER, known=_READ,
        about="scripts, overrides and firmware on the Frontend's CF card",
        breaks="staging, updates and backups of the phones",
        step="look at the update folder of the Frontend and at who may read it",
        station="frontend", needs=(_DOOR,), paths=("update",),
        looks=(
            Look("files frontend", "the update folder of {frontend} holds its scripts"),
            Look("public frontend update r", "phones may read update/ of {frontend}"),
            minor("sound frontend", "no alarm about the CF card of {frontend}"),
        ),
    ),
    System(
        id="my-innovaphone", title="my.innovaphone", chapter="Update Server", scope=Scope.PLATFORM,
        known=_HAND,
        about="the vendor's redirect service: project, devices, URL, trust; experimental",
        breaks="new and reset phones find no Frontend",
        step="log in at the portal, look at project and URL, tick it", paths=("update",),
    ),
    System(
        id="dhcp", title="Customer DHCP", chapter="Update Server", scope=Scope.PLATFORM, known=_HAND,
        about="an option: the update URL by the customer's own DHCP server (options 215, 216)",
        breaks="new and reset phones find no Frontend",
        step="ask the customer; tick that it is not used, or that it works", paths=("update",),
    ),
    System(
        id="event-collection", title="Event collection", chapter="Alarms and Events", scope=Scope.CLUSTER,
        known=_READ, about="phones push alarms and events to their Frontend by HTTPS",
        breaks="sight of the phones: silence is not health",
        step="read the alarm list of the Frontend; look at the event account", station="frontend",
        needs=(
            _DOOR,
            need("kdc-master kdc-standby", "the phones' login", "phones cannot log in", State.DEGRADED),
        ),
        paths=("logs",),
        looks=(
            Look("read frontend alarms", "the alarm list of {frontend} can be read"),
            Look("read frontend events", "the events of {frontend} can be read"),
            minor("map 7088", "the map 7088 of {frontend} leads to {kerberos}"),
            minor("map 7089", "the map 7089 of {frontend} leads to {standby}"),
            minor("probe frontend kerberos 7088", "{kerberos} answers through the map"),
            minor("probe frontend kerberos 7089", "{standby} answers through the map"),
        ),
    ),
    System(
        id="syslog", title="Syslog server", chapter="Alarms and Events", scope=Scope.PLATFORM,
        known=_HAND,
        about="keeps what the Frontends hand on", breaks="history",
        step="look at the server's files; tick when they were last seen to grow",
        station="syslog", paths=("logs",),
    ),
    System(
        id="pbx-logs", title="Logs on CF", chapter="Alarms and Events", scope=Scope.CUSTOMER, known=_READ,
        about="a PBX's log of calls and of the gateway, four days on its own CF card", breaks="evidence",
        step="look at Max File Size and at the CF card of the PBX",
        station="pbx", needs=(_PBX,), paths=("logs",),
        looks=(
            Look("kept pbx", "the log on the card of {pbx} reaches back four days"),
            minor("read pbx log", "the log of {pbx} can be read"),
            minor("sound pbx", "no alarm about the CF card of {pbx}"),
        ),
    ),
    System(
        id="backups", title="Configuration backups", chapter="Config backup", scope=Scope.CUSTOMER,
        known=_READ,
        about="those of the phones on the PBX's CF card, those of inside devices on the Frontend's",
        breaks="restoring a phone or a PBX",
        step="look at the update URL of the phones and at who may write to update/backup",
        station="pbx", needs=(_PBX, _DOOR), paths=("backup",),
        looks=(
            Look("backup", "the backups of the phones are fresh"),
            Look("public pbx update/backup w", "phones may write to update/backup of {pbx}"),
            minor("sound pbx", "no alarm about the CF card of {pbx}"),
        ),
    ),
    System(
        id="reporting", title="Reporting", chapter="Reporting", scope=Scope.CLUSTER, known=_PROBE,
        about="call records, filters, logins", breaks="call lists and billing; PBXs keep 300 kB meanwhile",
        step="see whether its VM runs and how full its disk is", station="reporting", paths=("reports",),
        looks=(
            Look("probe reporting https", "{reporting} answers by HTTPS"),
        ),
        absent="provider.yaml names no service of role reporting in this cluster, or nobody has asked it",
    ),
    System(
        id="cdr", title="Call records (CDR0)", chapter="Reporting", scope=Scope.CUSTOMER,
        known=_READ,
        about="hands the records of a PBX's calls to Reporting", breaks="one customer's call records",
        step="look at type, address and port of CDR0", station="pbx",
        needs=(_PBX, need("reporting", "somebody who takes them", "buffers, then loses", State.DEGRADED)),
        paths=("reports",), looks=(Look("read pbx cdr", "the test of CDR0 at {pbx} can be read"),),
    ),
    System(
        id="call-list", title="Call list service", chapter="Reporting", scope=Scope.CLUSTER, known=_BOTH,
        about="the journal of myPBX, from Reporting through the Frontend", breaks="that list",
        step="look at the shared map, then at Reporting, then at the login", station="reporting",
        needs=(_DOOR, need("reporting", "the records", "no journal", State.DOWN)), paths=("reports",),
        looks=(
            Look("probe reporting https map", "{reporting} answers through the map"),
            Look("map reporting", "the shared map leads to {reporting}"),
        ),
        absent="provider.yaml names no service of role reporting in this cluster, or nobody has asked it",
    ),
    System(
        id="resellers", title="Resellers", chapter="Reporting", scope=Scope.CLUSTER, known=_HAND,
        about="a filter of Reporting over several customers", breaks="their reports",
        step="log in as a reseller and tick it",
        needs=(need("reporting", "the records", "no reports", State.DOWN),), paths=("reports",),
    ),
    System(
        id="fax", title="Fax server", chapter="Fax Server", scope=Scope.CLUSTER, known=_BOTH,
        about="an instance for each customer, T.38 only", breaks="fax of the cluster, or of one customer",
        step="all: the FAX interface of the Media-PBX, then the server; one: its instance and SOAP login",
        station="fax", paths=("fax",),
        needs=(
            need("media-pbx", "the public fax end", "no fax", State.DOWN),
            need("mail", "faxes as mail", "faxes are not delivered", State.DEGRADED),
        ),
        looks=(
            Look("probe fax https", "{fax} answers by HTTPS"),
            minor("map fax", "the map leads to {fax}"),
            Look("shared fax", "fax ###13 is registered at {media}"),
        ),
        absent="provider.yaml names no service of role fax in this cluster, or nobody has asked it",
    ),
    System(
        id="mail", title="Mail", chapter="Mail MWI", scope=Scope.PLATFORM, known=_PROBE,
        about="the provider's SMTP server, and the customers' own",
        breaks="mails about messages, fax by mail",
        step="try the greeting by swaks; look at the server's queue", station="mail",
        paths=("voicemail", "fax"), looks=(Look("every mail smtp", "{mail} takes mail, encrypted"),),
        absent="provider.yaml names no service of role mail, or nobody has asked it",
    ),
    System(
        id="metadir", title="Metadir, replicators", chapter="External Directory", scope=Scope.CLUSTER,
        known=_BOTH, about="one for each Frontend, with a node for each customer",
        breaks="names of outside callers, in the whole cluster",
        step="see whether its VM runs; search a node by ldapsearch at port 714",
        station="metadir", paths=("directory",),
        needs=(need("frontend", "the way from the phones", "phones find no names", State.DEGRADED),),
        looks=(
            Look("probe metadir ldaps", "{metadir} answers"),
            minor("map metadir", "the shared map leads to {metadir}"),
            minor("probe metadir ldaps map", "{metadir} answers through the map"),
        ),
        absent="provider.yaml names no service of role metadir in this cluster, or nobody has asked it",
    ),
    System(
        id="contacts", title="Contacts drop box", chapter="External Directory", scope=Scope.CUSTOMER,
        known=_BOTH, about="contacts.csv on the Frontend's CF card, replicated into the customer's node",
        breaks="fresh contacts", step="compare file and node; run the replicator by hand",
        station="metadir", paths=("contacts",),
        needs=(_DOOR, need("metadir", "the node", "no contacts", State.DOWN)),
        looks=(
            Look("probe metadir ldaps dc={customer}", "{metadir} opens the node of {customer}"),
            minor("probe metadir contacts {customer}", "contacts.csv of {customer} is well formed"),
            Look("public frontend directory w", "customers may write to directory/ of {frontend}"),
        ),
    ),
    System(
        id="pbx-directory", title="PBX directory", chapter="PBX Directory", scope=Scope.CUSTOMER, known=_BOTH,
        about="the extensions of a customer, by LDAPS at its PBX", breaks="the search for extensions",
        step="look at the 9nnn map, then at port 636 of the PBX", station="pbx", paths=("ldaps",),
        needs=(_DOOR, _PBX),
        looks=(
            Look("probe pbx ldaps", "{pbx} answers LDAPS"),
            Look("map ldaps", "the 9nnn map leads to {pbx}"),
            Look("probe pbx ldaps map", "{pbx} answers LDAPS through the map"),
        ),
    ),
    System(
        id="vmware", title="VMware", chapter="Introduction", scope=Scope.PLATFORM, known=_HAND,
        about="hosts and storage, high availability in place of standby PBXs, backups of the VMs",
        breaks="all that runs on a host: unrelated devices at once",
        step="ask who runs it: hosts, storage, last backup of Frontends, RootCA and Kerberos; tick it",
    ),
    System(
        id="management", title="Management server", chapter="Introduction", scope=Scope.PLATFORM,
        known=_HAND,
        about="the provider's own server and portal; it may start replicators", breaks="the provider's work",
        step="ask who runs it, and tick it", paths=("contacts",),
    ),
)  # fmt: skip
