"""What all tests share: no state of the developer's account, and skips that must have a reason.

With NOC_REQUIRE_REAL=1 (.ci/run sets it) a skipped test fails unless its reason begins with one of
ALLOWED_SKIPS: a privilege, a kernel feature, or a file that may not be copied into the repository.
"""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings as hypothesis_settings

ALLOWED_SKIPS = (
    "needs root",
    "needs a kernel feature",
    "needs the real walk",
)

hypothesis_settings.register_profile("ci", derandomize=True, deadline=None, database=None)
hypothesis_settings.load_profile("ci")


@pytest.fixture(autouse=True)
def clean_account(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test has its own XDG folders and no terminal settings of the developer."""
    home = tmp_path_factory.mktemp("xdg")
    for name in ("XDG_STATE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(home / name.lower()))
    for name in ("NO_COLOR", "COLORTERM", "SSH_CONNECTION", "TEXTUAL_THEME"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def repository() -> Path:
    """The root of the checkout."""
    return Path(__file__).parent.parent


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport() -> Generator[None, Any, None]:
    """Turn a skip that nobody allowed into a failure where everything real must run."""
    outcome = yield
    report = outcome.get_result()
    if not report.skipped or os.environ.get("NOC_REQUIRE_REAL") != "1" or hasattr(report, "wasxfail"):
        return
    reason = report.longrepr[2].removeprefix("Skipped: ") if isinstance(report.longrepr, tuple) else ""
    if not reason.startswith(ALLOWED_SKIPS):
        report.outcome = "failed"
        report.longrepr = f"skipped although NOC_REQUIRE_REAL=1: {reason}"
