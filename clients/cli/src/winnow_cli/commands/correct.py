"""``winnow correct``: says what is really on a photo."""

import argparse
from typing import Any

from winnow_cli.output import print_answer
from winnow_cli.profile import gateway
from winnow_contracts.photo import Category, ItemState


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``correct``."""
    parser.add_argument("photo", metavar="PHOTO", help="the photo's id: med_…")
    parser.add_argument("category", choices=[category.value for category in Category], help="what it really is")
    parser.add_argument("--item", metavar="ITEM", help="which item: an id such as glass_jar")
    parser.add_argument("--state", choices=[state.value for state in ItemState], help="how clean it is")
    parser.add_argument("--note", metavar="TEXT", help="anything else, up to 500 characters")
    parser.add_argument("--json", action="store_true", help="the correction as the gateway keeps it")


def run(arguments: argparse.Namespace) -> int:
    """Stores a correction beside the photo's answer. Raises WinnowError."""
    given = {
        "correct_category": arguments.category,
        "correct_item": arguments.item,
        "correct_state": arguments.state,
        "note": arguments.note,
    }
    said = {name: value for name, value in given.items() if value is not None}
    kept = gateway().send("POST", f"/v1/photos/{arguments.photo}/feedback", said)
    print_answer(kept, [_line(arguments.photo, kept)], as_json=arguments.json)
    return 0


def _line(photo_id: str, kept: dict[str, Any]) -> str:
    named = [kept[name] for name in ("correct_category", "correct_item", "correct_state") if kept.get(name)]
    return f"{photo_id}: {', '.join(named)}. The correction is kept; ./winnow feedback export has it with the picture."
