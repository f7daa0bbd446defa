"""The cheap look at a photo: what it is and how large, from its first bytes, before anything is decoded."""

import io
from pathlib import Path

import imagesize

from winnow_contracts.photo_formats import PhotoFormat, recognise_photo, refuse_many_pixels

HEAD_BYTES = 256 << 10
"""What is read. A header behind that is left to the child; more would give a hostile one more to walk through."""


def check_header(path: Path) -> PhotoFormat:
    """The photo's format.

    Raises BadInput ``empty-file`` and ``image-too-large``, Unsupported ``unsupported-type``. A size that cannot be
    told here (-1) is no fault: the decoder reads the header again and has the last word.
    """
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    form = recognise_photo(head)
    width, height = imagesize.get(io.BytesIO(head), exif_rotation=False)
    refuse_many_pixels(width, height, form.name)
    return form
