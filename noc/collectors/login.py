"""From a device and the settings to an admin client: address, port, root or pin, credential.

The credential is read when the client is made and lives in its memory only.
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING, cast

from noc.devices.http import AdminClient
from noc.devices.trust import Trust
from noc.hosting.errors import UsageError

if TYPE_CHECKING:
    from noc.collectors.fleet import Site
    from noc.devices.trust import Profile

HTTPS = 443


def trust_of(site: Site) -> Trust:
    """What makes this device's TLS trusted: the provider's root, or the pin recorded for it; how strictly."""
    settings = site.settings
    return Trust(
        root=_pem(settings.root),
        pin=settings.pins.get(site.name, ""),
        profile=cast("Profile", settings.tls_profile(site.name)),
    )


@functools.cache
def _pem(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"the root certificate cannot be read: {error}", str(path), "PEM is needed"
        ) from None


def admin_client(site: Site) -> AdminClient:
    """A client with the collector's own, reading login. Raises SecretError for one that cannot be fetched."""
    credential = site.settings.credential(site.name)
    return AdminClient(
        site.device.inside,
        site.settings.ports.real(HTTPS),
        trust_of(site),
        site.dialect,
        user=credential.user,
        password=site.fleet.secret(credential.password),
        device=site.name,
    )
