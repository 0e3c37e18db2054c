"""Write requirements/main.txt and dev.txt, with hashes, from pyproject.toml (`make lock`)."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import tomllib
from itertools import chain
from pathlib import Path

ROOT = Path(__file__).parent.parent
BUILD = ["hatchling>=1.27", "editables"]
OPTIONS = (
    "--quiet --generate-hashes --no-emit-index-url --no-emit-trusted-host --no-emit-find-links "
    "--no-header --no-annotate --strip-extras --allow-unsafe --upgrade"
).split()


def main() -> None:
    """Resolve both lists with pip-compile."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    extras = project["project"]["optional-dependencies"].values()
    wanted = [*project["project"]["dependencies"], *chain.from_iterable(extras), *BUILD]
    for name, more in (("main", []), ("dev", project["dependency-groups"]["dev"])):
        with tempfile.NamedTemporaryFile("w", suffix=".in") as source:
            source.write("\n".join([*wanted, *more]) + "\n")
            source.flush()
            target = ROOT / "requirements" / f"{name}.txt"
            subprocess.run(
                [sys.executable, "-m", "piptools", "compile", *OPTIONS, "-o", target, source.name], check=True
            )


if __name__ == "__main__":
    main()
