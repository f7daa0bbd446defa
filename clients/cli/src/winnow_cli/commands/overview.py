"""``winnow overview``: whether all is well, and what to do first if not."""

import argparse
from collections.abc import Iterator
from typing import Any

from winnow_cli.output import print_answer
from winnow_cli.profile import gateway


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``overview``."""
    parser.add_argument("--json", action="store_true", help="the gateway's answer as it is")


def run(arguments: argparse.Namespace) -> int:
    """Prints one line, and one for each thing that wants a person. Returns 0 if there is none, else 1."""
    answer = gateway().get("/v1/ops/overview")
    print_answer(answer, overview_lines(answer), as_json=arguments.json)
    return 0 if answer["well"] else 1


def overview_lines(answer: dict[str, Any]) -> Iterator[str]:
    """The verdict, then what wants a person, the most pressing first, each with its command."""
    yield answer["verdict"]
    for one in answer["concerns"]:
        yield f"{'mend' if one['trouble'] else 'look':<6}{one['what']} {one['todo']}  {one['command']}"
