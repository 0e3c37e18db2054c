"""The paths that a caller feels: registration, calls, music, announcements, voicemail, fax, mobility.

Hosting rules, part 4 (paths 1 to 9); the chapters are those of the reference design.
"""

from __future__ import annotations

from typing import Final

from noc.hosting.paths.shape import Path, hop

REGISTRATION: Final = Path(
    name="registration",
    title="Registration",
    about="How a phone reaches its PBX",
    hops=(
        hop(
            "phone > router", "H.323 RAS", "{ras}",
            "The phone lives in the customer's own network and knows nothing of the platform but the public "
            "address of its Frontend. All it sends leaves through the router of the site.",
            "Frontend", "site",
        ),
        hop(
            "router > frontend:SessionBorder object", "H.323 RAS", "{ras}",
            "The PBX has a private address, so the phone registers at the Frontend, by its hardware id and "
            "with the customer's registration password. An alternate port keeps routers from recognising "
            "H.323 and rewriting it.",
            "Alternate RAS port", "leg outer",
        ),
        hop(
            "frontend:SessionBorder object > pbx:user object", "H.323 RAS", "UDP 1719",
            "The Frontend registers once more in the phone's place, by its CPE id and with the PBX "
            "password. So the PBX sees every phone as its own, and nobody outside sees the PBX.",
            "Frontend", "leg inner",
        ),
    ),
)  # fmt: skip

OUTSIDE: Final = Path(
    name="outside-call",
    title="Outside call",
    about="How a call gets out to the telephone network",
    hops=(
        hop(
            "phone > frontend:SessionBorder object", "H.323", "TCP 1720",
            "A call is signalled where the phone is registered: no other address is known to it.",
            "Frontend", "leg outer",
        ),
        hop(
            "frontend:SessionBorder object > pbx:user object", "H.323", "TCP 1720",
            "The Frontend hands the call to the PBX, which alone knows numbers, rights and routes.",
            "Frontend", "leg inner",
        ),
        hop(
            "pbx:SIP trunk > frontend:UDP-NAT", "SIP", "{udp-nat}",
            "Each customer has a trunk of its own. From the private network SIP gets out only through the "
            "Frontend, which needs one free UDP port for every trunk.",
            "Frontend", "range",
        ),
        hop(
            "frontend:UDP-NAT > provider", "SIP", "UDP 5060",
            "The trunk registers at the provider, and calls from outside come back along that registration; "
            "a trunk without registration could not be reached.",
            "SIP Provider", "link trunk", "probe provider sip",
        ),
        hop(
            "phone > provider", "RTP", "UDP, negotiated",
            "The voice runs directly between phone and provider and costs the platform nothing. In exchange "
            "the provider has to cope with the router in front of the phone.",
            "SIP Provider",
        ),
    ),
)  # fmt: skip

INSIDE: Final = Path(
    name="inside-call",
    title="Inside call",
    about="How two phones of one customer talk",
    hops=(
        hop(
            "phone > frontend:SessionBorder object", "H.323", "TCP 1720",
            "Even a call to the next desk is signalled through the Frontend, as the PBX is not on the site.",
            "Frontend", "leg outer",
        ),
        hop(
            "frontend:SessionBorder object > pbx:user object", "H.323", "TCP 1720",
            "The PBX looks for the wanted phone and calls it back through the other phone's own object.",
            "Frontend", "leg inner",
        ),
        hop(
            "phone > phone", "RTP", "UDP, negotiated",
            "Inside one network the voice goes from phone to phone. Phones in networks foreign to each "
            "other cannot meet: for them the SessionBorder object relays it through the Frontend.",
            "Special scenarios",
        ),
    ),
)  # fmt: skip

_TO_MEDIA: Final = hop(
    "pbx:GW1 > media:HTTP-EXT", "H.323", "TCP 1720",
    "One gateway of the PBX is registered at the Media-PBX and carries everything that has to be heard: the "
    "PBX itself has no address that a phone could send to or hear from.",
    "Customer PBX", "link http-ext",
)  # fmt: skip

_HEARD: Final = hop(
    "media:public side > phone", "RTP", "UDP, negotiated",
    "The Media-PBX stands in both networks, so what it plays reaches phones and provider directly.",
    "Media-PBX",
)  # fmt: skip

MEDIA: Final = Path(
    name="media",
    title="Media",
    about="How music on hold and tones get to the caller",
    hops=(
        hop(
            "pbx:_MOH_ (GW2) > pbx:GW1", "H.323", "inside the PBX",
            "A gateway registered under a name that is no object becomes the customer's source of music; "
            "its route puts ###10 in front and goes on over GW1.",
            "MOH, TONE, HTTP", "link moh",
        ),
        _TO_MEDIA,
        hop(
            "media:HTTP-EXT > media:MOH ###10", "H.323", "inside the PBX",
            "The number in front tells what is wanted: behind ###10 the Media-PBX plays the music.",
            "Media-PBX", "shared moh",
        ),
        hop(
            "media:HTTP-EXT > media:TONE ###11", "H.323", "inside the PBX",
            "Behind ###11 is the tone generator, one for all customers of the cluster; the number is cut "
            "off before it.",
            "Media-PBX", "shared tone",
        ),
        _HEARD,
    ),
)  # fmt: skip

_FETCHED: Final = (
    "What is played lies on the customer's PBX. The Media-PBX fetches it with the service account paccess, "
    "so the URL has to name an address that means the same to both."
)

