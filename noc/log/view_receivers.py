"""How much each receiver took in, as its collector recorded it last, also of a past moment."""

from __future__ import annotations

from noc.hosting.records import Receiver
from noc.log.view import View
from noc.settings.listen import RECEIVERS


def receivers(view: View) -> list[Receiver]:
    """The receivers that a collector ever had, in the order of provider.yaml's keys.

    One that is no longer written stays as it was counted last.
    """
    newest = (view.history("receiver", name, 1) for name in RECEIVERS)
    bodies = (found[0].body for found in newest if found)
    return [body for body in bodies if isinstance(body, Receiver)]
