"""``winnow edit``: changes the title and tags of a recording or photo."""

import argparse
from typing import Any

from winnow_cli.output import print_answer
from winnow_cli.profile import gateway
from winnow_client.errors import BadInput


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``edit``."""
    parser.add_argument("media", metavar="ID", help="a recording or photo: med_…")
    parser.add_argument("--title", help="its new title")
    parser.add_argument("--tag", action="append", default=[], metavar="TAG", help="add a tag; may be repeated")
    parser.add_argument("--untag", action="append", default=[], metavar="TAG", help="take a tag off; may be repeated")
    parser.add_argument("--json", action="store_true", help="the media as the gateway shows it")


def run(arguments: argparse.Namespace) -> int:
    """Changes what is given. Raises BadInput if nothing is, and WinnowError if somebody edits it at the same time."""
    client = gateway()
    path = f"/v1/media/{arguments.media}"
    if arguments.title is None and not (arguments.tag or arguments.untag):
        raise BadInput("Nothing is to be changed.", hint="Give --title, --tag or --untag.")
    media = client.get(path)
    headers = {"If-Match": f'"{media["version"]}"'}
    media = client.send("PATCH", path, _changes(arguments, media["tags"]), headers=headers)
    tags = ", ".join(media["tags"]) or "none"
    print_answer(media, [f"{media['id']}: {media['title']}. Tags: {tags}."], as_json=arguments.json)
    return 0


def _changes(arguments: argparse.Namespace, tags: list[str]) -> dict[str, Any]:
    kept = [tag for tag in dict.fromkeys([*tags, *arguments.tag]) if tag not in arguments.untag]
    title = {} if arguments.title is None else {"title": arguments.title}
    return {**title, **({"tags": kept} if arguments.tag or arguments.untag else {})}
