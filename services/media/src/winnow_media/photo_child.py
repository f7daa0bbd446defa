"""The program that decodes one untrusted photo. It runs in the sandbox, and no module imports it.

``python -I -m winnow_media.photo_child FORMAT THREADS SOURCE IMAGE THUMBNAIL`` writes two JPEGs and prints one JSON
object: ``{"width", "height", "warnings"}`` of the image, or ``{"refused": code}``.
"""

import json
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image

from winnow_contracts.photo_formats import most_pixels
from winnow_media import photo_pixels
from winnow_media.photo_salvage import TooManyPixels, salvaged

IMAGE_SIDE = 2048
THUMBNAIL_SIDE = 300
QUALITY = 85


def main() -> None:
    """Decode the photo, write the pictures, print the result."""
    form, threads, source, image, thumbnail = sys.argv[1:]
    Image.MAX_IMAGE_PIXELS = most_pixels(form)
    warnings.simplefilter("ignore")
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    _DECODERS.get(form, _nothing)(int(threads))
    told = make(form.upper(), Path(source), Path(image), Path(thumbnail))
    sys.stdout.write(json.dumps(told))


def make(form: str, source: Path, image: Path, thumbnail: Path) -> dict[str, Any]:
    """Write both pictures of the photo at ``source`` and return the result. ``form`` is Pillow's name of the format."""
    try:
        canvas, ignored = salvaged(source, form, IMAGE_SIDE)
    except MemoryError:
        return {"refused": "resource-limit"}
    except TooManyPixels as error:
        return {"refused": "image-too-large", "width": error.width, "height": error.height}
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return {"refused": "image-too-large"}
    except Exception:  # noqa: BLE001 - decoders raise any exception on bad input, even SyntaxError
        return {"refused": "corrupt-image"}
    canvas.save(image, "JPEG", quality=QUALITY)
    photo_pixels.fitted(canvas, THUMBNAIL_SIDE).save(thumbnail, "JPEG", quality=QUALITY)
    return {"width": canvas.width, "height": canvas.height, "warnings": ignored}


def _heif(threads: int) -> None:
    import pillow_heif

    pillow_heif.register_heif_opener(decode_threads=threads)


def _avif(threads: int) -> None:
    from PIL import AvifImagePlugin

    AvifImagePlugin.DEFAULT_MAX_THREADS = threads


def _nothing(threads: int) -> None:
    """Does nothing: the other decoders come with Pillow and have no threads."""


_DECODERS: dict[str, Callable[[int], None]] = {"heif": _heif, "avif": _avif}


if __name__ == "__main__":
    main()
