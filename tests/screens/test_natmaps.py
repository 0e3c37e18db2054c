"""NAT maps: which Frontend is pictured, what the picture shows, how much room is left."""

from __future__ import annotations

from noc.hosting import records
from noc.hosting.records import draft
from tests.screens.rig import console
from tests.screens.sample import Sample


async def test_the_frontend_with_what_is_looked_for_is_pictured(sample: Sample) -> None:
    async with console(sample) as c:
        await c.press("6")
        await c.until(" sb1    0")
        await c.command("port 9007")
        await c.until("/port=9007", " sb2    0", "10.2.0.7:636         ldaps")


async def test_the_frontend_with_a_wrong_map_is_pictured_first(well: Sample) -> None:
    async with console(well) as c:
        await c.press("6")
        await c.until(" sb1    0", "No finding.", gone="✗")
        wrong = records.NatMap(
            frontend="sb2",
            cluster="sb2",
            protocol="tcp",
            port=9002,
            address="10.2.0.4",
            int_port=636,
            place=9002,
        )
        well.append(draft("sb2/tcp/9002", wrong))
        await c.until(" sb2    0", "9xxx   ··✗·■··■··", "1 finding: map 9002: target is Roth00004's PBX")


async def test_where_there_is_room_each_frontend_has_its_picture_its_room_and_a_legend(well: Sample) -> None:
    async with console(well, (120, 36)) as c:
        await c.press("6")
        await c.until(" sb1    0", " sb2    0", "■ used  · free  ✗ wrong  ~ doubtful  ? not seen now")
        assert c.text().count("10 of about 178 used, room for 76 customers") == 2
        assert "Room for 152 more customers" in c.text()
