"""A Nagios check in shell: counts the alarms of a device with curl and grep, in lines of text."""

from __future__ import annotations

import subprocess
from collections.abc import Callable

from tests.lab.conftest import Operator
from tests.real.clients.conftest import FRONTEND, PBX, Known

OK, WARNING, CRITICAL = range(3)
SCRIPT = r"""
page=$(curl --silent --insecure --user "$LOGIN" "$URL/LOG0/FAULT/mod_cmd.xml?cmd=xml-alarms") || exit 3
count=$(printf '%s' "$page" | grep -o 'type="alarm"' | wc -l)
[ "$count" -eq 0 ] && { echo "no alarms"; exit 0; }
[ "$count" -gt 1 ] && { echo "$count alarms"; exit 2; }
severity=$(printf '%s' "$page" | sed 's/.*severity="\([0-9]*\)".*/\1/')
time=$(printf '%s' "$page" | sed 's/.* time="\([0-9]*\)".*/\1/')
text=$(printf '%s' "$page" | sed 's/.*<text>\(.*\)<\/text>.*/\1/')
echo "$text since $time"
[ "$severity" -gt 1 ] && exit 2
exit 1
"""


def check(operator: Operator, address: str) -> tuple[int, str]:
    """What the check says of a device."""
    user, password = "noc-read", operator.password("collector")
    done = subprocess.run(
        ["sh", "-c", SCRIPT],
        env={"PATH": "/usr/bin:/bin", "LOGIN": f"{user}:{password}", "URL": operator.url(address, "")},
        check=False, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode in (OK, WARNING, CRITICAL), done.stderr
    return done.returncode, done.stdout.strip()


def test_without_alarms_all_is_well(operator: Operator, known: Callable[[], Known]) -> None:
    assert check(operator, PBX) == (OK, "no alarms")
    seen = known()
    assert seen.rows("alarms", device=seen.device(PBX)["name"]) == []


def test_one_alarm_is_told_with_its_text_and_time(operator: Operator, known: Callable[[], Known]) -> None:
    operator.lab.do("trunk-down", known().device(PBX)["name"])
    code, words = check(operator, PBX)
    seen = known()
    (alarm,) = seen.rows("alarms", device=seen.device(PBX)["name"])
    assert code == CRITICAL
    assert words.startswith(f"{alarm['text']} since ")
    assert alarm["severity"] == "major"


def test_a_minor_alarm_is_a_warning(operator: Operator, known: Callable[[], Known]) -> None:
    phone = known().rows("phones", frontend="sb1")[0]
    operator.lab.do("wrong-registration-password", phone["hardware_id"])
    code, _ = check(operator, FRONTEND)
    (alarm,) = known().rows("alarms", device="sb1")
    assert code == WARNING
    assert alarm["severity"] == "minor"


def test_several_alarms_are_counted(operator: Operator, known: Callable[[], Known]) -> None:
    operator.lab.do("device-down", "media1")
    code, words = check(operator, PBX)
    seen = known()
    assert code == CRITICAL
    assert words == f"{len(seen.rows('alarms', device=seen.device(PBX)['name']))} alarms"
