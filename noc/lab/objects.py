"""What stands in the PBXs of a healthy platform: objects, gateway interfaces and routes.

Reference design, ch. Frontend, Media-PBX, Customer PBX, Voicemail, Fax, Mobility; rules NAME, MED,
VM, FAX and MOB of the hosting catalogue. Registrations are filled in by `settle.py`.
"""

from __future__ import annotations

from collections.abc import Callable

from noc.lab.model import Cluster, Customer, World
from noc.lab.pieces import Gateway, PbxObject, Route, SessionBorder

LOCAL = "127.0.0.1"
HTTP_EXT = "HTTP-EXT"
STANDBY, ACTIVE = "_STANDBY_", "_ACTIVE_"
CUSTOMER_MOH = "_customer_moh_"
Guid = Callable[[], int]


def border(
    guid: int, cpe: str, hardware_id: str, customer: Customer, *, media_relay: bool = False
) -> SessionBorder:
    """The SessionBorder object of one phone, as the reference design wants it."""
    return SessionBorder(
        guid=guid,
        long_name=cpe,
        name=cpe,
        external=hardware_id,
        password=customer.password,
        customer=customer.name,
        gatekeeper=customer.pbx.inside,
        gatekeeper_id=customer.pbx.system_name,
        media_relay=media_relay,
    )


def user(guid: int, long_name: str, cpe: str, number: str) -> PbxObject:
    """The user object of one phone at its customer PBX: Name is the CPE-ID, Number the extension."""
    return PbxObject(guid, long_name, cpe, number, config="default")


def fill_customer(guid: Guid, cluster: Cluster, customer: Customer) -> None:
    """Template, media gateways, voicemail, fax and the routes of a customer PBX."""
    pbx = customer.pbx
    for item in (
        PbxObject(guid(), "default", "default", kind="template"),
        PbxObject(guid(), "_MOH_", CUSTOMER_MOH, endpoints=(LOCAL,)),
        PbxObject(guid(), "HTTP-IN", "HTTP-IN", kind="gateway", endpoints=(LOCAL,)),
        PbxObject(guid(), "Voicemail", "Voicemail", "88", endpoints=(LOCAL,), hardware_id="vmrelay"),
        PbxObject(guid(), "Fax", "Fax", "87", "gateway", endpoints=(LOCAL,), prefix=True),
    ):
        pbx.objects[item.long_name] = item
    pbx.gateways = [
        Gateway("GW1", HTTP_EXT, cluster.media.inside),
        Gateway("GW2", CUSTOMER_MOH, LOCAL),
        Gateway("GW3", "HTTP-IN", LOCAL),
        Gateway("GW4", "vmrelay", LOCAL),
        Gateway("GW5", "Fax", LOCAL),
    ]
    pbx.routes = [
        Route("GW2", "###10", "GW1"),
        Route("GW3", "###12", "GW1"),
        Route("GW4", "###12", "GW1"),
        Route("GW5", "###13", "GW1"),
        Route("GW1", "", "GW5"),
        Route("TONE", "###11", "GW1"),
    ]


def fill_media(guid: Guid, cluster: Cluster) -> None:
    """The Media-PBX: one PBX object a customer, the shared media resources and the mobility loop."""
    media = cluster.media
    shared = (
        PbxObject(guid(), HTTP_EXT, HTTP_EXT, kind="gateway"),
        PbxObject(guid(), "MOH", "MOH", "###10", endpoints=(LOCAL,)),
        PbxObject(guid(), "TONE", "TONE", "###11", endpoints=(LOCAL,)),
        PbxObject(guid(), "HTTP-OUT", "HTTP-OUT", "###12", endpoints=(LOCAL,)),
        PbxObject(guid(), "fax", "fax", "###13", "gateway", endpoints=(LOCAL,)),
        PbxObject(guid(), "media-relay-loop", "media-relay-loop", kind="gateway", endpoints=(LOCAL,)),
    )
    for item in shared:
        media.objects[item.long_name] = item
    for customer in cluster.customers:
        media.objects[customer.name] = PbxObject(
            guid(), customer.name, customer.name, f"#{customer.running:05d}", "pbx"
        )
    media.gateways = [
        Gateway("GW1", "MOH", LOCAL, "###10"),
        Gateway("GW2", "TONE", LOCAL, "###11"),
        Gateway("GW3", "HTTP-OUT", LOCAL, "###12"),
        Gateway("GW4", "fax", LOCAL, "###13"),
        Gateway("GW5", "media-relay-loop", LOCAL, media_relay=True),
    ]
    media.routes = [
        Route("GW2", "", "TONE"),
        Route("GW3", "", "HTTP"),
        Route("GW4", "", "FAX"),
        Route("GW5", "", "GW5"),
    ]


def fill_licence_servers(guid: Guid, world: World) -> None:
    """The licence servers: one PBX object for each Frontend and Media-PBX (ch. Licences).

    They are a standby pair: each shows the other registered at an object of its own.
    """
    for name in world.licence_servers:
        server = world.devices[name]
        for cluster in world.clusters:
            for slave in (cluster.frontend, cluster.media):
                server.objects[slave.name] = PbxObject(guid(), slave.name, slave.name, kind="pbx")
    for name, other in zip(world.licence_servers, (STANDBY, ACTIVE), strict=True):
        world.devices[name].objects[other] = PbxObject(guid(), other, other)
