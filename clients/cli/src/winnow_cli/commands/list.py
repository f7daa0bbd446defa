"""``winnow list``: lists recordings and photos by what is known of them."""

import argparse
from collections.abc import Iterator
from typing import Any

from winnow_cli.media_filters import add_filters, given_filters
from winnow_cli.output import print_answer
from winnow_cli.profile import gateway


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``list``."""
    add_filters(parser)
    parser.add_argument("--status", choices=("processing", "ready", "failed"))
    parser.add_argument("--facets", action="store_true", help="also how many match by kind, language, tag and status")
    parser.add_argument("--limit", type=int, default=20, help="most to show, newest first (20)")
    parser.add_argument("--json", action="store_true", help="the gateway's answer as it is")


def run(arguments: argparse.Namespace) -> int:
    """Prints a line for each: id, when it was added, status, title and tags."""
    answer = gateway().get(
        "/v1/media",
        {
            **given_filters(arguments),
            "status": arguments.status,
            "limit": arguments.limit,
            "facets": "kind,language,tag,status" if arguments.facets else None,
        },
    )
    lines = (*media_lines(answer["items"]), *facet_lines(answer))
    print_answer(answer, lines, as_json=arguments.json)
    return 0


def media_lines(items: list[dict[str, Any]]) -> Iterator[str]:
    """Recordings and photos, a line each."""
    for media in items:
        tags = "".join(f" #{tag}" for tag in media["tags"])
        yield f"{media['id']}  {media['created_at']}  {media['status']:<10}  {media['title']}{tags}"
    if not items:
        yield "There are none."


def facet_lines(answer: dict[str, Any]) -> Iterator[str]:
    """How many match, and how many of them have each value; nothing if that was not asked for."""
    if "total" not in answer:
        return
    total = answer["total"]
    yield f"{'at least ' if total['relation'] == 'gte' else ''}{total['value']} in all"
    for name, counts in answer["facets"].items():
        if counts:
            yield f"  {name:<9} {', '.join(f'{value} {count}' for value, count in counts.items())}"
