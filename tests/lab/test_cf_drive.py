"""The CF cards over HTTPS: what is public, what needs a login, and WebDAV as curl and cadaver use it."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from noc.devices.dialect import load
from noc.lab.auth import Account
from noc.lab.build import build
from noc.lab.cf_drive import CfDrive, DavRequest
from noc.lab.cf_tree import Drive, File, RefusedError
from noc.lab.exchange import Answer
from tests.lab.conftest import Operator

FRONTEND, PBX = "127.21.0.254", "127.21.0.1"
CARD = "/DRIVE/CF0/"
BACKUPS = f"{CARD}update/backup/"
SCRIPT = f"{CARD}update/update.txt"
WORDS = load("v10")


def status(operator: Operator, *words: str) -> int:
    """The status of curl's request."""
    return int(operator.curl(*words).status_line.split(" ")[1])


@pytest.fixture
def upload(tmp_path: Path) -> str:
    """A file to put somewhere."""
    path = tmp_path / "upload.txt"
    path.write_bytes(b"config change CMD0 /name x\r\n")
    return str(path)


@pytest.fixture
def scratch(operator: Operator) -> Iterator[str]:
    """The address of a folder of one's own on the Frontend's card."""
    url = operator.url(FRONTEND, f"{CARD}scratch")
    login = operator.login("admin")
    assert status(operator, *login, "--request", "MKCOL", url) == 201
    yield url
    assert status(operator, *login, "--request", "DELETE", url) == 204


def test_scripts_are_public_to_read_and_nothing_else(operator: Operator, upload: str) -> None:
    url = operator.url(FRONTEND, SCRIPT)
    assert "mod cmd UP0 scfg" in operator.curl(url).body
    assert status(operator, "--upload-file", upload, url) == 401
    assert status(operator, "--request", "DELETE", url) == 401
    assert status(operator, "--request", "PROPFIND", "--header", "Depth: 1", url) == 401


@pytest.mark.parametrize("chunked", [False, True])
def test_a_backup_is_put_without_login_and_read_with_one_only(
    operator: Operator, upload: str, chunked: bool
) -> None:
    url = operator.url(PBX, f"{BACKUPS}by-hand.txt")
    words = ("--header", "Transfer-Encoding: chunked") if chunked else ()
    assert status(operator, *words, "--upload-file", upload, url) == 201
    assert status(operator, *words, "--upload-file", upload, url) == 204
    assert status(operator, url) == 401
    assert operator.get(PBX, f"{BACKUPS}by-hand.txt") == Path(upload).read_bytes().decode()
    assert status(operator, *operator.login("admin"), "--request", "DELETE", url) == 204


def test_a_customers_directory_is_written_by_the_customer_and_read_by_the_provider(
    operator: Operator, upload: str
) -> None:
    folder = operator.get(FRONTEND, f"{CARD}directory/", "--request", "PROPFIND", "--header", "Depth: 1")
    customer = folder.partition("/directory/")[2].partition("<D:href>")[2].partition("directory/")[2]
    path = f"{CARD}directory/{customer.partition('/')[0]}/contacts.csv"
    assert status(operator, "--upload-file", upload, operator.url(FRONTEND, path)) == 204
    assert status(operator, operator.url(FRONTEND, path)) == 401
    assert operator.get(FRONTEND, path) == Path(upload).read_bytes().decode()


def test_a_viewer_reads_everything_and_changes_nothing(operator: Operator, upload: str) -> None:
    url = operator.url(FRONTEND, f"{CARD}update/local.txt")
    assert status(operator, *operator.login(), url) == 200
    assert status(operator, *operator.login(), "--upload-file", upload, url) == 403
    assert (
        status(operator, *operator.login(), "--request", "MKCOL", operator.url(FRONTEND, CARD + "x")) == 403
    )


def configure(operator: Operator, line: str) -> None:
    """Change the Frontend's configuration by its console, decoded once on its way."""
    for words in (line, "config activate"):
        operator.get(FRONTEND, "/!" + quote(words, safe=""), user="admin")


def test_what_is_public_follows_the_devices_configuration(operator: Operator) -> None:
    before = next(line for line in operator.get(FRONTEND, "/cfg.txt").splitlines() if "HTTP0" in line)
    configure(operator, f"config change HTTP0 /public %2F{CARD[1:]}update/staging/ /public-mode r")
    try:
        assert status(operator, operator.url(FRONTEND, SCRIPT)) == 401
        assert status(operator, operator.url(FRONTEND, f"{CARD}update/staging/local.txt")) == 200
    finally:
        configure(operator, before)
    assert status(operator, operator.url(FRONTEND, SCRIPT)) == 200


def test_webdav_with_curl(operator: Operator, scratch: str, upload: str) -> None:
    login = operator.login("admin")
    options = operator.curl(*login, "--request", "OPTIONS", scratch)
    assert "DAV: 1" in options.headers.replace("\r", "")
    assert status(operator, *login, "--upload-file", upload, f"{scratch}/a%20b.txt") == 201
    assert status(operator, *login, "--upload-file", upload, f"{scratch}/none/a.txt") == 409
    assert (
        status(
            operator, *login, "--header", "If-None-Match: *", "--upload-file", upload, f"{scratch}/a%20b.txt"
        )
        == 412
    )
    copy = (*login, "--request", "COPY", "--header", f"Destination: {scratch}/c.txt")
    assert status(operator, *copy, f"{scratch}/a%20b.txt") == 201
    assert status(operator, *copy, "--header", "Overwrite: F", f"{scratch}/a%20b.txt") == 412
    move = (*login, "--request", "MOVE", "--header", f"Destination: {scratch}/d.txt")
    assert status(operator, *move, f"{scratch}/a%20b.txt") == 201
    listed = operator.curl(*login, "--request", "PROPFIND", "--header", "Depth: 1", f"{scratch}/").body
    assert [part.partition("<")[0] for part in listed.split("<D:href>")[1:]] == [
        f"{CARD}scratch/",
        f"{CARD}scratch/c.txt",
        f"{CARD}scratch/d.txt",
    ]
    assert status(operator, *login, "--head", f"{scratch}/c.txt") == 200
    assert status(operator, *login, "--request", "LOCK", f"{scratch}/c.txt") == 405
    assert status(operator, *login, "--request", "PROPFIND", "--header", "Depth: infinity", scratch) == 403


