"""The systems that a caller feels: doors, PBXs, phones, media and what is played (hosting rules, part 1)."""

from __future__ import annotations

from typing import Final

from noc.hosting.states import State
from noc.hosting.systems.shape import Known, Look, Scope, System, minor, need

_READ: Final = (Known.READ,)
_BOTH: Final = (Known.READ, Known.PROBE)

_CLOCK: Final = need("ntp", "the time", "nothing at once: clocks drift, in the whole platform")
_LICENCES: Final = need("licence-server", "licences", "nothing at once: rentals and growth stop later")
_PBX: Final = need("customer-pbx", "its PBX", "all of this customer", State.DOWN)
_DOOR: Final = need("frontend", "the way in and out", "all customers of the cluster", State.DOWN)
_FETCH: Final = need(
    "kdc-master kdc-standby", "the login of paccess", "silence, with all registered", State.DOWN
)
_MEDIA: Final = need("media-pbx", "a public media end", "this medium, in the whole cluster", State.DOWN)

DOORS: Final = (
    System(
        id="frontend", title="Frontend", chapter="Frontend", scope=Scope.CLUSTER, known=_BOTH,
        about="the door of a cluster: SessionBorder objects, NAT, time, update files, events, backups",
        breaks="the cluster: registrations, HTTPS, LDAPS, SIP, the time of its phones, Kerberos from outside",
        step="see whether its VM runs and answers from inside; there is no second one",
        station="frontend", needs=(_CLOCK, _LICENCES),
        paths=("registration", "outside-call", "inside-call", "https", "ldaps", "kerberos", "time"),
        looks=(
            Look("answers frontend", "{frontend} answers"),
            Look("doors", "what lies behind {frontend} answers through its maps"),
            minor("certificate frontend", "the certificate of {frontend} is in order"),
            minor("sound frontend", "no alarm about the CF card of {frontend}"),
            minor("clock frontend", "the clock of {frontend} is right"),
            minor("probe frontend ntp", "{frontend} serves the time"),
        ),
    ),
    System(
        id="sessionborder", title="SessionBorder objects", chapter="Frontend", scope=Scope.CUSTOMER,
        known=_READ,
        about="one object for each phone: outside leg by hardware id, inside leg by CPE id",
        breaks="a phone, or all phones of a customer whose inner legs are refused",
        step="open the phone: its leg says who refuses; fix password or hardware id at the object",
        station="frontend", needs=(_DOOR, _PBX), paths=("registration",),
        looks=(
            Look("legs refused", "no leg is refused at {frontend} or {pbx}"),
            Look("legs inner", "the inner legs are registered at {pbx}"),
        ),
    ),
    System(
        id="media-pbx", title="Media-PBX", chapter="Media-PBX", scope=Scope.CLUSTER, known=_READ,
        about="the dual-homed media end of all inside media; licence hub of the PBXs of its customers",
        breaks="the cluster: music, tones, voicemail, fax, conferences, mobility; plain calls go on",
        step="see whether its VM runs and answers from inside; tell the customers that plain calls go on",
        station="media", needs=(_CLOCK, _LICENCES), paths=("media", "queue", "voicemail", "fax", "mobility"),
        looks=(
            Look("answers media", "{media} answers"),
            Look("reached", "PBXs are registered at {media}"),
            minor("certificate media", "the certificate of {media} is in order"),
            minor("clock media", "the clock of {media} is right"),
        ),
    ),
    System(
        id="customer-pbx", title="Customer PBX", chapter="Customer PBX", scope=Scope.CUSTOMER, known=_READ,
        about="the one PBX of a customer, a VM with a private address only",
        breaks="that customer: all its phones, calls and services",
        step="see whether its VM runs; restore it from the VM backup and then its configuration",
        station="pbx",
        needs=(
            need("frontend", "time, and the way to its phones", "nothing at the PBX itself"),
            need("media-pbx", "licences", "nothing at once: licences are kept for a while"),
        ),
        paths=("registration", "outside-call", "inside-call", "licence"),
        looks=(
            Look("answers pbx", "{pbx} answers"),
            Look("legs answered", "{frontend} reaches {pbx}"),
            minor("sound pbx", "no alarm about the CF card of {pbx}"),
            minor("link pbx", "its PBX object at the Media-PBX is registered"),
            minor("clock pbx", "the clock of {pbx} is right"),
        ),
    ),
    System(
        id="cpe", title="Phones and gateways", chapter="Customer objects", scope=Scope.CUSTOMER,
        known=_READ,
        about="what stands at the customer's site: legs, staging, build, age of the backup, RAS port",
        breaks="a phone",
        step="open the customer's phones: the leg that fails says where to look",
        station="phone",
        needs=(
            _DOOR, _PBX,
            need("site-router", "the way out of the site", "the whole site", State.DOWN),
            need("sessionborder", "a proxy registration", "all phones are refused", State.DOWN),
        ),
        paths=("registration", "update", "backup"), looks=(Look("phones", "all phones are registered"),),
    ),
    System(
        id="site-router", title="Site routers", chapter="Special scenarios", scope=Scope.CUSTOMER,
        known=_READ,
        about="the NAT routers before groups of phones, home offices too; they may rewrite H.323",
        breaks="a site",
        step="ask at the site for power and line; H.323 rewriting is proven by noc cpe pcap",
        paths=("registration",),
        needs=(need("frontend", "sight of what comes through it", "nobody sees it", State.STALE),),
        looks=(Look("router", "phones register through it"),),
    ),
    System(
        id="sip-trunk", title="SIP provider, trunk", chapter="SIP Provider", scope=Scope.CUSTOMER,
        known=_BOTH,
        about="a registered trunk for each PBX; its media bypasses the platform",
        breaks="outside calls of one customer, or of all where the provider fails",
        step="one customer: its account and password; all of them: the provider, or the UDP-NAT range",
        needs=(_DOOR, _PBX), paths=("outside-call",),
        looks=(
            Look("link trunk", "the trunk is registered"),
            Look("range", "the UDP-NAT range of {frontend} is in order"),
            minor("probe provider sip", "{provider} answers"),
        ),
    ),
)  # fmt: skip

