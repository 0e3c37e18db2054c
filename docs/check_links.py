"""Find links in the project's Markdown that lead nowhere: files that do not exist, headings that are gone.

Only what lies in the repository is looked at; addresses elsewhere are not asked.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+\s+(.*)$", re.MULTILINE)
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def anchor(heading: str) -> str:
    """The anchor of a heading as code hosts make it."""
    words = re.sub(r"[^\w\s-]", "", heading.replace("`", "").lower())
    return re.sub(r"\s", "-", words.strip())


def dead_links(page: Path) -> list[str]:
    """The dead links of one page, in words."""
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    found = []
    for target in LINK.findall(text):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, fragment = target.partition("#")
        file = (page.parent / name).resolve() if name else page
        if not file.exists():
            found.append(f"{page.relative_to(ROOT)}: no file {target}")
        elif fragment and fragment not in map(anchor, HEADING.findall(file.read_text(encoding="utf-8"))):
            found.append(f"{page.relative_to(ROOT)}: no heading {target}")
    return found


def main() -> int:
    """Look at every tracked or new Markdown file."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "*.md"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    dead = [link for name in listed.stdout.splitlines() for link in dead_links(ROOT / name)]
    for line in dead:
        print(line, file=sys.stderr)
    return int(bool(dead))


if __name__ == "__main__":
    sys.exit(main())
