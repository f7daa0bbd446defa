"""The writer of ZIP files: what it writes is read again by others, however large it is."""

import asyncio
import shutil
import subprocess
import tracemalloc
import zipfile
from collections.abc import AsyncGenerator, Callable
from pathlib import Path

import pytest

from winnow_exports.zip_stream import Member, document, zip_pieces

NOON_MS = 1_764_504_000_000
"""2025-11-30 12:00 UTC."""
OVER_4_GIB = (4 << 30) + 5
CRC_OF_ZEROS = 0xB1C2A1A3


def zeros(name: str, size_bytes: int) -> Member:
    block = memoryview(bytearray(1 << 20))

    async def pieces() -> AsyncGenerator[memoryview, None]:
        for start in range(0, size_bytes, len(block)):
            yield block[: size_bytes - start]

    return Member(name=name, size_bytes=size_bytes, pieces=pieces, packed=False)


def write(members: list[Member], take: Callable[[bytes], object]) -> None:
    async def all_pieces() -> None:
        async for piece in zip_pieces(iter(members), NOON_MS):
            assert piece, "a piece is empty"
            take(piece)

    asyncio.run(all_pieces())


def written(*members: Member) -> bytes:
    whole = bytearray()
    write(list(members), whole.extend)
    return bytes(whole)


def test_members_come_in_order_with_their_names_and_time(tmp_path: Path) -> None:
    file = tmp_path / "a.zip"
    file.write_bytes(written(document("media.json", "{}"), zeros("original/회의 æ.mp4", 3_000_000), zeros("empty", 0)))
    with zipfile.ZipFile(file) as archive:
        assert archive.namelist() == ["media.json", "original/회의 æ.mp4", "empty"]
        assert archive.testzip() is None
        assert archive.read("original/회의 æ.mp4") == bytes(3_000_000)
        infos = archive.infolist()
    if unzip := shutil.which("unzip"):
        subprocess.run((unzip, "-tq", str(file)), check=True, capture_output=True, timeout=60)
    assert infos[1].flag_bits & 0x800, "the name is not marked as UTF-8"
    assert {info.date_time for info in infos} == {(2025, 11, 30, 12, 0, 0)}
    assert [info.compress_type for info in infos] == [zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED, zipfile.ZIP_STORED]


def test_the_same_members_give_the_same_bytes() -> None:
    assert written(document("a", "x" * 200_000), zeros("b", 5)) == written(document("a", "x" * 200_000), zeros("b", 5))


def test_an_old_time_and_a_long_text_are_kept(tmp_path: Path) -> None:
    text = "".join(chr(0xAC00 + n % 11_000) for n in range(400_000))
    file = tmp_path / "a.zip"
    whole = bytearray()

    async def old() -> None:
        async for piece in zip_pieces(iter([document("t", text)]), 0):
            whole.extend(piece)

    asyncio.run(old())
    file.write_bytes(whole)
    with zipfile.ZipFile(file) as archive:
        assert archive.read("t").decode() == text
        assert archive.getinfo("t").date_time[0] == 1980


def test_what_a_member_raises_ends_the_file() -> None:
    async def broken() -> AsyncGenerator[bytes, None]:
        yield b"half"
        raise ConnectionError("the store left")

    with pytest.raises(ConnectionError):
        written(Member(name="a", size_bytes=9, pieces=broken, packed=False))


@pytest.mark.timeout(300)
def test_a_member_above_4_gib_is_written_in_zip64_with_little_memory(tmp_path: Path) -> None:
    file = tmp_path / "large.zip"
    with file.open("wb") as out:

        def take(piece: bytes) -> None:
            # Zeros become a hole, so that the disk holds little of it.
            if piece.count(0) == len(piece):
                out.seek(len(piece), 1)
            else:
                out.write(piece)

        tracemalloc.start()
        write([document("media.json", "{}"), zeros("original/a", OVER_4_GIB), document("last", "end")], take)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < 8 << 20
    with zipfile.ZipFile(file) as archive:
        assert archive.getinfo("original/a").file_size == OVER_4_GIB
        assert archive.getinfo("original/a").CRC == CRC_OF_ZEROS
        assert archive.read("last") == b"end"  # it lies behind
