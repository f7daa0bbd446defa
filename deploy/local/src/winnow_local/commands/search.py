"""``winnow search``: searches what was said."""

import argparse
import json

from winnow_local.gateway_client import client_of
from winnow_local.hits import hit_lines
from winnow_local.settings import read_settings
from winnow_local.stack import Stack


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``search``."""
    parser.add_argument("query", nargs="+", metavar="QUERY", help="words or a question")
    parser.add_argument("--limit", type=int, default=10, help="most media to show (10)")
    parser.add_argument("--json", action="store_true", help="the gateway's answer as it is")


def run(arguments: argparse.Namespace) -> int:
    """Print the hits; 0 where there are some, 1 where there are none."""
    stack = Stack(read_settings())
    client = client_of(stack.home, stack.gateway_url)
    answer = client.get("/v1/search", {"q": " ".join(arguments.query), "limit": arguments.limit})
    if arguments.json:
        print(json.dumps(answer, indent=2, ensure_ascii=False))
    else:
        for line in hit_lines(answer, stack.gateway_url):
            print(line)
    return 0 if answer["items"] else 1
