"""Prints lines for people and JSON for programs, unbuffered."""

import json
import sys
from collections.abc import Iterable
from typing import Any


def say(line: str) -> None:
    """Prints a line at once."""
    print(line, flush=True)


def say_aside(line: str) -> None:
    """Prints a line to stderr at once: stdout belongs to the output of ``--json``."""
    print(line, file=sys.stderr, flush=True)


def print_answer(answer: Any, lines: Iterable[str], *, as_json: bool) -> None:
    """Prints what a command was answered: as JSON, or for people as lines, which are made only then."""
    if as_json:
        print_json(answer)
        return
    for line in lines:
        print(line)


def print_json(value: Any) -> None:
    """Prints a value as JSON at once: the command may run on for long."""
    utf8 = (sys.stdout.encoding or "").lower() in ("utf-8", "utf8")
    print(json.dumps(value, indent=2, ensure_ascii=not utf8), flush=True)
