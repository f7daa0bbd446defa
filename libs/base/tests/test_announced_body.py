"""What a head announces of its body, byte by byte as it comes."""

import pytest

from winnow_base.http.announced_body import SHORT_BODY_BYTES, AnnouncedBody

CHUNKED = "Transfer-Encoding: chunked"


def announced(came: bytearray, *lines: str, version: str = "1.1") -> AnnouncedBody:
    came += "\r\n".join((f"POST / HTTP/{version}", "Host: x", *lines, "", "")).encode()
    return AnnouncedBody(came)


def bytes_until_it_has_come(sent: bytes, *lines: str) -> int | None:
    """After how many bytes it has come; None if they are too few."""
    came = bytearray()
    body = announced(came, *lines)
    if body.has_come(came):
        return 0
    for number in range(len(sent)):
        came += sent[number : number + 1]
        if body.has_come(came):
            return number + 1
    return None


@pytest.mark.parametrize(
    "lines", [(), ("Content-Length: 0",), (f"Content-Length: {SHORT_BODY_BYTES + 1}",), (CHUNKED, "Content-Length: 5")]
)
def test_no_body_is_waited_for_nor_a_long_one_nor_one_that_ends_in_two_ways(
    lines: tuple[str, ...],
) -> None:
    assert bytes_until_it_has_come(b"", *lines) == 0


@pytest.mark.parametrize("line", ["Content-Length: 5", "content-length:5", "CONTENT-LENGTH: \t5 "])
def test_a_short_body_is_waited_for_to_its_end_and_what_follows_is_not(line: str) -> None:
    assert bytes_until_it_has_come(b"abcdeGET /", line) == 5
    assert bytes_until_it_has_come(b"abcd", line) is None


@pytest.mark.parametrize(
    "body",
    [
        b"0\r\n\r\n",
        b"3\r\nabc\r\n0\r\n\r\n",
        b"A;name=value\r\n0\r\n\r\n0\r\n\r\n\r\n0\r\n\r\n",
        b"3\r\n\r\n\r\r\n0\r\nTrailer: x\r\nMore: y\r\n\r\n",
    ],
)
def test_a_body_in_chunks_is_waited_for_to_its_last_line(body: bytes) -> None:
    assert bytes_until_it_has_come(body + b"GET / HTTP/1.1\r\n\r\n", CHUNKED) == len(body)
    assert bytes_until_it_has_come(body[:-1], CHUNKED) is None


def test_chunks_are_waited_for_until_they_are_long() -> None:
    came = bytearray()
    body = announced(came, CHUNKED)
    came += b"fffff\r\n" + bytes(SHORT_BODY_BYTES - 8)
    assert not body.has_come(came)
    came += b"-"
    assert body.has_come(came)


@pytest.mark.parametrize("body", [b"no length\r\n", b"\r\n", b"-1\r\n"])
def test_broken_chunks_are_for_their_reader(body: bytes) -> None:
    assert bytes_until_it_has_come(body + b"more", CHUNKED) is not None


@pytest.mark.parametrize(
    ("version", "lines", "asked"),
    [
        ("1.1", ("Expect: 100-continue", "Content-Length: 5"), True),
        ("1.1", ("Content-Length: 5", "expect:100-Continue"), True),
        ("1.1", (CHUNKED, "Expect: 100-continue"), True),
        ("1.0", ("Expect: 100-continue", "Content-Length: 5"), False),
        ("1.1", ("X-Expect: 100-continue", "Content-Length: 5"), False),
        ("1.1", ("Expect: 100-continue", "Content-Length: 70000"), False),
        ("1.1", ("Expect: 100-continue",), False),
    ],
)
def test_who_expects_to_be_asked_is_asked_for_a_short_body(version: str, lines: tuple[str, ...], asked: bool) -> None:
    assert announced(bytearray(), *lines, version=version).is_to_be_asked_for is asked
