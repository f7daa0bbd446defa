"""The final table: each file with its length, time, speed, words, problem."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from winnow_cli.adding.added import Added
from winnow_cli.adding.figures import took_seconds
from winnow_cli.adding.views import problem
from winnow_cli.text_times import clock, spent


def print_table(files: Sequence[Added], wall_seconds: float, console: Console | None = None) -> None:
    """Prints the table; ``wall_seconds`` is the time of all files together."""
    table = Table(box=None, pad_edge=False)
    table.add_column("file", overflow="fold")
    for name in ("length", "time taken", "speed", "words"):
        table.add_column(name, justify="right")
    table.add_column("problem", overflow="fold")
    for file in files:
        took = took_seconds(file.job)
        table.add_row(
            Text(file.name),
            _length(file.length_seconds),
            spent(None if took is None else 1000 * took),
            _speed(file.length_seconds, took),
            "" if file.words is None else str(file.words),
            Text(problem(file) or " ".join(file.job.get("warnings", []))),
        )
    if len(files) > 1:
        length = sum(file.length_seconds or 0.0 for file in files)
        words = sum(file.words or 0 for file in files)
        failed = sum(file.error is not None for file in files)
        table.add_section()
        table.add_row(
            f"{len(files)} in all",
            _length(length),
            spent(1000 * wall_seconds),
            _speed(length, wall_seconds),
            str(words),
            f"{failed} failed" if failed else "",
        )
    (console or Console()).print(table)


def _length(seconds: float | None) -> str:
    return "" if seconds is None else clock(round(1000 * seconds))


def _speed(length_seconds: float | None, took_seconds: float | None) -> str:
    """How many times faster than playing."""
    return f"{length_seconds / took_seconds:.1f} ×" if length_seconds and took_seconds else ""
