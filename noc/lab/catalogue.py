"""The list of faults: names, arguments and what each does. Light: the command line shows it in its help."""

from __future__ import annotations

from typing import NamedTuple


class FaultSpec(NamedTuple):
    """A fault: its name, the names of its arguments in order, one sentence."""

    name: str
    arguments: tuple[str, ...]
    help: str


BAD_KINDS: dict[str, str] = {
    "hang": "timeout",
    "trickle": "timeout",
    "garbage": "garbage",
    "401-for-ever": "login",
    "500": "http",
    "redirect-loop": "redirect",
    "50-mb": "too-big",
    "truncated-xml": "garbage",
    "entity-bomb": "garbage",
    "wrong-content-length": "garbage",
    "gzip-bomb": "too-big",
    "tls-1.0": "tls",
    "wrong-certificate": "certificate",
    "expired-certificate": "certificate",
    "reboot-in-mid-answer": "garbage",
    "other-device": "wrong-device",
    "forgets-half": "",
    "new-hardware-id": "",
}
"""How a device can be bad, and the code by which an observer names it ("": it can be read)."""

TRAPS: tuple[str, ...] = (
    "cold-start",
    "warm-start",
    "link-down",
    "link-up",
    "authentication-failure",
    "diag-alarm",
    "diag-alarm-clear",
)
"""Traps that a device can send."""

REQUEST_STATES = ("request", "busy", "failed")
"""How a device may stand with a new certificate of its own: waiting for it, making its key, refusing it."""

XML_ONLY = frozenset({"truncated-xml", "entity-bomb"})
"""Kinds that spoil XML alone: what a device says in plain text can be read as ever."""

FAULTS: tuple[FaultSpec, ...] = (
    FaultSpec(
        "device-down",
        ("name",),
        "stop a device or service: its ports are closed (sb1, media1, a customer id, kerberos1, mail1)",
    ),
    FaultSpec("device-up", ("name",), "start a stopped device"),
    FaultSpec(
        "service-down",
        ("name",),
        "stop a service (metadir1, dns1), or what a device serves beside its web interface: a customer's "
        "directory, Kerberos of kerberos1, the time of sb1",
    ),
    FaultSpec("service-up", ("name",), "start a stopped service"),
    FaultSpec(
        "directory-stalled",
        ("customer",),
        "let the replicator of a customer stand still: its node lacks what the drop box holds",
    ),
    FaultSpec("contacts-broken", ("customer",), "let the contacts.csv of a customer be malformed"),
    FaultSpec("ldap-login", ("customer",), "let directories refuse a customer's login"),
    FaultSpec("realm-wrong", ("name",), "let a Kerberos server serve another realm (kerberos1)"),
    FaultSpec(
        "dns-missing",
        ("name", "record"),
        "take a name out of a DNS server (dns1), such as _kerberos._udp or sbc1",
    ),
    FaultSpec(
        "ntp-skew",
        ("name", "time"),
        "let a time server be off by seconds such as -7200, or by +3h (ntp1, sb1)",
    ),
    FaultSpec("mail-no-tls", ("name",), "let a mail server offer no STARTTLS (mail1)"),
    FaultSpec(
        "certificate-wrong", ("name",), "let a device or service show the certificate of another device"
    ),
    FaultSpec(
        "router-down", ("site",), "stop a site's router: nothing comes from its phones (a customer id, or -2)"
    ),
    FaultSpec("router-up", ("site",), "start a site's router"),
    FaultSpec("phone-off", ("hardware_id",), "pull a phone's plug"),
    FaultSpec("phone-on", ("hardware_id",), "plug a phone in again"),
    FaultSpec(
        "wrong-registration-password", ("hardware_id",), "give one phone a wrong registration password"
    ),
    FaultSpec(
        "wrong-pbx-password",
        ("frontend",),
        "give a Frontend a wrong PBX password: its inner legs are refused",
    ),
    FaultSpec("natmap-wrong", ("frontend", "port", "address"), "let a NAT map point at another address"),
    FaultSpec(
        "certificate-expiring",
        ("name", "days"),
        "let a device serve a certificate that ends in so many days (negative: has ended)",
    ),
    FaultSpec("trunk-down", ("customer",), "let the SIP provider refuse a customer's trunk, or `all`"),
    FaultSpec("trunk-up", ("customer",), "let a customer's trunk register again, or `all`"),
    FaultSpec(
        "device-error",
        ("name", "code"),
        "let an error happen once at a device, such as 0x00050001 (RTP: no data)",
    ),
    FaultSpec(
        "logs-short",
        ("customer", "days"),
        "let the log on the card of a customer's PBX reach back so many days only, or of `all`",
    ),
    FaultSpec("hostile-text", ("name",), "put terminal controls into the texts of a device"),
    FaultSpec("bad", ("name", "kind"), "let a device be bad: " + ", ".join(BAD_KINDS)),
    FaultSpec(
        "clock",
        ("name", "time"),
        "set a device's clock to 1970, or off by seconds such as -7200, or by +3h, +10min, +2d",
    ),
    FaultSpec(
        "signing-request",
        ("name", "state"),
        "let a device be about to get a new certificate: " + ", ".join(REQUEST_STATES),
    ),
    FaultSpec(
        "stranger", ("name", "address"), "let somebody call a device with a certificate that it refuses"
    ),
    FaultSpec(
        "licences-ending", ("days",), "let the rented licences of the platform end in so many days (0: now)"
    ),
    FaultSpec(
        "configure",
        ("name", "line"),
        "write a line into a device's configuration and put it into force (`mend` does not take it back)",
    ),
    FaultSpec(
        "false-trap",
        ("name", "trap"),
        "let a device send a trap that nothing stands behind: " + ", ".join(TRAPS),
    ),
    FaultSpec(
        "poll-wait", ("time",), "answer SOAP polls that nothing happens to after so long, such as 2s (60s)"
    ),
    FaultSpec("mend", ("name",), "undo every fault of a device, site, phone or customer, or `all`"),
)
BY_NAME: dict[str, FaultSpec] = {spec.name: spec for spec in FAULTS}
