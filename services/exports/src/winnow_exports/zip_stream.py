"""Writes a ZIP file piece by piece while it is sent: neither a disk nor a whole file in memory is needed."""

import asyncio
import time
import zipfile
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import aclosing
from dataclasses import dataclass

Piece = bytes | memoryview
_DOCUMENT_PIECE_BYTES = 64 << 10
"""So much is packed in one go: packing more would hold up the other answers of the event loop."""
_FIRST_YEAR = 1980
"""A ZIP file knows no earlier time."""


@dataclass(frozen=True, kw_only=True)
class Member:
    """One file of a ZIP file: its name, size in bytes and content, which is read once, or never if it is empty.

    ``packed``: it is deflated. What is compressed already is stored as it is.
    """

    name: str
    size_bytes: int
    pieces: Callable[[], AsyncGenerator[Piece, None]]
    packed: bool


def document(name: str, text: str) -> Member:
    """A text in UTF-8, which is packed."""
    content = text.encode()

    async def pieces() -> AsyncGenerator[Piece, None]:
        for start in range(0, len(content), _DOCUMENT_PIECE_BYTES):
            yield content[start : start + _DOCUMENT_PIECE_BYTES]

    return Member(name=name, size_bytes=len(content), pieces=pieces, packed=True)


async def zip_pieces(members: Iterator[Member], at_ms: int) -> AsyncGenerator[bytes, None]:
    """The bytes of a ZIP file of these members, in this order, all of the time ``at_ms`` (Unix milliseconds).

    The same members give the same bytes. Names are in UTF-8; a member of 4 GiB and more takes the ZIP64 form. Sizes and
    checksums stand behind each member's content, and in the directory at the end. Raises what a member's pieces raise.
    """
    sent = _Sent()
    at = time.gmtime(at_ms / 1000)
    date_time = at[:6] if at.tm_year >= _FIRST_YEAR else (_FIRST_YEAR, 1, 1, 0, 0, 0)
    with zipfile.ZipFile(sent, "w") as archive:  # type: ignore[call-overload]  # it needs no more than write and flush
        for member in members:
            info = zipfile.ZipInfo(member.name, date_time)
            info.file_size = member.size_bytes  # by this zipfile knows whether it needs ZIP64
            info.compress_type = zipfile.ZIP_DEFLATED if member.packed else zipfile.ZIP_STORED
            with archive.open(info, "w") as written:
                if not member.size_bytes:
                    continue
                async with aclosing(member.pieces()) as pieces:
                    async for piece in pieces:
                        written.write(piece)
                        if taken := sent.take():
                            yield taken
                        else:
                            await asyncio.sleep(0)
    yield sent.take()


class _Sent:
    """A file without a position, as ``zipfile`` writes to: it holds what was not taken yet."""

    def __init__(self) -> None:
        self._bytes = bytearray()

    def write(self, data: Piece) -> int:
        self._bytes += data
        return len(data)

    def flush(self) -> None:
        """Nothing is kept back."""

    def take(self) -> bytes:
        taken = bytes(self._bytes)
        self._bytes.clear()
        return taken
