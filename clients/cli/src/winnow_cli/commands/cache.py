"""``winnow cache``: AI answers that are kept so that nobody pays twice, and what they spared."""

import argparse
from collections.abc import Iterator
from typing import Any

from winnow_cli.output import print_answer
from winnow_cli.profile import gateway
from winnow_cli.text_times import size


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``cache``."""
    parser.add_argument("--days", type=int, default=30, help="so many days, today among them, 30 at most (%(default)s)")
    parser.add_argument("--json", action="store_true", help="the gateway's answer as it is")


def run(arguments: argparse.Namespace) -> int:
    """Prints what the cache holds, and a line for each day, model and use."""
    answer = gateway().get("/v1/ops/response-cache", {"days": arguments.days})
    print_answer(answer, cache_lines(answer), as_json=arguments.json)
    return 0


def cache_lines(answer: dict[str, Any]) -> Iterator[str]:
    """The cache as text."""
    yield kept_words(answer["kept"])
    if not answer["items"]:
        yield f"No AI call is known from {answer['first_day']} to {answer['last_day']}."
        return
    yield f"{'DAY':<12}{'USE':<11}{'MODEL':<28}{'FROM CACHE':>11}{'PAID':>9}{'SHARE':>7}{'SAVED':>11}"
    for one in answer["items"]:
        share = one["hits"] / (one["hits"] + one["paid"])
        saved = "no price" if one["saved_usd"] is None else f"${one['saved_usd']:.4f}"
        yield (
            f"{one['day']:<12}{one['use']:<11}{one['model']:<28}{one['hits']:>11,}{one['paid']:>9,}"
            f"{share:>7.0%}{saved:>11}"
        )


def kept_words(kept: dict[str, Any] | None) -> str:
    """What the cache holds, in a sentence."""
    if kept is None:
        return "What the cache holds was not counted yet: ./winnow schedules run response-cache does."
    limit = f" of {size(kept['limit_bytes'])}" if kept["limit_bytes"] else ""
    oldest = f", the oldest of {kept['oldest_at']}" if kept["oldest_at"] else ""
    return f"{kept['answers']:,} answers, {size(kept['size_bytes'])}{limit}{oldest}; counted {kept['counted_at']}."