@pytest.mark.skipif(shutil.which("cadaver") is None, reason="cadaver is not installed")
def test_webdav_with_cadaver(operator: Operator, scratch: str, upload: str, tmp_path: Path) -> None:
    """An ordinary WebDAV client, with the login of an administrator; it asks about the root on a terminal."""
    host = scratch.removeprefix("https://").partition(":")[0]
    netrc = tmp_path / ".netrc"
    netrc.write_text(f"machine {host} login admin password {operator.password('admin')}\n")
    netrc.chmod(0o600)
    back = tmp_path / "back.txt"
    orders = (
        f"mkcol sub\nput {upload} sub/one.txt\nmove sub/one.txt sub/two.txt\nls sub\nget sub/two.txt {back}\n"
    )
    done = subprocess.run(
        ["script", "--quiet", "--command", f"cadaver {scratch}/", "/dev/null"],
        input=f"y\n{orders}delete sub/two.txt\nrmcol sub\nquit\n",
        capture_output=True,
        text=True,
        env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "TERM": "dumb"},
        timeout=120,
        check=False,
    )
    assert back.exists(), done.stdout + done.stderr
    assert back.read_bytes() == Path(upload).read_bytes()
    assert "two.txt" in done.stdout


# --- without a network --------------------------------------------------------------------------------

ADMIN = Account("admin", "admin", "a")


def answer(drive: Drive, method: str, path: str, body: bytes = b"", **headers: str) -> Answer:
    """The answer of a Frontend whose card this is."""
    world = build(clusters=1, customers=1, phones=1, now=0)
    card = CfDrive(WORDS, lambda _device, _path: drive, lambda: 5.0)
    return card.answer(world.devices["sb1"], DavRequest(method, path, headers, body, ADMIN))


def test_a_full_card_takes_nothing_more() -> None:
    drive = Drive(size=10)
    assert answer(drive, "PUT", f"{CARD}a", b"12345678").status == 201
    assert answer(drive, "PUT", f"{CARD}b", b"123").status == 507
    assert answer(drive, "PUT", f"{CARD}a", b"1234567890").status == 204
    assert answer(drive, "COPY", f"{CARD}a", destination=f"{CARD}c").status == 507
    assert drive.used() == 10


@pytest.mark.parametrize("path", ["../x", "a//b", "%2e%2e/x", "a/%00", "./a"])
def test_no_path_leaves_the_card(path: str) -> None:
    assert answer(Drive(), "PUT", CARD + path, b"x").status == 400


def test_a_folder_is_neither_moved_into_itself_nor_over_what_holds_it() -> None:
    drive = Drive()
    drive.lay("a/b/c", File(b"x", 1))
    for target in ("a/b/d/e", "a/b", "a"):
        with pytest.raises(RefusedError) as refused:
            drive.copy("a/b", target, 2.0, overwrite=True)
        assert refused.value.status == 403
    assert answer(drive, "MOVE", f"{CARD}a/b", destination="https://elsewhere/DRIVE/CF0/z").status == 502
    assert answer(drive, "MOVE", f"{CARD}a/b", destination=f"{CARD}z").status == 201
    assert drive.file("z/c") is not None
    assert list(drive.children("a")) == []


def test_a_property_nobody_has_is_said_to_be_absent() -> None:
    body = b'<p:propfind xmlns:p="DAV:"><p:prop><p:getetag/><y xmlns="urn:z"/></p:prop></p:propfind>'
    drive = Drive()
    drive.lay("a.txt", File(b"x", 1))
    told = answer(drive, "PROPFIND", f"{CARD}a.txt", body, depth="0").whole().decode()
    assert told.index("200 OK") < told.index('xmlns:X="urn:z"') < told.index("404 Not Found")
    assert answer(drive, "PROPFIND", CARD, b"<!DOCTYPE a []><a/>", depth="0").status == 400
    assert answer(drive, "PROPFIND", CARD, b"<a", depth="0").status == 400


def test_the_root_tells_how_much_room_is_left() -> None:
    drive = Drive(size=100)
    drive.lay("a.txt", File(b"12345", 1))
    told = answer(drive, "PROPFIND", CARD, depth="0").whole().decode()
    assert "<D:quota-available-bytes>95<" in told


def test_what_a_script_said_before_is_remembered() -> None:
    drive = Drive(remembered="update/")
    drive.lay("update/a.txt", File(b"first", 1))
    drive.put("update/a.txt", b"second", 10.5)
    drive.delete("update/a.txt", 20.5)
    said = [drive.at("update/a.txt", moment) for moment in (10, 11, 20, 21)]
    assert [file.content() if file else None for file in said] == [b"first", b"second", b"second", None]
    assert drive.changes(10.5) == [20.5]