MEDIA: Final = (
    System(
        id="voicemail", title="Voicemail", chapter="Voicemail", scope=Scope.CUSTOMER, known=_READ,
        about="a script on the PBX's CF card, its media at the Media-PBX",
        breaks="the voicemail of one customer",
        step="look at the registration vmrelay, its route to ###12 and the address in the script's URL",
        needs=(
            _PBX, _MEDIA,
            _FETCH,
            need("mail", "mails about messages", "no mail; the messages themselves are kept"),
        ),
        paths=("voicemail",),
        looks=(
            Look("link voicemail", "vmrelay is registered"),
            Look("link http-ext", "HTTP-EXT is registered at {media}"),
            Look("shared http-out", "HTTP-OUT ###12 is registered at {media}"),
            Look("login media", "{media} has a login for what it fetches"),
            minor("sound pbx", "no alarm about the CF card of {pbx}"),
        ),
    ),
    System(
        id="media-resources", title="MOH, TONE, HTTP-OUT, fax", chapter="Media-PBX", scope=Scope.CLUSTER,
        known=_READ,
        about="the objects ###10, ###11, ###12, HTTP-EXT and ###13 of the Media-PBX, shared by all customers",
        breaks="that medium, in the whole cluster",
        step="look at the object and its registration at the Media-PBX",
        station="media", needs=(_MEDIA,), paths=("media", "queue", "fax"),
        looks=(
            Look("shared moh", "MOH ###10 is registered"), Look("shared tone", "TONE ###11 is registered"),
            Look("shared http-out", "HTTP-OUT ###12 is registered"),
            Look("shared fax", "fax ###13 is registered"),
        ),
    ),
    System(
        id="waiting-queue", title="Waiting queue", chapter="Waiting Queue", scope=Scope.CUSTOMER, known=_READ,
        about="the Media-PBX plays; keys come back as H.323 messages",
        breaks="a silent or deaf queue",
        step="look at HTTP-IN and HTTP-EXT of the PBX, then at the URL of the announcement",
        needs=(
            _PBX, _MEDIA,
            _FETCH,
        ),
        paths=("queue",),
        looks=(
            Look("link http-in", "HTTP-IN is registered"),
            Look("link http-ext", "HTTP-EXT is registered at {media}"),
            Look("shared http-out", "HTTP-OUT ###12 is registered at {media}"),
            Look("login media", "{media} has a login for what it fetches"),
        ),
    ),
    System(
        id="conferences", title="Conferences", chapter="Media-PBX", scope=Scope.CLUSTER, known=_READ,
        about="mixed at the Media-PBX; the design gives no set-up", breaks="conferences of the cluster",
        step="look at the interface CONF of the Media-PBX", station="media", needs=(_MEDIA,), paths=(),
        looks=(Look("voice media CONF", "the interface CONF of {media} is up"),),
    ),
    System(
        id="operator", title="Operator", chapter="Operator v10", scope=Scope.CUSTOMER, known=_BOTH,
        about="stands at the customer and speaks HTTP-SOAP through the 8nnn map", breaks="the switchboard",
        step="look at the 8nnn map of the customer, then at its PBX",
        needs=(_DOOR, _PBX), paths=("https",),
        looks=(
            Look("map https", "the 8nnn map leads to {pbx}"),
            Look("probe pbx https map", "{pbx} answers through the map"),
            Look("read pbx soap", "{pbx} answers SOAP"),
        ),
    ),
    System(
        id="mypbx", title="myPBX", chapter="Certificates", scope=Scope.CUSTOMER, known=_BOTH,
        about="the client in the browser: HTTPS by the 8nnn map; directories are looked up by the PBX",
        breaks="the client of this customer's users",
        step="one customer: its map and its PBX's certificate; all of them: the Frontend",
        needs=(
            _DOOR, _PBX,
            need("dns", "the name in the browser", "the name is not found", State.DEGRADED),
            need("metadir", "names of outside callers", "no names; the client itself goes on"),
            need("reporting", "the call list", "no call list; the client itself goes on"),
        ),
        paths=("https", "directory", "reports"),
        looks=(
            Look("map https", "the 8nnn map leads to {pbx}"),
            minor("certificate pbx", "the certificate of {pbx} is in order"),
            Look("probe pbx https map", "{pbx} answers through the map"),
        ),
    ),
    System(
        id="mobility", title="Mobility", chapter="Mobility", scope=Scope.CUSTOMER, known=_READ,
        about="calls go round by the media-relay-loop of the Media-PBX, so that keys can be heard",
        breaks="mobiles only: no keys, no audio",
        step="look at the trunk, then at the loop object and its route at the Media-PBX",
        needs=(
            _PBX, _MEDIA,
            need("sip-trunk", "the way to the mobile", "mobiles cannot be reached", State.DOWN),
        ),
        paths=("mobility",),
        looks=(Look("link http-ext", "the gateway level reaches {media}"),),
    ),
    System(
        id="template", title="Template default", chapter="Configuration template", scope=Scope.CUSTOMER,
        known=(Known.UNKNOWN,),
        about="the phone settings of all users of a PBX",
        breaks="directories and licences of this customer's phones",
        step="open the object `default` at the PBX", needs=(), paths=("ldaps", "directory"),
        absent="the object is not read: its ticks have no known wire names",
    ),
)  # fmt: skip
