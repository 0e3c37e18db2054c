"""The paths behind the calls: web, directories, Kerberos, licences, updates, logs, reports, clocks.

Hosting rules, part 4 (paths 10 to 19); the chapters are those of the reference design.
"""

from __future__ import annotations

from typing import Final

from noc.hosting.paths.shape import Path, hop

HTTPS: Final = Path(
    name="https",
    title="HTTPS, myPBX",
    about="How myPBX, Operator and administrators reach the PBX",
    hops=(
        hop(
            "client > frontend:NAT", "HTTPS", "TCP {https}",
            "All customers share one public address. The port says whose PBX is meant: 8 for HTTPS, then "
            "the last number of the PBX's private address.",
            "Frontend", "map https", "answers frontend",
        ),
        hop(
            "frontend:NAT > pbx", "HTTPS", "TCP 443",
            "The PBX itself answers, encrypted from end to end; its certificate therefore has to carry the "
            "address of the Frontend, as that is what the browser has asked for.",
            "Certificates", "answers pbx", "certificate pbx", "probe pbx https map",
        ),
    ),
)  # fmt: skip

LDAPS: Final = Path(
    name="ldaps",
    title="PBX directory",
    about="How a phone looks up extensions",
    hops=(
        hop(
            "phone > frontend:NAT", "LDAPS", "TCP {ldaps}",
            "The phone asks where it is registered; only the port is configured, by the template of the "
            "customer: 9, then the last number of the PBX's private address.",
            "PBX Directory", "map ldaps", "answers frontend",
        ),
        hop(
            "frontend:NAT > pbx", "LDAPS", "TCP 636",
            "The extensions of a customer are known to its PBX alone, and the search carries a password, so "
            "it is encrypted.",
            "PBX Directory", "answers pbx", "probe pbx ldaps", "probe pbx ldaps map",
        ),
    ),
)  # fmt: skip

DIRECTORY: Final = Path(
    name="directory",
    title="Ext. names",
    about="How names of outside callers are found",
    hops=(
        hop(
            "phone > frontend:NAT", "LDAPS", "TCP {metadir}",
            "One server holds the contacts of all customers of the cluster, so all their phones use one "
            "map.",
            "External Directory", "map metadir", "answers frontend",
        ),
        hop(
            "frontend:NAT > metadir", "LDAPS", "TCP 714",
            "Each customer sees a node of its own, opened with its id and its registration password.",
            "External Directory", "answers metadir", "probe metadir ldaps", "probe metadir ldaps map",
            "probe metadir ldaps dc={customer}",
        ),
        hop(
            "pbx > metadir", "LDAPS", "TCP 714",
            "For myPBX the PBX itself does the search. From inside it cannot use the map, so it has an "
            "address of its own for this.",
            "External Directory", "answers metadir", "probe metadir ldaps",
        ),
    ),
)  # fmt: skip

KERBEROS: Final = Path(
    name="kerberos",
    title="Kerberos",
    about="How an administrator's login is checked",
    hops=(
        hop(
            "pbx > kerberos", "Kerberos", "UDP 88",
            "Every device asks the provider's own realm who may log in, so a person has one account for "
            "all; tickets hold only while the clocks agree.",
            "Kerberos", "answers kerberos", "probe kerberos kerberos", "realm pbx", "clock pbx",
        ),
        hop(
            "pbx > standby", "Kerberos", "UDP 88",
            "If the master is silent the standby, its copy, still checks logins.",
            "Kerberos", "answers standby", "probe standby kerberos", "replica",
        ),
        hop(
            "phone > frontend:NAT", "Kerberos", "UDP 7088",
            "Phones try the inside addresses first and cannot reach them; then they come to a Frontend, any "
            "of them, which passes the question on.",
            "Kerberos", "map 7088", "answers frontend",
        ),
        hop(
            "frontend:NAT > kerberos", "Kerberos", "UDP 88",
            "The server stays in the private network; only these ports lead to it.",
            "Kerberos", "answers kerberos", "probe frontend kerberos 7088",
        ),
        hop(
            "phone > frontend:NAT", "Kerberos", "UDP 7089",
            "A second map leads to the standby, so that phones too have one to fall back to.",
            "Kerberos", "map 7089", "answers frontend",
        ),
        hop(
            "frontend:NAT > standby", "Kerberos", "UDP 88",
            "The standby answers what the master would have answered.",
            "Kerberos", "answers standby", "probe frontend kerberos 7089", "replica",
        ),
        hop(
            "phone > frontend:NAT", "kpasswd", "UDP 7464",
            "A new device joins the realm while it is staged, with an account that may do nothing else.",
            "Kerberos", "map 7464", "answers frontend",
        ),
        hop(
            "frontend:NAT > kerberos", "kpasswd", "UDP 464",
            "Joining and new passwords change the database, so only the master can do them.",
            "Kerberos", "answers kerberos",
        ),
    ),
)  # fmt: skip

LICENCE: Final = Path(
    name="licence",
    title="Licences",
    about="How licences get to the customer's PBX",
    hops=(
        hop(
            "media > licence:PBX object", "H.323 RAS", "UDP 1719",
            "All licences are bought once and lie on one server; the PBXs of the clusters register there as "
            "slaves for licences only.",
            "Licences", "licence media",
        ),
        hop(
            "frontend > licence:PBX object", "H.323 RAS", "UDP 1719",
            "The Frontend, which holds all the SessionBorder objects, gets its licences the same way.",
            "Licences", "licence frontend",
        ),
        hop(
            "pbx > media:PBX object", "H.323 RAS", "UDP 1719",
            "The PBX in turn is a slave of its Media-PBX, found by the name in its Master GK-ID; what it "
            "gets it keeps for a while, so a failure is felt late.",
            "Licences", "link pbx",
        ),
    ),
)  # fmt: skip

