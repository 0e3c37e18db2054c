"""A Nagios check in shell: whether a name is registered at a PBX, with curl and grep."""

from __future__ import annotations

import subprocess
from collections.abc import Callable

from tests.lab.conftest import Operator
from tests.real.clients.conftest import ADMIN, FRONTEND, PBX, Known

OK, CRITICAL = 0, 2
SCRIPT = r"""
page=$(curl --silent --insecure --user "$LOGIN" "$URL?cmd=show&reg=$NAME") || exit 3
count=$(printf '%s' "$page" | grep -o '<reg' | wc -l)
printf '%s' "$page" | sed -n 's/.*\(show.*admin\).*/\1/p'
printf '%s' "$page" | sed -n 's/.*\(reg .*\) pwd.*/\1/p'
[ "$count" -gt 0 ] && exit 0
exit 2
"""


def check(operator: Operator, address: str, name: str) -> tuple[int, str]:
    """What the check says of a name at a device."""
    login = f"noc-read:{operator.password('collector')}"
    done = subprocess.run(
        ["sh", "-c", SCRIPT],
        env={"PATH": "/usr/bin:/bin", "LOGIN": login, "URL": operator.url(address, ADMIN), "NAME": name},
        check=False, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode in (OK, CRITICAL), done.stderr
    return done.returncode, done.stdout


def test_both_legs_of_a_phone(operator: Operator, known: Callable[[], Known]) -> None:
    seen = known()
    for phone in seen.rows("phones", customer=seen.device(PBX)["name"]):
        code, words = check(operator, FRONTEND, phone["cpe"])
        assert (code == OK) == (phone["outer"] == "registered")
        assert phone["address"] in words
        assert "admin" in words
        code, words = check(operator, PBX, phone["cpe"])
        assert (code == OK) == (phone["inner"] == "registered")
        assert phone["number"] in words


def test_a_phone_that_went_off(operator: Operator, known: Callable[[], Known]) -> None:
    seen = known()
    off, on = seen.rows("phones", customer=seen.device(PBX)["name"])[:2]
    operator.lab.do("phone-off", off["hardware_id"])
    assert check(operator, PBX, off["cpe"])[0] == CRITICAL
    assert check(operator, PBX, on["cpe"])[0] == OK
    assert known().rows("phones", cpe=off["cpe"])[0]["outer"] != "registered"


def test_nobody_has_no_registration(operator: Operator) -> None:
    assert check(operator, PBX, "nobody")[0] == CRITICAL
