"""Make the pictures of the docs: every screen of the console on a frozen sample log, as SVG.

Run by ``make screenshots``; writes to docs/pictures/. The Wall is drawn once in each theme.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from noc.screens import theme
from tests.screens.rig import Console, console
from tests.screens.sample import filled

PICTURES = Path(__file__).resolve().parent / "pictures"
SIZE = (100, 30)
SCREENS = {
    "cluster": ("cluster sb2", "CUSTOMER "),
    "customer": ("customer Kuenkel00001", "TRUNK"),
    "phone": ("phones outer=refused", "1 phone of"),
    "phones": ("phones", "CPE"),
    "natmaps": ("natmaps", "8xxx"),
    "certificates": ("certificates", "ENDS"),
    "alarms": ("alarms", "DEVICE"),
    "changes": ("changes 720", "BEFORE"),
    "devices": ("devices", "VERSION"),
    "device": ("device sb1", "LAST GOOD"),
    "topology": ("topology", "Media-PBX"),
    "walk": ("topology Kuenkel00001-007", "2 │"),
    "help": ("help", "Keys of"),
    "past": ("at 03:05", "PAST 03:05"),
}


async def main() -> None:
    """Draw all of them."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        sample = filled(Path(folder) / "log")
        for name in theme.load([theme.shipped()]).themes:
            async with console(sample, SIZE, theme=name) as c:
                await c.until("▇▇▇")
                await _save(c, f"wall-{name}")
        for name, (command, part) in SCREENS.items():
            async with console(sample, SIZE) as c:
                await c.named()
                await c.command(command)
                await c.until(part, gone="Going back")
                if name == "phone":
                    await c.press("enter")
                    await c.until("OUTER", "WHAT HAPPENED")
                await _save(c, name)
        sample.close()


async def _save(c: Console, name: str) -> None:
    await c.pilot.pause()
    (PICTURES / f"{name}.svg").write_text(c.app.export_screenshot(title="noc"), encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(main())