_ANNOUNCER: Final = hop(
    "media:HTTP-EXT > media:HTTP-OUT ###12", "H.323", "inside the PBX",
    "Behind ###12 the Media-PBX plays what it gets from a URL.",
    "Media-PBX", "shared http-out",
)  # fmt: skip

ANNOUNCEMENTS: Final = Path(
    name="queue",
    title="Waiting queue",
    about="How announcements are played and keys come back",
    hops=(
        hop(
            "pbx:waiting queue > pbx:HTTP-IN (GW3)", "H.323", "inside the PBX",
            "The queue gives its announcement away: instead of playing it, it calls a gateway that leads "
            "out to the Media-PBX.",
            "MOH, TONE, HTTP", "link http-in",
        ),
        _TO_MEDIA,
        _ANNOUNCER,
        hop(
            "media:HTTP-OUT ###12 > pbx", "HTTP(S)", "TCP 443",
            _FETCHED,
            "Media-PBX", "login media", "answers pbx",
        ),
        _HEARD,
        hop(
            "phone > media:HTTP-OUT ###12", "RTP events", "UDP, negotiated",
            "Keys that the caller presses travel with the voice (RFC 2833) and so end at the Media-PBX.",
            "Waiting Queue",
        ),
        hop(
            "media:HTTP-OUT ###12 > pbx:waiting queue", "H.323", "TCP 1720",
            "With uui-dtmf=on in the URL the Media-PBX tells the queue which keys it heard.",
            "Waiting Queue", "link http-ext",
        ),
    ),
)  # fmt: skip

VOICEMAIL: Final = Path(
    name="voicemail",
    title="Voicemail",
    about="How a message is recorded and heard",
    hops=(
        hop(
            "pbx:voicemail object > pbx:vmrelay", "H.323", "inside the PBX",
            "A gateway registered at the voicemail object takes its media away, which otherwise would end "
            "where no caller can reach it.",
            "Voicemail", "link voicemail",
        ),
        _TO_MEDIA,
        _ANNOUNCER,
        hop(
            "media:HTTP-OUT ###12 > pbx:CF card", "HTTPS", "TCP 443",
            "Script and recordings stay with the customer: the Media-PBX reads and writes them on the card "
            "of its PBX, with the service account paccess.",
            "Voicemail", "login media", "answers pbx",
        ),
        _HEARD,
        hop(
            "pbx > mail", "SMTP", "TCP 25 or 587",
            "A new message is announced by mail, through the provider's own server; each language has a "
            "file with sender, subject and login.",
            "Mail MWI", "probe mail smtp",
        ),
    ),
)  # fmt: skip

FAX: Final = Path(
    name="fax",
    title="Fax",
    about="How a fax comes in and goes out",
    hops=(
        hop(
            "provider > media:FAX interface", "T.38", "UDP, negotiated",
            "A fax needs an end that the provider can reach; all customers of the cluster share this one. "
            "Whoever cannot speak T.38 cannot fax.",
            "Fax Server",
        ),
        hop(
            "pbx:Fax (GW5) > pbx:GW1", "H.323", "inside the PBX",
            "The customer's PBX keeps control of its fax numbers and only sends the call on, with ###13 in "
            "front.",
            "Fax Server", "link fax",
        ),
        _TO_MEDIA,
        hop(
            "media:HTTP-EXT > media:fax ###13", "H.323", "inside the PBX",
            "Behind ###13 the FAX interface of the Media-PBX is registered.",
            "Fax Server", "shared fax",
        ),
        hop(
            "media:FAX interface > fax", "WebDAV", "TCP 443",
            "Pages are documents on the fax server: the Media-PBX stores what came in and fetches what goes "
            "out.",
            "Fax Server", "answers fax", "probe fax https",
        ),
        hop(
            "fax > pbx", "SOAP", "TCP 443",
            "One instance of the server for each customer talks to that customer's PBX and starts its calls "
            "there.",
            "Fax Server", "answers pbx",
        ),
        hop(
            "office:mail server > frontend:NAT", "SMTP", "TCP {fax}",
            "Faxes come and go as mail between the customer's mail server and the fax server, whose private "
            "address is reached through a map.",
            "Fax Server", "map fax",
        ),
    ),
)  # fmt: skip

MOBILITY: Final = Path(
    name="mobility",
    title="Mobility",
    about="How a mobile phone acts as an extension",
    hops=(
        hop(
            "provider > pbx:SIP trunk", "SIP", "UDP 5060",
            "The mobile calls in over the trunk; the gateway level has to recognise the mobility number "
            "before the PBX sees the call.",
            "Mobility", "link trunk",
        ),
        hop(
            "pbx:gateway level > media:media-relay-loop", "H.323", "TCP 1720",
            "Keys are pressed within the voice, and the voice never passes the PBX. So the call is sent "
            "round through the Media-PBX first.",
            "Mobility",
        ),
        hop(
            "media:media-relay-loop > pbx:mobility object", "H.323", "TCP 1720",
            "The loop sends the call straight back but keeps its voice, so the keys are heard and reported.",
            "Mobility",
        ),
        hop(
            "pbx:fork > media:media-relay-loop", "H.323", "TCP 1720",
            "A call out to the mobile takes the same way round before it goes to the trunk.",
            "Mobility",
        ),
        hop(
            "pbx:SIP trunk > provider", "SIP", "UDP 5060",
            "From the loop the call leaves over the customer's own trunk, like any other outside call.",
            "Mobility", "link trunk",
        ),
    ),
)  # fmt: skip

CALLS: Final = (REGISTRATION, OUTSIDE, INSIDE, MEDIA, ANNOUNCEMENTS, VOICEMAIL, FAX, MOBILITY)
