"""Customers who cannot call for help stand before all others."""

from __future__ import annotations

from noc.hosting import records
from noc.hosting.records import draft
from tests.screens.rig import console
from tests.screens.sample import SUBJECTS, Sample, border


def _trunk(customer: str, cluster: str, state: str) -> records.Draft:
    link = records.Link(
        device=customer, cluster=cluster, name="SIP1", role="trunk", state=state, customer=customer
    )
    return draft(f"{customer}/SIP1", link)


def _many_phones_lost(customer: str, cluster: str) -> list[records.Draft]:
    lost = [border(customer, place, outer="timeout", inner="unknown") for place in range(7)]
    return [draft(f"{cluster}/{one.cpe}", one) for one in lost]


async def test_the_wall_says_who_cannot_call_for_help_also_on_a_small_terminal(well: Sample) -> None:
    async with console(well) as c:
        await c.until("NO ALARM IS OPEN", gone="emergency")
        well.append(_trunk("Zander00009", "sb2", "down"), *_many_phones_lost("Kuenkel00001", "sb2"))
        await c.until("C Zander00009: no outside and no emergency calls: SIP trunk is down")
        await c.press("down", "down", "enter")
        await c.until("› Zander00009", "TRUNK")


async def test_they_come_first_among_customers_whatever_phones_others_lose(well: Sample) -> None:
    well.append(_trunk("Zander00009", "sb2", "down"), *_many_phones_lost("Kuenkel00001", "sb2"))
    async with console(well, (160, 50)) as c:
        await c.until("CUSTOMERS HIT")
        hit = c.text().partition("CUSTOMERS HIT")[2]
        assert 0 < hit.index("Zander00009") < hit.index("Kuenkel00001")
        await c.command("cluster sb2")
        await c.until("› sb2", "WORST")
        listed = c.text().partition("WORST")[2]
        assert 0 < listed.index("Zander00009") < listed.index("Kuenkel00001")


async def test_what_nobody_can_see_any_more_is_not_called_lost(well: Sample) -> None:
    async with console(well) as c:
        well.append(_trunk("Zander00009", "sb2", "down"))
        await c.until("Zander00009: no outside and no emergency calls")
        silent = [
            records.Source(device="Zander00009", subject=subject, ok=False, error="timeout", text="timed out")
            for subject in SUBJECTS
            if subject != "nat"
        ]
        well.append(*(draft(f"Zander00009/{one.subject}", one) for one in silent))
        await c.until("PBX does not answer", gone="emergency")
