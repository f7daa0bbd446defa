"""Turns any photo that Pillow opens into plain pixels: small enough, upright, sRGB, on white, without metadata."""

import io
from typing import cast

from PIL import ExifTags, Image, ImageFile

PROFILE_IGNORED = "colour-profile-ignored"
"""A warning."""
MOST_PROFILE_BYTES = 1 << 20

_ENOUGH = 0.9
"""A JPEG decodes to a half, a quarter or an eighth of its size at almost no cost. If it then has nine tenths of the
wanted side, it stays so: a telephone's 4032 pixels become 2016, not 2048, in a third of the time."""

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""The transposition that makes a photo upright, by its EXIF orientation."""

_OF_SPACE = {"RGB": "RGB", "GRAY": "L", "CMYK": "CMYK"}
"""Pillow's mode for the colours that a profile describes."""


def picture(photo: ImageFile.ImageFile, side: int) -> tuple[Image.Image, list[str]]:
    """The photo's first frame as RGB on a fresh canvas, at most ``side`` pixels wide and high; and warnings.

    Raises whatever the decoder raises. The canvas has no metadata, because only pixels are copied to it.
    """
    warnings: list[str] = []
    if photo.format in ("JPEG", "MPO"):
        photo.draft(None, _size_within(photo.size, round(side * _ENOUGH)))
    photo.load()
    turn = _turn(photo, warnings)
    small = fitted(_plain(photo), side)
    canvas = Image.new("RGB", small.size, "white")
    alpha = small.getchannel("A") if small.mode == "RGBA" else None
    canvas.paste(_srgb(small, photo.info.get("icc_profile"), warnings), mask=alpha)
    return (canvas.transpose(turn) if turn is not None else canvas), warnings


def fitted(image: Image.Image, side: int) -> Image.Image:
    """The image scaled down to at most ``side`` pixels a side. One that fits is returned unchanged."""
    size = _size_within(image.size, side)
    if size == image.size:
        return image
    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)


def _size_within(size: tuple[int, int], side: int) -> tuple[int, int]:
    scale = min(1.0, side / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _turn(photo: ImageFile.ImageFile, warnings: list[str]) -> Image.Transpose | None:
    """The transposition that the picture needs. Call it after loading, because TIFF and HEIF decoders turn pictures.

    HEIF has its own orientation property, and its standard says to ignore EXIF's.
    """
    try:
        return _TURNS.get(photo.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:  # noqa: BLE001 - broken EXIF makes its parser raise any exception; the pixels are good
        warnings.append("orientation-ignored")
        return None


def _plain(photo: Image.Image) -> Image.Image:
    """The same pixels as L, RGB, RGBA or CMYK."""
    match photo.mode:
        case "I;16" | "I;16B" | "I;16L" | "I;16N":
            return _as_grey(photo, 0.0, 65_535.0)
        case "I" | "F":  # the file does not say which value is white
            return _as_grey(photo, *cast(tuple[float, float], photo.getextrema()))
        case "RGBA" | "CMYK":
            return photo
        case _ if photo.has_transparency_data:
            return photo.convert("RGBA")
        case "L" | "RGB":
            return photo
        case "1":
            return photo.convert("L")
        case _:
            return photo.convert("RGB")


def _as_grey(photo: Image.Image, black: float, white: float) -> Image.Image:
    scale = 255.0 / ((white - black) or 1.0)
    return photo.convert("F").point(lambda value: value * scale - black * scale).convert("L")


def _srgb(image: Image.Image, profile: bytes | None, warnings: list[str]) -> Image.Image:
    """The image converted to sRGB by its embedded profile. An unusable profile is ignored with a warning."""
    plain = image.convert("RGB") if image.mode == "RGBA" else image
    if profile:
        try:
            return _by_profile(plain, profile)
        except Exception:  # noqa: BLE001 - a profile is untrusted, too
            warnings.append(PROFILE_IGNORED)
    return plain.convert("RGB")


def _by_profile(image: Image.Image, content: bytes) -> Image.Image:
    if len(content) > MOST_PROFILE_BYTES:
        raise ValueError("the colour profile is larger than is allowed")
    from PIL import ImageCms

    profile = ImageCms.ImageCmsProfile(io.BytesIO(content))
    mode = _OF_SPACE[profile.profile.xcolor_space.strip()]
    if image.mode != mode:
        if image.mode != "L":
            raise ValueError(f"a profile for {mode} does not describe {image.mode}")
        image = image.convert(mode)
    made = ImageCms.profileToProfile(image, profile, ImageCms.createProfile("sRGB"), outputMode="RGB")
    assert made is not None
    return made
