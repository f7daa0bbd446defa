"""Detects the photo formats that Winnow accepts, by a file's first bytes, and limits their size.

Gateway and media share it.
"""

from dataclasses import dataclass

from winnow_contracts.errors import BadInput, Unsupported

MAX_PIXELS = 65_000_000
MAX_JPEG_PIXELS = 210_000_000
"""Pixels. A JPEG is reduced while it is decoded: a phone's 200 million pixels take less than half the memory of a
PNG's."""
MAX_SIDE = 16_384
"""Pixels."""
MAX_BYTES = 32 << 20

PHOTO_SNIFF_BYTES = 256
"""Bytes that hold every signature, and the compatible brands of an HEIF or AVIF file."""


@dataclass(frozen=True, kw_only=True)
class PhotoFormat:
    """A kind of picture file: its name and its media type."""

    name: str
    content_type: str


JPEG = PhotoFormat(name="jpeg", content_type="image/jpeg")
PNG = PhotoFormat(name="png", content_type="image/png")
WEBP = PhotoFormat(name="webp", content_type="image/webp")
HEIF = PhotoFormat(name="heif", content_type="image/heic")
AVIF = PhotoFormat(name="avif", content_type="image/avif")
GIF = PhotoFormat(name="gif", content_type="image/gif")
BMP = PhotoFormat(name="bmp", content_type="image/bmp")
TIFF = PhotoFormat(name="tiff", content_type="image/tiff")

_AVIF_BRANDS = frozenset((b"avif", b"avis"))
_HEVC_BRANDS = frozenset((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"))
_ANY_IMAGE_BRANDS = frozenset((b"mif1", b"mif2", b"msf1"))

IMAGE_BRANDS = _AVIF_BRANDS | _HEVC_BRANDS | _ANY_IMAGE_BRANDS
"""Major brands of ISO base media files that hold pictures, not films (ISO/IEC 23008-12 and the AV1 image format)."""

_BMP_HEADER_BYTES = frozenset((12, 40, 52, 56, 64, 108, 124))
_JPEG_MARKERS = frozenset(range(0xC0, 0xFF)) - frozenset(range(0xD0, 0xDA))


def sniff_photo(head: bytes) -> PhotoFormat | None:
    """The format of a file by its first ``PHOTO_SNIFF_BYTES`` or more, or None if Winnow does not accept it."""
    if head[:3] == b"\xff\xd8\xff" and len(head) > 3 and head[3] in _JPEG_MARKERS:
        return JPEG
    if head[:8] == b"\x89PNG\r\n\x1a\n":
        return PNG
    if head[:4] == b"RIFF" and head[8:15] == b"WEBPVP8":
        return WEBP
    if head[4:8] == b"ftyp":
        return _iso_image(head)
    if head[:6] in (b"GIF87a", b"GIF89a"):
        return GIF
    if head[:4] in (b"II*\0", b"MM\0*"):
        return TIFF
    if head[:2] == b"BM" and int.from_bytes(head[14:18], "little") in _BMP_HEADER_BYTES:
        return BMP
    return None


def recognise_photo(head: bytes) -> PhotoFormat:
    """The format of a file, as ``sniff_photo``. Raises BadInput ``empty-file`` and Unsupported ``unsupported-type``."""
    if not head:
        raise BadInput("The file is empty.", code="empty-file", hint="Upload the photo itself.")
    form = sniff_photo(head)
    if form is None:
        raise Unsupported(
            "The file's content is not a photo that Winnow knows, whatever its name says.",
            code="unsupported-type",
            hint="Upload JPEG, PNG, WebP, HEIC, AVIF, GIF, BMP or TIFF.",
        )
    return form


def refuse_many_bytes(size_bytes: int) -> None:
    """Raise BadInput ``too-large`` for a file over the limit."""
    if size_bytes > MAX_BYTES:
        raise BadInput(
            f"The photo has more than {MAX_BYTES >> 20} MB.", code="too-large", hint="Upload a smaller copy of it."
        )


def most_pixels(form: str) -> int:
    """The largest number of pixels of a photo in the format named ``form``."""
    return MAX_JPEG_PIXELS if form == JPEG.name else MAX_PIXELS


def few_enough(width: int, height: int, form: str) -> bool:
    """Whether a photo in the format named ``form`` may have these sides in pixels."""
    return width <= MAX_SIDE and height <= MAX_SIDE and width * height <= most_pixels(form)


def refuse_many_pixels(width: int, height: int, form: str) -> None:
    """Raise BadInput ``image-too-large`` if the sides in pixels exceed the limits of the format."""
    if few_enough(width, height, form):
        return
    raise BadInput(
        f"The photo is {width} x {height} pixels; at most {MAX_SIDE} a side"
        f" and {most_pixels(form) // 1_000_000} million in all are accepted.",
        code="image-too-large",
        hint="Upload a smaller copy of it.",
    )


def _iso_image(head: bytes) -> PhotoFormat | None:
    """HEIF or AVIF, by the brands of the ``ftyp`` box. If the major brand is ambiguous, the others decide."""
    end = min(int.from_bytes(head[:4], "big"), len(head))
    major, others = head[8:12], {head[at : at + 4] for at in range(16, end - 3, 4)}
    if major in _AVIF_BRANDS or (major in _ANY_IMAGE_BRANDS and others & _AVIF_BRANDS):
        return AVIF
    return HEIF if major in IMAGE_BRANDS else None
