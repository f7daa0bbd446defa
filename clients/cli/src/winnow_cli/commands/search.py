"""``winnow search``: searches transcripts."""

import argparse

from winnow_cli.hits import hit_lines
from winnow_cli.output import print_answer
from winnow_cli.profile import read_profile


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``search``."""
    parser.add_argument("query", nargs="+", metavar="QUERY", help="words or a question")
    parser.add_argument("--limit", type=int, default=10, help="most media to show (10)")
    parser.add_argument("--json", action="store_true", help="the gateway's answer as it is")


def run(arguments: argparse.Namespace) -> int:
    """Prints the hits; returns 0 if there are any, else 1."""
    profile = read_profile()
    answer = profile.client().get("/v1/search", {"q": " ".join(arguments.query), "limit": arguments.limit})
    print_answer(answer, hit_lines(answer, profile.url), as_json=arguments.json)
    return 0 if answer["items"] else 1
