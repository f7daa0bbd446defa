"""Decodes as much of a photo as possible: all of it, or the part that is present, with a warning."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image, ImageChops, ImageFile

from winnow_contracts.photo_formats import few_enough
from winnow_media import photo_pixels
from winnow_media.photo_bare import bare
from winnow_media.photo_pixels import PROFILE_IGNORED

INCOMPLETE = "picture-incomplete"

_FILLING_BYTES = 1 << 20
_BLANK = 0.98
_END_OF_JPEG = b"\xff\xd9"
_NEED_THEIR_END = frozenset(("JPEG", "WEBP", "HEIF", "AVIF"))
"""Formats whose decoders need the whole file, even if only bytes after the pixels are cut off."""


class TooManyPixels(Exception):
    """The photo has more pixels than its format may have."""

    def __init__(self, size: tuple[int, int]) -> None:
        super().__init__("too many pixels")
        self.width, self.height = size


_REFUSALS = (TooManyPixels, MemoryError, Image.DecompressionBombError, Image.DecompressionBombWarning)


class NothingToSee(Exception):
    """No part of the picture can be decoded."""


def salvaged(source: Path, form: str, side: int) -> tuple[Image.Image, list[str]]:
    """The picture at ``source`` and its warnings, as from ``photo_pixels.picture``; ``picture-incomplete`` is added
    if a part is missing.

    Raises TooManyPixels, Pillow's own errors for too many pixels, MemoryError, NothingToSee, and whatever the decoder
    raises for a file that it cannot use.
    """
    content = source.read_bytes()
    try:
        return _decoded(content, form, side)
    except _REFUSALS:
        raise
    except Exception:  # noqa: BLE001 - decoders raise any exception on bad input, even SyntaxError
        content, lost_profile = bare(content, form)
    canvas, warnings = _of_the_picture_alone(content, form, side)
    return canvas, [*warnings, *([PROFILE_IGNORED] if lost_profile else [])]


def _of_the_picture_alone(content: bytes, form: str, side: int) -> tuple[Image.Image, list[str]]:
    try:
        return _decoded(content, form, side)
    except _REFUSALS:
        raise
    except Exception:  # noqa: BLE001 - as above
        return _what_there_is(content, form, side)


def _what_there_is(content: bytes, form: str, side: int) -> tuple[Image.Image, list[str]]:
    """Decode the file with two different fillings. The part where both pictures agree comes from the file itself."""
    with _leniently(True):
        try:
            canvas, warnings = _decoded(content + _filling(form, 0), form, side)
        except _REFUSALS:
            raise
        except Exception:  # noqa: BLE001 - as above
            canvas, warnings = _decoded(content, form, side)
        if form in _NEED_THEIR_END and _same(canvas, content + _filling(form, 0x55), form, side):
            return canvas, warnings
    if _blank(canvas):
        raise NothingToSee
    return canvas, [*warnings, INCOMPLETE]


def _same(canvas: Image.Image, content: bytes, form: str, side: int) -> bool:
    try:
        other, _ = _decoded(content, form, side)
    except Exception:  # noqa: BLE001 - the decoder reached the filling, so something was missing
        return False
    return other.size == canvas.size and ImageChops.difference(canvas, other).getbbox() is None


def _decoded(content: bytes, form: str, side: int) -> tuple[Image.Image, list[str]]:
    strictly = not ImageFile.LOAD_TRUNCATED_IMAGES
    # Broken metadata does not damage the picture, so the header is always read leniently.
    with _leniently(True), Image.open(io.BytesIO(content), formats=(form,)) as photo:
        if not few_enough(*photo.size, form.lower()):
            raise TooManyPixels(photo.size)
        with _leniently(not strictly):
            return photo_pixels.picture(photo, side)


def _filling(form: str, byte: int) -> bytes:
    filling = bytes((byte,)) * _FILLING_BYTES
    return (filling if byte else b"") + _END_OF_JPEG if form == "JPEG" else filling


def _blank(canvas: Image.Image) -> bool:
    """Whether nearly all pixels have one colour, with which decoders fill missing parts."""
    small = canvas.resize((64, 64), Image.Resampling.NEAREST)
    counts = [count for count, _ in small.getcolors(64 * 64) or ()]
    return max(counts) >= _BLANK * sum(counts)


@contextmanager
def _leniently(lenient: bool) -> Iterator[None]:
    before = ImageFile.LOAD_TRUNCATED_IMAGES
    ImageFile.LOAD_TRUNCATED_IMAGES = lenient
    try:
        yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = before
