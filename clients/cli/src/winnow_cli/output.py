"""What a command prints: lines for people, JSON for programs, each at once."""

import json
import sys
from typing import Any


def say(line: str) -> None:
    """Print a line at once."""
    print(line, flush=True)


def say_aside(line: str) -> None:
    """Print a line at once where it is in nobody's way: stdout belongs to what ``--json`` prints."""
    print(line, file=sys.stderr, flush=True)


def print_json(value: Any) -> None:
    """Print a value as ``--json`` promises, at once: the command may go on for long."""
    utf8 = (sys.stdout.encoding or "").lower() in ("utf-8", "utf8")
    print(json.dumps(value, indent=2, ensure_ascii=not utf8), flush=True)
