"""The paths of the platform, hop by hop: what a trainer walks and what a fault lights up.

`walk` is pure: what the log knows (`Seen`) in, rows with state and reasons out. The paths themselves are data
(`calls`, `services`); reference design, and part 4 of the hosting rules.
"""

from __future__ import annotations

from noc.hosting.paths.seen import Seen, SeenLink
from noc.hosting.paths.walk import FATES, PATHS, UNSEEN, verdict, walk

__all__ = ["FATES", "PATHS", "UNSEEN", "Seen", "SeenLink", "verdict", "walk"]
