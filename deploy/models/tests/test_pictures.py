"""What may come in as a picture, and how the network gets it."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from winnow_contracts.errors import BadInput, Unsupported
from winnow_models.pictures import read_picture


def encoded(image: Image.Image, form: str = "PNG") -> bytes:
    out = io.BytesIO()
    image.save(out, form)
    return out.getvalue()


def header_only(width: int, height: int) -> bytes:
    """A PNG that says its size and holds next to nothing."""
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = b"IDAT" + zlib.compress(b"\0")
    chunks = [
        struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk)) for chunk in (header, body)
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def test_pixels_are_scaled_as_the_weights_were_trained() -> None:
    picture = read_picture(encoded(Image.new("RGB", (50, 20), (127, 255, 0))))
    assert picture.pixels.shape == (3, 224, 224)
    assert picture.pixels.dtype == np.float32
    assert picture.pixels[:, 0, 0].tolist() == [0, 1, -127 / 128]
    assert picture.contrast == 0


def test_what_is_transparent_becomes_white() -> None:
    assert read_picture(encoded(Image.new("RGBA", (8, 8), (0, 0, 0, 0)))).brightness == 255
    assert read_picture(encoded(Image.new("LA", (8, 8), (0, 0)))).brightness == 255


@pytest.mark.parametrize("mode", ["L", "P", "CMYK", "1"])
def test_other_colour_modes_are_read(mode: str) -> None:
    form = "JPEG" if mode == "CMYK" else "PNG"
    assert read_picture(encoded(Image.new(mode, (8, 8)), form)).pixels.shape == (3, 224, 224)


@pytest.mark.parametrize("side", [5_000, 12_000, 50_000], ids=["over ours", "warned of", "bomb"])
def test_too_many_pixels_are_refused_by_the_header(side: int) -> None:
    with pytest.raises(BadInput) as refused:
        read_picture(header_only(side, side))
    assert refused.value.code == "image-too-large"


@pytest.mark.parametrize(
    "content", [b"", b"hello", encoded(Image.new("RGB", (8, 8)), "GIF"), b"%!PS-Adobe-3.0 EPSF-3.0"]
)
def test_what_is_neither_jpeg_nor_png_is_refused(content: bytes) -> None:
    with pytest.raises(Unsupported):
        read_picture(content)


def test_a_picture_cut_short_is_refused() -> None:
    noise = Image.effect_noise((200, 200), 80).convert("RGB")
    for form in ("PNG", "JPEG"):
        with pytest.raises(BadInput) as refused:
            read_picture(encoded(noise, form)[:-2000])
        assert refused.value.code == "corrupt-image"
