"""The settings as the rest of noc sees them: typed, frozen, each knowing where it came from."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import msgspec

from noc.hosting import records
from noc.hosting.inventory import (
    Cluster,
    Intervals,
    Keep,
    PortMap,
    Provider,
    PublicRanges,
    ServiceEntry,
    written_devices,
)
from noc.settings.listen import Listen
from noc.settings.secrets import Credential, SecretRef
from noc.settings.services import ServiceOptions
from noc.settings.snmp import SnmpLogin
from noc.settings.tls import MODERN

COLLECTOR: Final = "collector"
"""The name of the login that is used where a device has none of its own."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """All of provider.yaml.

    path: the file; log: directory of the log; group: Unix group that shares it (None: one account only);
    roles: Unix account -> read | operate | change | approve; credentials: ``collector`` and devices with a
    login of their own; service_options: service -> how it is looked at from outside, where one is written;
    pins: device -> sha256 of its certificate, 64 hex digits; snmp: None where no device is read by it;
    listen: where pushes are taken in;
    tls: device -> TLS profile, where one is written; warnings: what is no error, but unwise;
    origins: name of a value -> line in the file.
    """

    path: Path
    provider: Provider
    clusters: tuple[Cluster, ...]
    services: tuple[ServiceEntry, ...]
    service_options: Mapping[str, ServiceOptions] = msgspec.field(default_factory=dict)
    ports: PortMap
    public: PublicRanges
    dialect: str
    log: Path
    group: str | None
    roles: Mapping[str, str]
    intervals: Intervals
    keep: Keep
    credentials: Mapping[str, Credential]
    pins: Mapping[str, str]
    cpe_passwords: SecretRef | None
    snmp: SnmpLogin | None = None
    listen: Listen = Listen()
    tls: Mapping[str, str] = msgspec.field(default_factory=dict)
    warnings: tuple[str, ...]
    origins: Mapping[str, int]

    @property
    def log_path(self) -> Path:
        """Directory of the log."""
        return self.log

    @property
    def root(self) -> Path:
        """The provider's root certificate (PEM)."""
        return Path(self.provider.root)

    def origin(self, name: str) -> str:
        """Where a value came from: ``/etc/noc/provider.yaml:12`` or ``default``. name: ``provider.name``."""
        line = self.origins.get(name)
        return f"{self.path}:{line}" if line else "default"

    def credential(self, device: str) -> Credential:
        """The login for a device: its own, else the collector's."""
        return self.credentials.get(device) or self.credentials[COLLECTOR]

    def options(self, service: str) -> ServiceOptions:
        """How a service is looked at from outside."""
        return self.service_options.get(service) or ServiceOptions()

    def tls_profile(self, device: str) -> str:
        """How strict TLS is with a device: ``modern`` where the file says nothing."""
        return self.tls.get(device, MODERN)

    def devices(self) -> tuple[records.Device, ...]:
        """The devices that the file names, as the log knows devices."""
        return tuple(written_devices(self.clusters, self.services))

    def cluster(self, name: str) -> Cluster | None:
        """The cluster of that name."""
        return next((cluster for cluster in self.clusters if cluster.name == name), None)
