"""Pictures of pages for the docs: small, and made again by the tests that know how a page gets something to show."""

import os
from pathlib import Path

from PIL import Image

MOST_BYTES = 150_000
"""The most that a picture in the docs may have."""


def pictures_folder(otherwise):
    """The folder that WINNOW_PICTURES_DIR names, else ``otherwise``."""
    return Path(os.environ.get("WINNOW_PICTURES_DIR") or otherwise)


def keep_picture(page, path, *, whole=True):
    """Saves the page, or what of it is in sight, with 255 colours. Fails if that is too large for the docs."""
    page.screenshot(path=path, full_page=whole)
    with Image.open(path) as shot:
        shot.convert("RGB").quantize(255).save(path, optimize=True)
    assert path.stat().st_size < MOST_BYTES, path
