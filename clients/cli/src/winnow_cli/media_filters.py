"""The options by which ``list`` and ``reprocess`` choose recordings and photos."""

import argparse
from typing import Any


def add_filters(parser: argparse.ArgumentParser) -> None:
    """Adds them."""
    parser.add_argument("--kind", choices=("recording", "photo"))
    parser.add_argument("--language", metavar="CODE", help="only where this is spoken, such as en")
    parser.add_argument("--tag", help="only with this tag")
    parser.add_argument("--title", metavar="WORDS", help="only with each of these words in the title")
    parser.add_argument("--after", metavar="TIME", help="only those added then or later: 2026-11-30T22:00:00+01:00")
    parser.add_argument("--before", metavar="TIME", help="only those added before")
    parser.add_argument("--min-seconds", type=float, metavar="N", help="only of this length at least")
    parser.add_argument("--max-seconds", type=float, metavar="N", help="only of this length at most")


def given_filters(arguments: argparse.Namespace) -> dict[str, Any]:
    """Those that were given, under the API's names."""
    filters = {
        "kind": arguments.kind,
        "language": arguments.language,
        "tag": arguments.tag,
        "q_title": arguments.title,
        "created_after": arguments.after,
        "created_before": arguments.before,
        "min_duration_ms": _ms(arguments.min_seconds),
        "max_duration_ms": _ms(arguments.max_seconds),
    }
    return {name: value for name, value in filters.items() if value is not None}


def _ms(seconds: float | None) -> int | None:
    return None if seconds is None else round(seconds * 1000)
