"""The largest lab that is promised: 10 clusters of 135 customers of 100 phones."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lab.conftest import Operator
from tests.platform_lab import running_lab


@pytest.mark.soak
def test_ten_clusters_of_135_customers_of_100_phones(tmp_path: Path) -> None:
    with running_lab(tmp_path, "--clusters", "10", "--customers", "135", "--phones", "100") as lab:
        truth = lab.truth()
        assert len(truth["phones"]) == 135_000
        assert {row["state"] for row in truth["phones"].values()} == {"ok"}
        assert len(truth["certificates"]) == 10 * 137 + 2
        operator = Operator(lab)
        page = "/PBX0/ADMIN/mod_cmd_login.xml?cmd=show&user=*&search=&search-loc=sb10"
        assert operator.get("127.30.0.254", page).count("<user ") == 13_500
        lab.do("device-down", "sb10")
        hit = {key for key, row in lab.truth()["phones"].items() if row["state"] == "stale"}
        assert len(hit) == 13_500
