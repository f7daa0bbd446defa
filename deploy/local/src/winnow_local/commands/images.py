"""``winnow images``: builds the container images for this machine and tries each."""

import argparse
import sys
from dataclasses import asdict
from pathlib import Path

from winnow_cli.output import print_json
from winnow_local import images

ROOT = Path(__file__).parents[5]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``images``."""
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(images.MODULES)}; all if left out")
    parser.add_argument(
        "--pin", action="store_true", help=f"write the digest of the images' base to {images.PINS}; build nothing"
    )
    parser.add_argument("--json", action="store_true", help="as JSON: images, each with its fault; or pinned")


def run(arguments: argparse.Namespace) -> int:
    """Builds and tries the images. Returns 1 if one has a fault; raises Unavailable without a daemon."""
    names = arguments.names or list(images.MODULES)
    unknown = [name for name in names if name not in images.MODULES]
    if unknown:
        sys.exit(f"There is no image {unknown[0]!r}; the images are {', '.join(images.MODULES)}.")
    if arguments.pin:
        pinned = images.pin(ROOT, images.digest_in_registry)
        print_json({"pinned": pinned}) if arguments.json else print(f"The base is {pinned}.")
        return 0
    images.build(ROOT, names)
    tried = [images.try_image(name) for name in names]
    if arguments.json:
        print_json({"images": [asdict(one) for one in tried]})
    else:
        for one in tried:
            print(f"winnow-{one.name}:dev: {one.fault or 'it runs as it should.'}")
    return 1 if any(one.fault for one in tried) else 0
