"""``winnow search``: searches transcripts."""

import argparse

from winnow_cli.hits import hit_lines
from winnow_cli.output import print_answer
from winnow_cli.profile import read_profile


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``search``."""
    parser.add_argument("query", nargs="+", metavar="QUERY", help="words or a question")
    parser.add_argument("--kind", choices=("video", "audio"), help="only in these")
    parser.add_argument("--language", metavar="CODE", help="only where this is spoken, such as en")
    parser.add_argument("--tag", help="only in what has this tag")
    parser.add_argument(
        "--after", metavar="TIME", help="only in what was added then or later: 2026-11-30T22:00:00+01:00"
    )
    parser.add_argument("--before", metavar="TIME", help="only in what was added before")
    parser.add_argument("--min-seconds", type=float, metavar="N", help="only in what has this length at least")
    parser.add_argument("--limit", type=int, default=10, help="most media to show (10)")
    parser.add_argument("--json", action="store_true", help="the gateway's answer as it is")


def run(arguments: argparse.Namespace) -> int:
    """Prints the hits; returns 0 if there are any, else 1."""
    profile = read_profile()
    least = arguments.min_seconds
    filters = {name: getattr(arguments, name) for name in ("kind", "language", "tag", "after", "before", "limit")}
    filters |= {"min_duration_ms": None if least is None else round(least * 1000)}
    answer = profile.client().get("/v1/search", {"q": " ".join(arguments.query), **filters})
    print_answer(answer, hit_lines(answer, profile.url), as_json=arguments.json)
    return 0 if answer["items"] else 1