UPDATE: Final = Path(
    name="update",
    title="Update",
    about="How a phone gets its settings and its firmware",
    hops=(
        hop(
            "phone > vendor", "HTTP", "TCP 80",
            "A phone fresh from the box knows nobody but its maker, whose service tells it by its serial "
            "number where its provider is.",
            "Update Server",
        ),
        hop(
            "phone > frontend:CF card", "HTTPS", "TCP 443",
            "The scripts lie on the phone's own Frontend, readable without a login: a phone that was never "
            "set up has no password yet.",
            "Update Server", "answers frontend", "public frontend update r",
        ),
    ),
)  # fmt: skip

BACKUP: Final = Path(
    name="backup",
    title="Backup",
    about="Where configurations are kept",
    hops=(
        hop(
            "phone > frontend:NAT", "HTTPS", "TCP {https}",
            "With each poll of the script a phone puts its own configuration to its PBX, through the "
            "customer's map.",
            "Config backup", "map https", "answers frontend",
        ),
        hop(
            "frontend:NAT > pbx:CF card", "HTTPS", "TCP 443",
            "The folder takes files from everybody and shows them to nobody, as they hold passwords.",
            "Config backup", "public pbx update/backup w", "backup",
        ),
        hop(
            "pbx > frontend:CF card", "HTTPS", "TCP 443",
            "The PBX keeps its own copy one level up, so that losing it does not lose its configuration.",
            "Config backup", "answers frontend",
        ),
    ),
)  # fmt: skip

LOGS: Final = Path(
    name="logs",
    title="Alarms, logs",
    about="How the provider learns what happens",
    hops=(
        hop(
            "phone > frontend:alarm list", "HTTPS", "TCP 443",
            "Phones report alarms and events to their Frontend with an account that may only look, so one "
            "list shows the whole cluster; what comes in with a login can be believed.",
            "Alarms and Events", "read frontend alarms",
        ),
        hop(
            "frontend > syslog", "syslog", "UDP 514",
            "From there everything can be handed on to a server that keeps it for longer.",
            "Alarms and Events",
        ),
        hop(
            "pbx > pbx:CF card", "file", "inside the PBX",
            "A PBX writes its own log to its own card, of calls and of the gateway, for the last four days "
            "at least.",
            "Alarms and Events", "read pbx log",
        ),
    ),
)  # fmt: skip

REPORTS: Final = Path(
    name="reports",
    title="Reports",
    about="How calls get into lists and bills",
    hops=(
        hop(
            "pbx:CDR0 > reporting", "HTTPS", "TCP 443",
            "Each PBX sends a record of every call to one server, and keeps some while it cannot; the name "
            "of the PBX tells the customers apart.",
            "Reporting", "answers reporting", "probe reporting https",
        ),
        hop(
            "client > frontend:NAT", "HTTPS", "TCP {reporting}",
            "Customers look at their own calls in the browser, myPBX at the call list; both come through "
            "one shared map.",
            "Reporting", "map reporting", "answers frontend",
        ),
        hop(
            "frontend:NAT > reporting", "HTTPS", "TCP 443",
            "Whose calls are shown is decided by the login: a filter belongs to it.",
            "Reporting", "answers reporting", "probe reporting https", "probe reporting https map",
        ),
    ),
)  # fmt: skip

CONTACTS: Final = Path(
    name="contacts",
    title="Contacts",
    about="How a customer's address book is kept fresh",
    hops=(
        hop(
            "office:PC > frontend:CF card", "HTTPS", "TCP 443",
            "The customer drops a file into a folder of its own, which can be written to without a password "
            "and read by nobody without one.",
            "External Directory", "answers frontend", "public frontend directory w",
        ),
        hop(
            "metadir:script.bat > frontend:CF card", "HTTPS", "TCP 443",
            "Every three hours the replicator of the customer fetches the file, with a login that the "
            "Frontend accepts.",
            "External Directory", "answers frontend",
        ),
        hop(
            "metadir:replicator > metadir:node", "file", "inside the server",
            "What has changed goes into the customer's own node, which the phones then search.",
            "External Directory", "probe metadir contacts {customer}",
        ),
    ),
)  # fmt: skip

CLOCK: Final = Path(
    name="time",
    title="Time",
    about="Where every clock comes from",
    hops=(
        hop(
            "frontend > clock", "NTP", "UDP 123",
            "Only what stands in the public network can ask an outside source, of which it needs two.",
            "Time", "time frontend", "probe clock ntp",
        ),
        hop(
            "media > clock", "NTP", "UDP 123",
            "The Media-PBX asks for itself, as it stands in the public network, too.",
            "Time", "time media", "probe clock ntp",
        ),
        hop(
            "pbx > frontend", "NTP", "UDP 123",
            "All others ask their own Frontend. No second source is needed: without the Frontend they are "
            "of no use anyway.",
            "Time", "time pbx", "probe frontend ntp", "answers frontend",
        ),
    ),
)  # fmt: skip

SERVICES: Final = (
    HTTPS, LDAPS, DIRECTORY, KERBEROS, LICENCE, UPDATE, BACKUP, LOGS, REPORTS, CONTACTS, CLOCK,
)  # fmt: skip
