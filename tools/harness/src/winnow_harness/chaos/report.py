"""Reports a run's ledger as JSON, and as Markdown that defines its terms."""

import dataclasses
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from winnow_harness.chaos.checker import Verdict
from winnow_harness.chaos.fault import Fault
from winnow_harness.chaos.ledger import Ledger
from winnow_harness.chaos.recovery import Recovery
from winnow_harness.chaos.repeats import Repeat

WORDS: dict[str, str] = {
    "accepted": "jobs that were answered with 202; a request is repeated with its key until it is answered",
    "completed": "of these, ended as done",
    "dead": "of these, failed for good, with a reason; some were asked to",
    "cancelled": "of these, ended as cancelled because somebody asked",
    "jobs_lost": "of these, not ended when all faults were healed and the time to settle was over",
    "repeats_in_flight": "a task run again whose run before was delivered and unacked while a fault struck its "
    "process, its connection or a server it needs",
    "repeats_beyond": "all other tasks run again with the same run and retry",
    "effects_twice": "jobs of which one run's result was applied more than once; each application adds a row, in its "
    "own transaction, to a table that no decision reads and nothing keeps unique, and the rows are counted by run",
    "superseded": "attempts that ended after another one had been accepted; their end was kept and changed nothing",
    "unknown": "attempts whose end nobody can know: another one followed, or their journal was deleted",
    "chaos_recovery_time_s": "seconds from SIGKILL of a node's process to the first task of its next one, without the "
    "time in which that consumed and its first task was not yet asked for; p99 is the slowest of a hundred",
    "chaos_recovery_with_parent_time_s": "the same where the process that forks the node was killed too: a start anew",
    "recoveries_left_out": "kills in neither figure: a server that the node needs was struck down meanwhile, or the "
    "node was struck again before it got work, or no drill came to it, or it is the one whose clock can be stepped",
}
HISTORY_WORDS: dict[str, str] = {
    "executions": "times that a drill's actor began, as its process wrote it outside of Winnow",
    "attempts": "rows that PostgreSQL has of the same jobs",
    "attempts_missing": "executions without a row",
    "attempts_extra": "rows without an execution that no fault explains",
    "wrong_places": "rows that name another task, copy or node",
    "wrong_causes": "rows whose cause is none of those that executions and faults allow",
    "wrong_outcomes": "rows that ended otherwise than their process told",
    "wrong_times": "rows whose start is more than 0.1 s after the process's first line or more than 10 s before it, or "
    "whose end is so before or after its last, without a fault or a task alone meanwhile",
    "attempts_unrun": "rows without an execution because a fault struck between its claim and its actor; no difference",
    "attempts_unknowable": "executions whose row went with a deleted journal; no difference",
    "causes_told": "executions with only one possible cause, which is their row's",
    "times_apart_s": "how far start and end in the row are from the process's, in seconds",
}
_MOST_ROWS = 40


@dataclass(frozen=True, kw_only=True)
class Conditions:
    """The settings of a run: enough to repeat it."""

    seed: int
    tasks: int
    minutes: float
    recordings: int
    scale: Mapping[str, int]
    left_out: Mapping[str, str]
    """Requested faults that were not possible, with the reason."""
    processors: int
    load_before: float
    began: str
    """ISO 8601, UTC."""
    seconds: float
    ai: str = "a small one of this run, which answers at once"


def as_json(ledger: Ledger, conditions: Conditions) -> dict[str, Any]:
    """Every figure and list; the counts stand at the top."""
    return {
        **dataclasses.asdict(ledger),
        "is_good": ledger.is_good,
        "faults": dict(_counts(ledger)),
        "conditions": dataclasses.asdict(conditions),
    }


def as_markdown(
    ledger: Ledger, conditions: Conditions, faults: Mapping[str, Fault], picture: str, verdict: Verdict
) -> str:
    """The report for people."""
    return "\n".join(
        (
            f"# Chaos run, seed {conditions.seed}",
            "",
            _verdict(ledger),
            "",
            str(verdict),
            "",
            *_conditions(conditions),
            "",
            *_table(("", "count", "what it means"), _counted(ledger)),
            "",
            *_history(verdict),
            "## Over time",
            "",
            "```",
            picture,
            "```",
            "",
            "## Faults",
            "",
            *_table(("fault", "scenario", "times", "what it does"), _faults(ledger, faults)),
            *(f"\nLeft out: {name}, because {reason}." for name, reason in conditions.left_out.items()),
            "",
            *_recoveries(ledger),
            *_listed("Repeats beyond what was in flight", [r for r in ledger.repeats if not r.in_flight]),
            *_listed("Repeats in flight", [r for r in ledger.repeats if r.in_flight]),
            *_jobs("Lost jobs", ledger.lost_jobs),
            *_jobs("Applied twice", ledger.effects_twice_jobs),
            *_jobs("Done without an effect", ledger.effects_missing_jobs),
            *_jobs("Ended otherwise than asked", ledger.surprises),
        )
    )


