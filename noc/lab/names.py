"""Names and numbers of the simulated platform: customer ids, people, hardware ids, addresses.

Everything is a function of running numbers and the seed, so that the same call gives the same
platform. Addresses: reference/lab.md; names: reference design, ch. Customer PBX and ch. CPE.
"""

from __future__ import annotations

from noc.hosting.errors import UsageError

MAX_CUSTOMERS = 135  # two NAT maps each, 20 shared: reference design, ch. Frontend
MAX_CLUSTERS = 79  # 127.<20+c> and 127.<120+c> stay clear of the sites' 127.200
MAX_PHONES = 999  # CPE-IDs end in three digits

_COMPANIES = (
    "Kuenkel Brandt Oster Lindner Haase Vogt Pfeiffer Riedel Seidel Winkler Thoma Krause Ebert Nagel "
    "Dietz Hofmann Reuter Steiner Amsel Bergmann Clausen Dornbach Eichler Falk Gerlach Hirschfeld "
    "Immendorf Jahnke Kessler Loewe Moeller Neuhaus Ostermann Petersen Quandt Rosenthal Schreiber "
    "Trautmann Ullrich Voss Wagner Zimmer Adler Baumgart Cordes Drechsler Engelhardt Fischbach"
).split()
_FIRST = (
    "Anna Jonas Maria Felix Clara Paul Lena Max Ida Karl Emma Otto Mia Emil Lisa Hans Eva Jan Nora Tim "
    "Ruth Uwe Greta Kai Vera Ralf Ute Jens Pia Rolf Inge Horst Tanja Bernd Silke Arne Doris Malte Heike Sven"
).split()
_LAST = (
    "Bauer Koch Richter Klein Wolf Neumann Schwarz Braun Zimmermann Krueger Hartmann Lange Schmitt Werner "
    "Krause Meier Lehmann Schmid Schulze Maier Koehler Herrmann Walter Koenig Mayer Huber Kaiser Fuchs "
    "Peters Lang Scholz Weiss Jung Hahn Schubert Vogel Friedrich Keller Guenther Frank Berger Winkler "
    "Roth Beck Lorenz Baumann Franke Albrecht Schuster Simon Ludwig Boehm Winter Kraus Martin Schumacher "
    "Kraemer Vogt Stein Jaeger"
).split()
_PHONE_MODELS = ("IP232", "IP222", "IP241", "IP111", "IP112")


def check_sizes(clusters: int, customers: int, phones: int | None) -> None:
    """Raise UsageError for a size that the address and name plans cannot hold."""
    for word, value, most in (
        ("--clusters", clusters, MAX_CLUSTERS),
        ("--customers", customers, MAX_CUSTOMERS),
        ("--phones", 1 if phones is None else phones, MAX_PHONES),
    ):
        if not 1 <= value <= most:
            raise UsageError(f"{value} is out of range", word, f"choose 1 to {most}")


def customer_id(running: int, seed: int) -> str:
    """``Kuenkel00001``: a name and the running number, one sequence a platform."""
    return f"{_COMPANIES[(running + seed - 2) % len(_COMPANIES)]}{running:05d}"


def cpe_id(customer: str, place: int) -> str:
    """``Kuenkel00001-000``: counted from 0."""
    return f"{customer}-{place:03d}"


def person(place: int, running: int) -> str:
    """A person's name, different for each `place` of a customer (up to 2,400)."""
    first = _FIRST[(place + running * 7) % len(_FIRST)]
    last = _LAST[(place // len(_FIRST) * 13 + place + running * 11) % len(_LAST)]
    return f"{first} {last}"


def extension(place: int, phones: int) -> str:
    """The internal number of a phone: two digits from 10, three from 100 where there are many."""
    return str((10 if phones <= 89 else 100) + place)


def mac_tail(running: int, seed: int) -> str:
    """The last three bytes of a device's MAC as ``xx-xx-xx``: unique for each running number below 2**24."""
    scrambled = (running * 0x9E3779 + seed * 0x1003F + 0x5A38) & 0xFFFFFF
    return "-".join(f"{scrambled:06x}"[i : i + 2] for i in (0, 2, 4))


def phone_model(place: int, running: int) -> str:
    """The model of a customer's phone: mostly one model a customer, every seventh another."""
    return _PHONE_MODELS[(running + (place % 7 == 6)) % len(_PHONE_MODELS)]


def inside(cluster: int, host: int) -> str:
    """An inside address of a cluster; cluster 0 are the once-only devices."""
    return f"127.{20 + cluster}.0.{host}"


def outside(cluster: int, host: int) -> str:
    """A public address of a cluster: host 1 the Frontend, 2 the Media-PBX."""
    return f"127.{120 + cluster}.0.{host}"


def site_address(place: int) -> str:
    """The public address of the router of the site with that running number (from 0)."""
    return f"127.{200 + place // 62500}.{place % 62500 // 250}.{place % 250 + 1}"
