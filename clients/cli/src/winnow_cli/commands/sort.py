"""``winnow sort``: classifies waste on photos and says how to throw it away."""

import argparse
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from winnow_cli.job_options import add_track
from winnow_cli.output import print_answer
from winnow_cli.photos.collection import read_photo_file
from winnow_cli.photos.progress import PhotoProgress
from winnow_cli.photos.sorting import SortedPhoto, Wishes, sort_photos
from winnow_cli.photos.words import answer_lines, table_lines
from winnow_cli.profile import gateway
from winnow_client.files import readable
from winnow_contracts.photo import GUIDANCE_LANGUAGES

_AT_ONCE = 4


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``sort``."""
    parser.add_argument("photos", nargs="+", type=Path, metavar="PHOTO")
    parser.add_argument("--language", choices=GUIDANCE_LANGUAGES, help="language of the steps")
    parser.add_argument("--region", metavar="ID", help="whose disposal rules to use")
    add_track(parser)
    parser.add_argument("--json", action="store_true", help="a JSON list, one object per photo")


def run(arguments: argparse.Namespace) -> int:
    """Sends the photos and prints the answers, in full for one and as a table for many.

    Returns 1 if one of them failed. A photo whose answer names nothing has not failed.
    """
    client = gateway()
    files = [(readable(file), partial(read_photo_file, file)) for file in arguments.photos]
    wishes = Wishes(language=arguments.language, region=arguments.region, track=arguments.track)
    many = len(files) > 1 and not arguments.json
    sorted_photos = list(
        _told(sort_photos(client, files, wishes, _AT_ONCE), PhotoProgress(len(files)) if many else None)
    )
    lines = table_lines(sorted_photos) if many else answer_lines(sorted_photos[0])
    print_answer([_json(photo) for photo in sorted_photos], lines, as_json=arguments.json)
    return 1 if any(photo.error for photo in sorted_photos) else 0


def _told(photos: Iterator[SortedPhoto], progress: PhotoProgress | None) -> Iterator[SortedPhoto]:
    for photo in photos:
        if progress:
            progress.step()
        yield photo


def _json(photo: SortedPhoto) -> dict[str, Any]:
    return {
        "file": photo.name,
        "seconds": round(photo.seconds, 3),
        **({"photo": photo.view} if photo.view else {}),
        **({"error": photo.error} if photo.error else {}),
    }
