"""Framing of HTTP answers: h11 reads the same, however the bytes are cut."""

from __future__ import annotations

import itertools

import h11
import pytest
from hypothesis import given, strategies as st

from noc.devices.codec import http1

ANSWERS = [
    b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-A:  b \r\n\r\nhello",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n1;a=b\r\n!\r\n0\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nA\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n",
    b"HTTP/1.1 204 No Content\r\n\r\n",
    b'HTTP/1.0 401 Unauthorized\r\nWWW-Authenticate: Basic realm="x"\r\n\r\nno',
    b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n2\r\nab\r\n0\r\n\r\n",
]


def by_h11(data: bytes) -> tuple[int, dict[str, str], bytes]:
    connection = h11.Connection(our_role=h11.CLIENT)
    connection.send(h11.Request(method="GET", target="/", headers=[("Host", "x")]))
    connection.send(h11.EndOfMessage())
    connection.receive_data(data)
    connection.receive_data(b"")
    status, headers, body = 0, {}, b""
    while not isinstance(event := connection.next_event(), h11.EndOfMessage | h11.ConnectionClosed):
        if isinstance(event, h11.Response):
            status = event.status_code
            headers = {name.decode(): value.decode() for name, value in event.headers}
        elif isinstance(event, h11.Data):
            body += bytes(event.data)
    return status, headers, body


def by_us(pieces: list[bytes]) -> tuple[int, dict[str, str], bytes]:
    todo, seen = iter(pieces), b""
    while (parts := http1.split_head(seen)) is None:
        seen += next(todo)
    head = http1.parse_head(parts[0])
    body = http1.Body(head)
    found = body.feed(parts[1])
    for piece in todo:
        found += body.feed(piece)
    if not body.done:
        body.end()
    return head.status, dict(head.headers), found


@given(st.sampled_from(ANSWERS), st.lists(st.integers(0, 130), max_size=12))
def test_h11_reads_the_same(data: bytes, cuts: list[int]) -> None:
    places = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    ours = by_us([data[start:end] for start, end in itertools.pairwise(places)])
    theirs = by_h11(data)
    assert (ours[0], ours[2]) == (theirs[0], theirs[2])
    assert ours[1].items() >= {k: v for k, v in theirs[1].items() if k != "content-length"}.items()


@given(st.lists(st.binary(max_size=40), max_size=6), st.sampled_from(ANSWERS), st.integers(0, 80))
def test_any_bytes_are_an_answer_or_a_named_error(noise: list[bytes], start: bytes, cut: int) -> None:
    try:
        by_us([start[:cut], *noise])
    except (http1.HttpFormatError, StopIteration):
        return


@given(st.sampled_from([answer for answer in ANSWERS if b"HTTP/1.1 200" in answer]), st.integers(1, 60))
def test_a_cut_answer_is_never_complete(data: bytes, missing: int) -> None:
    if data.endswith(b"Content-Length: 0\r\n\r\n"):
        return
    head, _, body = data.partition(b"\r\n\r\n")
    framed = http1.Body(http1.parse_head(head))
    framed.feed(body[: max(0, len(body) - missing)])
    assert not framed.done
    with pytest.raises(http1.HttpFormatError, match="breaks off"):
        framed.end()


@pytest.mark.parametrize(
    ("head", "keeps"),
    [
        (b"HTTP/1.1 200 OK", True),
        (b"HTTP/1.1 200 OK\r\nConnection: Close", False),
        (b"HTTP/1.0 200 OK", False),
        (b"HTTP/1.0 200 OK\r\nConnection: keep-alive", True),
    ],
)
def test_whether_a_connection_may_be_kept(head: bytes, keeps: bool) -> None:
    assert http1.parse_head(head).keeps_alive is keeps
