"""Checks a history of a chaos run: counts lost jobs, effects applied twice, repeats and recovery from its file alone.

It needs Python 3.11 and nothing else, and shares no code with the system whose history it reads.

    python tools/checker/check_history.py history.jsonl [--json]

Exit code: 0 if the promise was kept; 1 if a job was lost, an effect was applied twice or is missing, a job ran that
nobody had asked for, or the database tells otherwise of an attempt; 2 if the file cannot be read or a line is
malformed.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from history_counts import count_jobs, count_repeats
from history_exact import DIFFERENCES, count_attempts
from history_lines import MalformedHistory, read_history
from history_recovery import count_recoveries

BROKEN = ("jobs_lost", "effects_twice", "effects_missing", "ran_unexplained", *DIFFERENCES)
"""The counts of which each is 0 if the promise was kept and the database's history is exact."""


def main() -> int:
    """Reads the file that the command line names, prints the counts and returns the exit code."""
    parser = argparse.ArgumentParser(description="Counts lost, twice and repeated work from a history alone.")
    parser.add_argument("history", type=Path, help="a file as docs/history-format.md defines it")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args()
    try:
        with arguments.history.open(encoding="utf-8") as file:
            history = read_history(file)
    except (OSError, UnicodeDecodeError, MalformedHistory) as error:
        print(f"{arguments.history} cannot be checked. {error}", file=sys.stderr)
        return 2
    counts = {**count_jobs(history), **count_repeats(history), **count_recoveries(history), **count_attempts(history)}
    print(json.dumps(counts, indent=1) if arguments.json else _as_text(counts))
    return 1 if any(counts[name] for name in BROKEN) else 0


def _as_text(counts: dict[str, Any]) -> str:
    """Returns a line for each count."""
    return "\n".join(f"{name:34} {_shown(value)}" for name, value in counts.items())


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {seconds:.2f}" for name, seconds in value.items())
    if isinstance(value, list):
        return ", ".join(value) or "-"
    return "-" if value is None else str(value)


if __name__ == "__main__":
    sys.exit(main())
