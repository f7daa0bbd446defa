"""Counts what a history says of its jobs: lost, applied twice or not at all, run again."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from history_lines import History

FINAL = frozenset(("done", "failed", "cancelled"))
UNTIL_ACKED_MS = 1000
"""How long after its end an execution's message may still be unacked."""
UNTIL_DEAD_MS = 500
"""How long after its end a fault may still cut short an execution that never ended."""

Line = Mapping[str, Any]


def count_jobs(history: History) -> dict[str, Any]:
    """Returns the counts of submissions and of accepted jobs, and the jobs behind each count that should be 0."""
    submissions = history.of("submission")
    answers = Counter(line["answer"] for line in submissions)
    accepted = {line["job"] for line in submissions if line["answer"] == "accepted"}
    outcomes = {line["job"]: line for line in history.of("outcome")}
    effects = Counter((line["job"], line["run"]) for line in history.of("effect"))
    lost = sorted(job for job in accepted if job not in outcomes or outcomes[job]["outcome"] not in FINAL)
    missing = sorted(
        job for job, line in outcomes.items() if line["outcome"] == "done" and not effects[job, line["run"]]
    )
    twice = sorted({job for (job, _), times in effects.items() if times > 1})
    return {
        "accepted": len(accepted),
        "refused": answers["refused"],
        "unknown": answers["unknown"],
        **_unaccepted(history, accepted, answers["unknown"]),
        "jobs_lost": len(lost),
        "effects_twice": len(twice),
        "effects_missing": len(missing),
        "lost_jobs": lost,
        "effects_twice_jobs": twice,
        "effects_missing_jobs": missing,
    }


def count_repeats(history: History) -> dict[str, int]:
    """Returns how many executions there were, and how many were repeats, in flight at a fault or beyond."""
    faults = [line for line in history.of("fault") if not line["failed"]]
    by_message: dict[tuple[str, int, int], list[Line]] = defaultdict(list)
    for line in sorted(history.of("execution"), key=lambda one: one["invoked_ms"]):
        by_message[line["task"], line["run"], line["retry"]].append(line)
    in_flight = [
        _is_in_flight(earlier, later, faults)
        for executions in by_message.values()
        for earlier, later in pairwise(executions)
    ]
    return {
        "executions": len(history.of("execution")),
        "repeats_in_flight": in_flight.count(True),
        "repeats_beyond": in_flight.count(False),
    }


def _unaccepted(history: History, accepted: set[str], unknown: int) -> dict[str, Any]:
    """The jobs that ran though no client was told that they were accepted.

    Each answers to a submission whose client heard nothing. Those above the number of such submissions, or of
    submissions that were refused, have no explanation.
    """
    named = {line["job"]: line["answer"] for line in history.of("submission") if line["job"] is not None}
    ran = {line["job"] for kind in ("execution", "effect") for line in history.of(kind)} - accepted
    legal = {job for job in ran if named.get(job, "unknown") == "unknown"}
    unexplained = len(ran) - min(len(legal), unknown)
    return {
        "unknown_ran": len(ran) - unexplained,
        "unknown_not_run": unknown - (len(ran) - unexplained),
        "ran_unexplained": unexplained,
    }


def _is_in_flight(earlier: Line, later: Line, faults: Sequence[Line]) -> bool:
    """Whether a fault affected the earlier execution while its message was out: from its delivery to its ack."""
    ended_ms = earlier["ended_ms"]
    until_ms = later["invoked_ms"] if ended_ms is None else ended_ms + UNTIL_ACKED_MS
    after_ms = UNTIL_DEAD_MS if ended_ms is None else 0
    return any(
        earlier["node"] in fault["touches"]
        and fault["from_ms"] <= until_ms
        and (fault["to_ms"] is None or fault["to_ms"] + after_ms >= earlier["invoked_ms"])
        for fault in faults
    )
