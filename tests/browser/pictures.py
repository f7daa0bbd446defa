"""Pictures of pages for the docs: small, and made again by the tests that know how a page gets something to show."""

import os
from pathlib import Path

from PIL import Image

MOST_BYTES = 150_000
MOST_PIXELS = 1_800
"""The most bytes that a picture in the docs may have, and how much of a page's height: lists go on as they begin."""


def pictures_folder(otherwise):
    """The folder that WINNOW_PICTURES_DIR names, else ``otherwise``."""
    return Path(os.environ.get("WINNOW_PICTURES_DIR") or otherwise)


def keep_picture(page, path, *, whole=True):
    """Saves the page, or what of it is in sight, with 255 colours. Fails if that is too large for the docs."""
    page.screenshot(path=path, full_page=whole)
    with Image.open(path) as shot:
        shown = shot.convert("RGB").crop((0, 0, shot.width, min(shot.height, MOST_PIXELS)))
        shown.quantize(255, Image.Quantize.MAXCOVERAGE, kmeans=2).save(path, optimize=True)
    assert path.stat().st_size < MOST_BYTES, path
