"""provider.yaml -> typed settings, errors with file, line and remedy.

The minimum is provider.name, provider.root, credentials.collector and one cluster with a Frontend.
Loading YAML is put off until `load` is called: start-up is measured.
"""

from noc.settings.load import find, load, places
from noc.settings.model import COLLECTOR, Settings
from noc.settings.passwords import customer_passwords
from noc.settings.problems import Problem, SettingsError
from noc.settings.secrets import Credential, SecretError, SecretRef, resolve_secret
from noc.settings.snmp import SnmpLogin

__all__ = [
    "COLLECTOR",
    "Credential",
    "Problem",
    "SecretError",
    "SecretRef",
    "Settings",
    "SettingsError",
    "SnmpLogin",
    "customer_passwords",
    "find",
    "load",
    "places",
    "resolve_secret",
]
