"""Checks a photo's format and size by its first bytes, before anything is decoded."""

import io
from pathlib import Path

import imagesize

from winnow_contracts.photo_formats import PhotoFormat, recognise_photo, refuse_many_pixels

HEAD_BYTES = 256 << 10
"""How much is read. The child checks a header beyond that; reading more would give a hostile one more to work with."""


def check_header(path: Path) -> PhotoFormat:
    """The photo's format.

    Raises BadInput (``empty-file``, ``image-too-large``) and Unsupported (``unsupported-type``). A size that cannot be
    read here (-1) is not an error: the decoder reads the header again and decides.
    """
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    form = recognise_photo(head)
    width, height = imagesize.get(io.BytesIO(head), exif_rotation=False)
    refuse_many_pixels(width, height, form.name)
    return form
