"""The log on a card over a real connection: its first line, what is missing, what tells no time."""

from __future__ import annotations

import pytest

from noc.devices.dialect import load
from noc.devices.errors import DeviceError
from noc.devices.kept_log import MOST_READ, KeptLog, kept_log
from tests.devices.conftest import Bench, Call

WORDS = load("v10")
FOLDER = "/DRIVE/CF0/log/"
AT = 1_363_098_541
LINE = "20130312-142901 LOG_HTTP 3 TCP-Up 10.1.0.1:443 10.1.0.2:50000\r\n"


def listed(*files: tuple[str, int]) -> str:
    """A list of the folder."""
    told = "".join(
        f"<D:response><D:href>{FOLDER}{name}</D:href><D:propstat><D:prop><D:resourcetype/>"
        f"<D:getcontentlength>{size}</D:getcontentlength></D:prop></D:propstat></D:response>"
        for name, size in files
    )
    return f'<D:multistatus xmlns:D="DAV:">{told}</D:multistatus>'


async def asked(bench: Bench, answer: str, text: str) -> tuple[KeptLog, list[str]]:
    """What is found, and which files were read."""

    async def device(call: Call) -> None:
        if call.method == "PROPFIND":
            await call.answer(answer, "207 Multi-Status" if answer else "404 Not Found")
        else:
            await call.answer(text)

    async with bench.device(device) as (server, client):
        found = await kept_log(client, WORDS)
    return found, [call.target for call in server.calls if call.method == "GET"]


async def test_the_oldest_line_is_the_first_of_the_oldest_file(bench: Bench) -> None:
    files = (("LOG0.2", 30), ("LOG0.0", 5), ("LOG0.9", 700), ("other.txt", 800), ("LOG0.1", 20))
    found, read = await asked(bench, listed(*files), LINE + "20140101-000000 later\r\n")
    assert found == KeptLog(files=3, size=55, oldest=AT)
    assert read == [f"{FOLDER}LOG0.2"]


@pytest.mark.parametrize(
    ("text", "oldest"),
    [
        (LINE, AT),
        ("", 0),
        ("20130312-142901 without an end", 0),
        ("\r\n" + LINE, 0),
        ("19700101-000005 " + LINE, 0),
        ("20131332-142901 x\r\n", 0),
        ("x" * (MOST_READ * 2) + "\r\n" + LINE, 0),
    ],
)
async def test_a_first_line_that_tells_no_time(bench: Bench, text: str, oldest: int) -> None:
    found, _ = await asked(bench, listed(("LOG0.0", 9)), text)
    assert found == KeptLog(files=1, size=9, oldest=oldest)


@pytest.mark.parametrize("answer", ["", listed(), listed(("LOG0.4", 9))])
async def test_a_card_without_a_log(bench: Bench, answer: str) -> None:
    assert await asked(bench, answer, LINE) == (KeptLog(), [])


async def test_a_list_that_is_none_is_an_error(bench: Bench) -> None:
    with pytest.raises(DeviceError) as failed:
        await asked(bench, "<info/>", LINE)
    assert failed.value.code == "garbage"
