"""How full the platform is, when each resource runs out, and where the next customer has room.

Measured values come in, rows go out: what is counted stands in `measure`, the resources and their limits in
`resources`, the pace in `trend`, the state in `judge`, the next customer in `room`.
"""

from noc.hosting.capacity.judge import (
    NO_TREND as NO_TREND,
    capacity_row as capacity_row,
    with_history as with_history,
)
from noc.hosting.capacity.measure import (
    CardFacts as CardFacts,
    Measured as Measured,
    Read as Read,
    card as card,
    host_parts as host_parts,
    licences as licences,
    log_days as log_days,
    nat as nat,
    registrations as registrations,
    shared_licences as shared_licences,
)
from noc.hosting.capacity.resources import (
    PHONE_LICENCE as PHONE_LICENCE,
    RESOURCES as RESOURCES,
    Resource as Resource,
    about as about,
    title as title,
)
from noc.hosting.capacity.room import room as room
from noc.hosting.capacity.trend import Point as Point, boundaries as boundaries
