"""The systems behind logins, licences, clocks, names and secrets (hosting rules, part 1)."""

from __future__ import annotations

from typing import Final

from noc.hosting.states import State
from noc.hosting.systems.shape import Known, Look, Scope, System, minor, need

_READ: Final = (Known.READ,)
_PROBE: Final = (Known.PROBE,)
_BOTH: Final = (Known.READ, Known.PROBE)
_HAND: Final = (Known.HAND,)

_ANY_KDC: Final = need(
    "kdc-master kdc-standby", "a Kerberos login", "no Kerberos login: the local admin is left", State.DOWN
)
_CLOCK: Final = need("ntp", "clocks that agree", "nothing at once: logins fail once clocks have drifted")
_ONE_BOX: Final = "RootCA, Kerberos master and licence server are one device: they fail together"

ACCESS: Final = (
    System(
        id="rootca", title="RootCA", chapter="Certificates", scope=Scope.PLATFORM, known=_READ,
        about="the root of all certificates and the PEM files that were issued",
        breaks="issuing only: what is issued goes on", step=f"start its VM. {_ONE_BOX}",
        station="kerberos", paths=("https",),
        looks=(
            Look("answers kerberos", "{kerberos} answers"),
            minor("certificate kerberos", "the certificate of {kerberos} is in order"),
        ),
    ),
    System(
        id="kdc-master", title="Kerberos master", chapter="Kerberos", scope=Scope.PLATFORM, known=_BOTH,
        about="realm, accounts, joins; the same device as the RootCA",
        breaks="joining, leaving and new passwords; logins go on at the standby",
        step=f"start its VM; logins go on at the standby until then. {_ONE_BOX}",
        station="kerberos", needs=(_CLOCK,), paths=("kerberos",),
        looks=(
            Look("answers kerberos", "{kerberos} answers"),
            Look("probe kerberos kerberos", "{kerberos} answers for the realm"),
            minor("kdc kerberos", "{kerberos} is the master of the realm"),
            minor("clock kerberos", "the clock of {kerberos} is right"),
        ),
    ),
    System(
        id="kdc-standby", title="Kerberos standby", chapter="Kerberos", scope=Scope.PLATFORM, known=_BOTH,
        about="a copy of the master that answers logins only",
        breaks="the spare; with the master down, too, no Kerberos login is left, and paccess is dead",
        step="start its VM; without it nothing covers a failure of the master",
        station="standby", paths=("kerberos",),
        needs=(_CLOCK, need("kdc-master", "fresh copies", "it copies nothing; logins go on", State.DEGRADED)),
        looks=(
            Look("answers standby", "{standby} answers"),
            Look("probe standby kerberos", "{standby} answers for the realm"),
            minor("replica", "{standby} copies the master"),
            minor("clock standby", "the clock of {standby} is right"),
        ),
    ),
    System(
        id="active-directory", title="Active Directory", chapter="Kerberos", scope=Scope.PLATFORM,
        known=_HAND,
        about="an option: accounts replicated from it, or a trust", breaks="logins of administrators",
        step="ask who runs it; tick that none is used, or that it works", paths=("kerberos",),
    ),
    System(
        id="licence-server", title="Licence server", chapter="Licences", scope=Scope.PLATFORM, known=_READ,
        about="the PBX for licences only, on the Kerberos pair",
        breaks="nothing at once; growth and rentals later",
        step=f"start its VM within days; buy or prolong what runs out. {_ONE_BOX}",
        station="licence", paths=("licence",),
        looks=(
            Look("answers licence", "{licence} answers"),
            minor("counted licence", "no licence of {licence} is used up or ends soon"),
        ),
    ),
    System(
        id="ntp", title="NTP sources", chapter="Time", scope=Scope.PLATFORM, known=_PROBE,
        about="two sources for the Frontends and Media-PBXs; a Frontend serves all the others",
        breaks="later: Kerberos, TLS, the window for updates, the times of call records",
        step="ask the source by ntpdate -q; put a second one beside it", station="clock", paths=("time",),
        looks=(Look("every ntp ntp", "{ntp} tells the time"),),
        absent="provider.yaml names no service of role ntp, or nobody has asked it",
    ),
    System(
        id="dns", title="DNS, SRV", chapter="Kerberos", scope=Scope.PLATFORM, known=_PROBE,
        about="the provider's DNS, or static names of the module DNS0",
        breaks="finding a Kerberos server; the name of myPBX",
        step="compare the answers of dig SRV with KRB-02",
        station="dns", paths=("kerberos", "https"), looks=(Look("every dns dns", "{dns} knows the names"),),
        absent="provider.yaml names no service of role dns, or nobody has asked it",
    ),
    System(
        id="admin-accounts", title="Admin accounts", chapter="Passwords", scope=Scope.PLATFORM, known=_BOTH,
        about="one for each person, in the realm; application servers have a Linux admin of their own",
        breaks="the operators' logins",
        step="see which Kerberos server answers; the local admin is the way in",
        needs=(_ANY_KDC,), paths=("kerberos",),
        looks=(Look("account * admin", "the realm has accounts of administrators"),),
    ),
    System(
        id="local-admin", title="Local admin, PBX password", chapter="Passwords", scope=Scope.PLATFORM,
        known=_HAND,
        about="the way in that is left when all else fails; the PBX password is shared by all PBXs",
        breaks="the PBXs' trust in each other",
        step="look into the vault; tick when the login was last tried", paths=("registration",),
    ),
    System(
        id="paccess", title="paccess", chapter="Kerberos", scope=Scope.PLATFORM, known=_READ,
        about="the service account `paccess@<domain>`, an administrator everywhere",
        breaks="what the Media-PBX and Metadir fetch, and the tools",
        step="look for the account at the Kerberos master, then at the HTTP clients", needs=(_ANY_KDC,),
        paths=("queue", "voicemail"),
        looks=(Look("account paccess admin", "the realm has paccess as an administrator"),),
    ),
    System(
        id="joiner", title="joiner", chapter="Kerberos", scope=Scope.PLATFORM, known=_READ,
        about="the account that may do nothing but join the realm", breaks="joins while staging",
        step="look for the account at the Kerberos master", paths=("kerberos", "update"),
        needs=(need("kdc-master", "joins", "new phones cannot join", State.DOWN),),
        looks=(Look("account joiner join", "the realm has joiner with the right to join"),),
    ),
    System(
        id="event-account", title="Event account", chapter="Alarms and Events", scope=Scope.PLATFORM,
        known=_READ, about="a viewer, in the HTTP client of each phone", breaks="events of the phones",
        step="look for an account with the right of a viewer at the Kerberos master", needs=(_ANY_KDC,),
        paths=("logs",), looks=(Look("account * viewer", "the realm has an account that may only look"),),
    ),
    System(
        id="browsers", title="Browsers, TeamViewer", chapter="Certificates", scope=Scope.PLATFORM,
        known=_HAND,
        about="each user imports the root; a way to the phones for remote hands",
        breaks="warnings in the browser; remote hands",
        step="ask the customer whether the root is imported",
        paths=("https",),
    ),
)  # fmt: skip
