"""``winnow stats``: what a window of history adds up to."""

import argparse
from collections.abc import Iterator, Sequence
from typing import Any

from winnow_cli.output import print_answer
from winnow_cli.profile import gateway
from winnow_cli.text_times import counted, spent
from winnow_cli.times import instant


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``stats``."""
    parser.add_argument("--since", default="1d", help="what ended since then: 2h, 3d, or a time (%(default)s)")
    parser.add_argument("--until", help="what ended before then")
    parser.add_argument("--actor", help="only of this actor, such as ai.transcribe_audio")
    parser.add_argument("--tenant", help="only of this tenant")
    parser.add_argument("--json", action="store_true", help="the gateway's answer as it is")


def run(arguments: argparse.Namespace) -> int:
    """Prints the figures as tables. Raises BadInput for a time that is none."""
    until = None if arguments.until is None else instant(arguments.until)
    whose = {"actor": arguments.actor, "tenant_id": arguments.tenant}
    answer = gateway().get("/v1/ops/stats", {"since": instant(arguments.since), "until": until, **whose})
    print_answer(answer, stats_lines(answer), as_json=arguments.json)
    return 0


def stats_lines(stats: dict[str, Any]) -> Iterator[str]:
    """The statistics for people."""
    yield f"From {stats['since_at']} to {stats['until_at']}"
    yield f"Ended:  {_counts(stats['ended'])}"
    yield f"Open:   {_counts(stats['open'])}"
    yield f"Waits longest: {_waiting(stats['oldest_waiting'])}"
    yield f"Cost of a job: {_costs(stats['costs'])}"
    yield from _table("ACTOR, SLOWEST FIRST", _ACTOR_COLUMNS, map(_actor_row, stats["actors"]))
    yield from _table("NODE", ("COMPLETED", "FAILED", "SUCCESS"), map(_node_row, stats["nodes"]))


_ACTOR_COLUMNS = ("ENDED", "SUCCESS", "WAIT P50", "P95", "P99", "RUN P50", "P95", "P99")


def _actor_row(one: dict[str, Any]) -> tuple[str, ...]:
    times = (one[f"{what}_{each}_ms"] for what in ("wait", "run") for each in ("p50", "p95", "p99"))
    return one["actor"], str(one["ended"]), _rate(one["ended"] - one["dead"], one["ended"]), *map(_time, times)


def _node_row(one: dict[str, Any]) -> tuple[str, ...]:
    completed, failed = one["completed"], one["failed"]
    return one["node"], str(completed), str(failed), _rate(completed, completed + failed)


def _table(first: str, columns: Sequence[str], rows: Iterator[tuple[str, ...]]) -> Iterator[str]:
    """A table after an empty line; nothing if it has no rows."""
    for number, (name, *cells) in enumerate(rows):
        if number == 0:
            yield ""
            yield f"{first:<28}" + "".join(f"{column:>12}" for column in columns)
        yield f"{name:<28}" + "".join(f"{cell:>12}" for cell in cells)


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{number:,} {state}" for state, number in counts.items()) or "none"


def _waiting(task: dict[str, Any] | None) -> str:
    return "nothing" if task is None else f"{task['task_id']} of {task['actor']}, since {task['enqueued_at']}"


def _costs(costs: dict[str, Any]) -> str:
    unpriced = f"; {counted(costs['unpriced'], 'call')} without a price" if costs["unpriced"] else ""
    if not costs["jobs"]:
        return f"no job paid for a call{unpriced}"
    mean = costs["cost_usd"] / costs["jobs"]
    spread = f"half at most ${costs['p50_usd']:.4f}, 95 % at most ${costs['p95_usd']:.4f}"
    dearest = f"dearest ${costs['highest_usd']:.4f} ({costs['highest_job_id']})"
    return f"${mean:.4f} over {counted(costs['jobs'], 'job')}; {spread}, {dearest}{unpriced}"


def _rate(good: int, all_of: int) -> str:
    return f"{good / all_of:.1%}" if all_of else "-"


def _time(ms: float | None) -> str:
    return spent(ms) or "-"