def _verdict(ledger: Ledger) -> str:
    if not ledger.keeps_the_promise:
        return "**The promise was broken**: a job was lost, or an effect happened twice or not at all."
    if ledger.surprises:
        return (
            f"**{len(ledger.surprises)} of {ledger.accepted} accepted jobs ended otherwise than asked**, "
            "as listed below. None was lost and none was applied twice."
        )
    share = 100 * ledger.repeats_beyond / max(ledger.executions, 1)
    return (
        f"Of {ledger.accepted} accepted jobs none was lost and none was applied twice. "
        f"{ledger.repeats_beyond} of {ledger.executions} executions ({share:.2f} %) "
        "were repeats beyond what was in flight."
    )


def _conditions(conditions: Conditions) -> list[str]:
    nodes = ", ".join(f"{name}={number}" for name, number in conditions.scale.items()) or "one of each"
    return [
        f"{conditions.tasks} drills and {conditions.recordings} recordings over {conditions.minutes:g} min, "
        f"{conditions.seconds:.0f} s until all had ended. Nodes: {nodes}. "
        f"{conditions.processors} processors, load {conditions.load_before:.1f} before. "
        f"AI endpoint: {conditions.ai}. Begun {conditions.began}.",
    ]


def _counted(ledger: Ledger) -> list[tuple[str, str, str]]:
    rows = []
    for name, meaning in WORDS.items():
        value = getattr(ledger, name)
        shown = "–" if value is None else str(value)
        if name == "dead":
            shown += f" ({ledger.asked_to_fail} asked to)"
        rows.append((name, shown, meaning))
    return rows


def _history(verdict: Verdict) -> list[str]:
    rows = [(name, _shown(count), HISTORY_WORDS[name]) for name, count in verdict.history.items()]
    wrong = verdict.history_differences
    more = [f"… and {len(wrong) - _MOST_ROWS} more; the JSON has all."] if len(wrong) > _MOST_ROWS else []
    head = ["## PostgreSQL's history against what ran", "", *_table(("", "count", "what it means"), rows), ""]
    return [*(head if rows else []), *_jobs("Differences", [*wrong[:_MOST_ROWS], *more])]


def _shown(count: Any) -> str:
    if isinstance(count, dict):
        return ", ".join(f"{name} {value:.2f}" for name, value in count.items())
    return "–" if count is None else str(count)


def _counts(ledger: Ledger) -> Counter[str]:
    return Counter(one.fault for one in ledger.struck if not one.failed)


def _faults(ledger: Ledger, faults: Mapping[str, Fault]) -> list[tuple[str, str, str, str]]:
    struck = [
        (name, faults[name].scenario or "–", str(times), faults[name].about)
        if name in faults
        else (name, "–", str(times), "a drill that killed its process, as asked")
        for name, times in _counts(ledger).most_common()
    ]
    failed = Counter(f"{one.fault}: {one.failed}" for one in ledger.struck if one.failed)
    return struck + [(words.partition(":")[0], "–", f"{times} not", words) for words, times in failed.items()]


def _recoveries(ledger: Ledger) -> list[str]:
    if not ledger.recoveries:
        return []
    counted = [one for one in ledger.recoveries if not one.left_out]
    left_out: dict[str, list[Recovery]] = defaultdict(list)
    for one in ledger.recoveries:
        if one.left_out:
            left_out[one.left_out].append(one)
    return [
        "## Back at work after SIGKILL",
        "",
        f"Seconds: {_seconds(counted) or 'none was measured'}.",
        *(f"\nLeft out, {reason}: {len(some)} ({_seconds(some) or '–'})." for reason, some in left_out.items()),
        "",
    ]


def _seconds(recoveries: Sequence[Recovery]) -> str:
    found = sorted((one.seconds, one.idle_seconds, one.with_parent) for one in recoveries if one.seconds is not None)
    return ", ".join(
        f"{seconds:.1f}{f' after {idle:.1f} idle' if idle else ''}{' with its parent' if parent else ''}"
        for seconds, idle, parent in found
    )


def _listed(title: str, repeats: Sequence[Repeat]) -> list[str]:
    if not repeats:
        return []
    by_cause = Counter(repeat.cause.partition(" after ")[2] or repeat.cause for repeat in repeats)
    rows = [
        (repeat.actor, repeat.first_node, repeat.node, repeat.cause, repeat.job_id) for repeat in repeats[:_MOST_ROWS]
    ]
    more = [f"\n… and {len(repeats) - _MOST_ROWS} more; the JSON has all."] if len(repeats) > _MOST_ROWS else []
    causes = ", ".join(f"{cause} {times}" for cause, times in by_cause.most_common())
    return [
        f"## {title}",
        "",
        f"By cause: {causes}.",
        "",
        *_table(("actor", "ran on", "again on", "cause", "job"), rows),
        *more,
        "",
    ]


def _jobs(title: str, lines: Sequence[str]) -> list[str]:
    return [f"## {title}", "", *(f"* {line}" for line in lines), ""] if lines else []


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    return [f"| {' | '.join(line)} |" for line in (head, ["---"] * len(head), *rows)]
