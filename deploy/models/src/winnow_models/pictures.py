"""Prepares a picture for the photo network: opens it within limits, squeezes it to a square, scales it."""

import io
from dataclasses import dataclass

import numpy as np
from PIL import Image, UnidentifiedImageError

from winnow_contracts.errors import BadInput, Unsupported
from winnow_models.efficientnet import Numbers

MAX_PIXELS = 20_000_000
"""Prepared photos have at most 2048 x 2048."""

_FORMATS = ("JPEG", "PNG")
_SIDE_PIXELS = 224
_MIDDLE, _SCALE = 127.0, 128.0
"""What the weights were trained with."""


@dataclass(frozen=True, kw_only=True)
class Picture:
    """``pixels``: 3 x 224 x 224, scaled; ``brightness`` and ``contrast``: mean and spread of its greys, 0 to 255."""

    pixels: Numbers
    brightness: float
    contrast: float


def read_picture(content: bytes) -> Picture:
    """Reads a JPEG or PNG that is already upright and in sRGB; transparent parts become white.

    Raises Unsupported for other formats; BadInput for too many pixels, or if it cannot be decoded.
    """
    try:
        with Image.open(io.BytesIO(content), formats=_FORMATS) as image:
            if image.width * image.height > MAX_PIXELS:
                raise _too_large()
            return _picture(_on_white(image))
    except UnidentifiedImageError as error:
        raise Unsupported("The picture is neither a JPEG nor a PNG.", code="unsupported-type") from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_large() from error
    except (OSError, ValueError, SyntaxError) as error:
        raise BadInput(f"The picture cannot be decoded: {error}", code="corrupt-image") from error


def _too_large() -> BadInput:
    return BadInput(f"The picture has more than {MAX_PIXELS:,} pixels.", code="image-too-large")


def _on_white(image: Image.Image) -> Image.Image:
    if not image.has_transparency_data:
        return image.convert("RGB")
    seen = image.convert("RGBA")
    white = Image.new("RGBA", seen.size, "white")
    white.alpha_composite(seen)
    return white.convert("RGB")


def _picture(image: Image.Image) -> Picture:
    small = image.resize((_SIDE_PIXELS, _SIDE_PIXELS), Image.Resampling.BICUBIC)
    grey = np.asarray(small.convert("L"), np.float32)
    pixels = (np.asarray(small, np.float32) - _MIDDLE) / _SCALE
    return Picture(
        pixels=np.ascontiguousarray(pixels.transpose(2, 0, 1)),
        brightness=float(grey.mean()),
        contrast=float(grey.std()),
    )
