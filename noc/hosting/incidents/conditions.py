"""The conditions of the rules: each looks at a symptom amid all others and names the root, "" for no."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from noc.hosting.incidents.shape import Evidence, Symptom

AT_ONCE: Final = 60_000_000
"""Microseconds within which devices fall silent "at once": their polls lie that far apart."""
MANY: Final = 4
"""Silent devices from which a host is suspected instead of each of them."""
LEAST: Final = 3
"""Silent devices from which a network is suspected."""
LEAST_PHONES: Final = 2
"""Phones that make a site: one alone may be unplugged."""

PLATFORM: Final = "platform"


class Scene:
    """All symptoms, and what they say together."""

    def __init__(self, evidence: Evidence) -> None:
        self.evidence = evidence
        told = evidence.symptoms
        self.silent = {one.device: one for one in told if one.what == "silent"}
        self.clocks = {one.device for one in told if one.what == "clock"}
        self.certificates = {one.device for one in told if one.what == "certificate"}
        self.maps = {one.subject for one in told if one.what == "natmap"}
        self.failing = {one.device for one in told if one.what == "probe" and not one.of and not one.peer}
        self.sites = _counted(one for one in told if one.what.startswith("outer-"))
        self.inner = _counted_customers(one for one in told if one.what.startswith("inner-"))
        self.trunks = {one.customer for one in told if one.what == "trunk"}
        self.dead_doors = _doors(told, "outer-timeout")
        self.refused_doors = _doors(told, "inner-refused")
        self.links = {one.subject for one in told if one.what in _LEGS}

    def lacks(self, *words: str) -> bool:
        """Whether nothing speaks against a common cause."""
        return not self.evidence.well.intersection(words)


_LEGS: Final = frozenset({"trunk", "media-leg", "medium", "pbx-object", "licence-leg", "own-leg"})


def _counted(told: Iterable[Symptom]) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    for one in told:
        found[one.what, one.peer] = found.get((one.what, one.peer), 0) + 1
    return found


def _counted_customers(told: Iterable[Symptom]) -> dict[str, int]:
    found: dict[str, int] = {}
    for one in told:
        found[one.customer] = found.get(one.customer, 0) + 1
    return found


def _doors(told: Iterable[Symptom], what: str) -> dict[str, set[str]]:
    """Frontend -> customers that have this symptom there."""
    found: dict[str, set[str]] = {}
    for one in told:
        if one.what == what:
            found.setdefault(one.frontend, set()).add(one.customer)
    return found


Condition = Callable[[Scene, Symptom], str]


def _all_silent(scene: Scene, one: Symptom) -> str:
    enough = len(scene.silent) >= LEAST and bool(scene.evidence.standing)
    return PLATFORM if enough and not any(scene.evidence.standing.values()) else ""


def _cluster_silent(scene: Scene, one: Symptom) -> str:
    silent = sum(other.cluster == one.cluster for other in scene.silent.values())
    standing = scene.evidence.standing.get(one.cluster)
    return one.cluster if one.cluster and silent >= LEAST and standing == 0 else ""


def _many_silent(scene: Scene, one: Symptom) -> str:
    near = [other for other in scene.silent.values() if abs(other.since - one.since) <= AT_ONCE]
    clusters = {other.cluster for other in near}
    if len(near) < MANY:
        return ""
    return clusters.pop() or PLATFORM if len(clusters) == 1 else PLATFORM


def _if_silent(scene: Scene, name: str) -> str:
    return name if name and name in scene.silent else ""


def _pbx_silent(scene: Scene, one: Symptom) -> str:
    return _if_silent(scene, one.customer)


def _frontend_silent(scene: Scene, one: Symptom) -> str:
    return _if_silent(scene, one.frontend)


def _peer_silent(scene: Scene, one: Symptom) -> str:
    return _if_silent(scene, one.peer)


def _itself_silent(scene: Scene, one: Symptom) -> str:
    return _if_silent(scene, one.device)


def _through_silent(scene: Scene, one: Symptom) -> str:
    return _if_silent(scene, one.frontend) if one.of else ""


def _door_shut(scene: Scene, one: Symptom) -> str:
    several = len(scene.dead_doors.get(one.frontend, ())) > 1
    return one.frontend if several and scene.lacks(f"outer {one.frontend}") else ""


def _site(scene: Scene, one: Symptom) -> str:
    enough = scene.sites.get((one.what, one.peer), 0) >= LEAST_PHONES
    return one.peer if one.peer and enough and scene.lacks(f"site {one.peer}") else ""


def _phone(scene: Scene, one: Symptom) -> str:
    return one.of


def _password_wrong(scene: Scene, one: Symptom) -> str:
    refused = one.error == "unauthorized" and one.frontend in scene.refused_doors
    return one.frontend if refused and scene.lacks(f"inner {one.frontend}") else ""


def _device_password(scene: Scene, one: Symptom) -> str:
    name = one.peer if one.what == "licence-leg" else one.device
    wrong = name in scene.refused_doors and scene.lacks(f"inner {name}")
    return name if wrong and (one.what == "licence-leg" or "LICENCE" in one.subject) else ""


def _inner_dead(scene: Scene, one: Symptom) -> str:
    enough = scene.inner.get(one.customer, 0) >= LEAST_PHONES
    return one.customer if enough and scene.lacks(f"inner {one.customer}") else ""


def _all_trunks(scene: Scene, one: Symptom) -> str:
    return "all" if len(scene.trunks) > 1 and scene.lacks("trunk") else ""


def _cluster_trunks(scene: Scene, one: Symptom) -> str:
    several = sum(other.what == "trunk" and other.cluster == one.cluster for other in _legs(scene)) > 1
    return one.frontend if several and scene.lacks(f"trunk {one.cluster}") else ""


def _media_unreached(scene: Scene, one: Symptom) -> str:
    several = sum(other.what == "media-leg" and other.cluster == one.cluster for other in _legs(scene)) > 1
    return one.peer if several and scene.lacks(f"media {one.cluster}") else ""


def _legs(scene: Scene) -> list[Symptom]:
    return [one for one in scene.evidence.symptoms if one.what in _LEGS]


def _direct_failing(scene: Scene, one: Symptom) -> str:
    kind = scene.evidence.kinds.get(one.device)
    return one.device if kind == "service" and one.device in scene.failing else ""


def _peer_failing(scene: Scene, one: Symptom) -> str:
    return one.peer if one.peer in scene.failing and one.peer != one.device else ""


def _map_wrong(scene: Scene, one: Symptom) -> str:
    return one.of if one.of in scene.maps else ""


def _clock_off(scene: Scene, one: Symptom) -> str:
    return one.device if one.device in scene.clocks else ""


def _certificate_bad(scene: Scene, one: Symptom) -> str:
    return one.device if one.device in scene.certificates and one.error != "skew" else ""


def _provider_gone(scene: Scene, one: Symptom) -> str:
    return _all_trunks(scene, one) if "/sip" in one.subject else ""


def _licence_media(scene: Scene, one: Symptom) -> str:
    return _if_silent(scene, one.peer) if "LICENCE" in one.subject else ""


CONDITIONS: Final[dict[str, Condition]] = {
    "all-silent": _all_silent,
    "cluster-silent": _cluster_silent,
    "many-silent": _many_silent,
    "itself": lambda scene, one: one.device,
    "subject": lambda scene, one: one.subject,
    "customer": lambda scene, one: one.customer,
    "peer": lambda scene, one: one.peer,
    "itself-silent": _itself_silent,
    "pbx-silent": _pbx_silent,
    "frontend-silent": _frontend_silent,
    "media-silent": _peer_silent,
    "peer-silent": _peer_silent,
    "through-silent": _through_silent,
    "door-shut": _door_shut,
    "site-dead": _site,
    "site-refused": _site,
    "phone": _phone,
    "remote": lambda scene, one: one.of if one.hardware_id else "",
    "password-wrong": _password_wrong,
    "device-password": _device_password,
    "inner-dead": _inner_dead,
    "all-trunks": _all_trunks,
    "cluster-trunks": _cluster_trunks,
    "media-unreached": _media_unreached,
    "direct-failing": _direct_failing,
    "peer-failing": _peer_failing,
    "map-wrong": _map_wrong,
    "clock-off": _clock_off,
    "certificate-bad": _certificate_bad,
    "provider-gone": _provider_gone,
    "licence-media": _licence_media,
    "told-of": lambda scene, one: "",
}
"""Word of a rule -> condition. ``told-of`` is answered by the causes of what an alarm tells of."""
