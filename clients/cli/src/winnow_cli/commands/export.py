"""``winnow export``: saves all that is known of one recording or photo as a ZIP file."""

import argparse
from pathlib import Path

from winnow_cli.following import TransferBar
from winnow_cli.output import print_answer
from winnow_cli.profile import gateway
from winnow_cli.text_times import size
from winnow_client.files import readable
from winnow_client.generated.queries import ExportMediaQuery


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``export``."""
    parser.add_argument("media", metavar="ID", help="a recording or photo: med_…")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="where to save it (ID.zip), or a folder")
    parser.add_argument("--no-original", action="store_true", help="leave out the file as it was sent")
    parser.add_argument("--json", action="store_true", help="the file's name and size as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Saves it. Raises WinnowError if it is still processed, or the file cannot be written."""
    name = f"{arguments.media}.zip"
    file: Path = arguments.output or Path(name)
    file = file / name if file.is_dir() else file
    wanted: ExportMediaQuery = {"original": "false"} if arguments.no_original else {}
    gateway().media.export(arguments.media, file, on_progress=TransferBar(readable(file.name)), **wanted)
    size_bytes = file.stat().st_size
    answer = {"media_id": arguments.media, "file": readable(file), "size_bytes": size_bytes}
    print_answer(answer, (f"{readable(file)}: {size(size_bytes)}",), as_json=arguments.json)
    return 0
