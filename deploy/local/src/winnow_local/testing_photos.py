"""Photos that tests draw: every seed another picture."""

import io
import random
import struct
import zlib
from typing import Any

from PIL import Image, ImageDraw

MARKER = "Somewhere in Seoul, 37.5665 N"
"""Text that is planted into all that a photo can carry beside its pixels."""


def drawn(seed: int | str, size: tuple[int, int] = (640, 480)) -> bytes:
    """A JPEG of coloured shapes."""
    chance = random.Random(seed)  # noqa: S311 - a picture is no secret
    image = Image.new("RGB", size, _colour(chance))
    pen = ImageDraw.Draw(image)
    for _ in range(12):
        x, y = chance.randrange(size[0]), chance.randrange(size[1])
        pen.ellipse((x, y, x + chance.randrange(20, 200), y + chance.randrange(20, 200)), fill=_colour(chance))
    return _jpeg(image)


def located(seed: int) -> bytes:
    """The same with a place, a comment and more planted in it, taken with the camera on its side."""
    image: Image.Image = Image.open(io.BytesIO(drawn(seed)))
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = MARKER
    place = exif.get_ifd(0x8825)
    place[1], place[2], place[3], place[4] = "N", (37.0, 33.0, 59.4), "E", (126.0, 58.0, 40.0)
    place[0x001B] = MARKER.encode()
    return _jpeg(image, exif=exif, comment=MARKER.encode(), xmp=f"<x:xmpmeta>{MARKER}</x:xmpmeta>".encode())


def huge(side: int) -> bytes:
    """A PNG of ``side`` x ``side`` black pixels in two colours, well compressed: 50,000 are some 300 KB."""
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    packer = zlib.compressobj(9)
    row = bytes(1 + side // 8)
    body = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _colour(chance: random.Random) -> tuple[int, int, int]:
    return chance.randrange(256), chance.randrange(256), chance.randrange(256)


def _jpeg(image: Image.Image, **more: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=90, **more)
    return out.getvalue()
