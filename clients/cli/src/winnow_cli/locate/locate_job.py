"""Answers "where is my job?" from the evidence, in one sentence that names the place which knows."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from winnow_cli.locate.evidence import Evidence
from winnow_cli.locate.last_run import LastRun, header, lane_of_message, reason
from winnow_cli.text_times import counted, spent
from winnow_contracts.commands import ReplayTask

_ENDED = ("done", "failed", "cancelled")


@dataclass(frozen=True, kw_only=True)
class Whereabouts:
    """Where a job is.

    ``place`` is one of done, failed, cancelled, running, journal, scheduled, delayed, queue, released, elsewhere,
    unknown. ``inferred``: no place reports this, but nothing else fits the evidence. ``queue`` is then the lane that
    should hold the message.
    """

    place: str
    sentence: str
    inferred: bool = False
    queue: str = ""


def whereabouts(evidence: Evidence, now: Callable[[], float] = time.time) -> Whereabouts:
    """The first answer that the evidence supports, most certain first."""
    run = LastRun(evidence, round(now() * 1000))
    for ask in (
        _ended,
        _died_here,
        _runs_here,
        _in_a_journal,
        _scheduled,
        _delayed,
        _released,
        _in_a_queue,
        _elsewhere,
    ):
        answer = ask(run)
        if answer is not None:
            return answer
    return Whereabouts(place="unknown", sentence="Nothing on this machine tells where it is. ./winnow doctor looks on.")


def _ended(run: LastRun) -> Whereabouts | None:
    status = run.job.get("status")
    if status not in _ENDED or run.number > int(run.job.get("run") or 1) or _is_replayed(run):
        return None
    at = f" at {run.job['finished_at']}" if run.job.get("finished_at") else ""
    if status != "failed":
        return Whereabouts(place=str(status), sentence=f"It is {status}{at}.")
    dead = next((event for event in reversed(run.index_events) if event["kind"] == "dead"), None)
    error = run.job.get("error") or {}
    where = f" in {dead['actor']} on node {dead['node']}, attempt {dead['retry'] + 1}" if dead else ""
    return Whereabouts(place="failed", sentence=f"It failed for good{where}{at}: {reason(error)}")


def _is_replayed(run: LastRun) -> bool:
    """Whether the next run was requested and index has not begun it."""
    return any(
        row["topic"] == ReplayTask.ACTOR and not run.started(row["task_id"], header(row, "retry"))
        for _, row in run.commands()
    )


def _died_here(run: LastRun) -> Whereabouts | None:
    for node, row in run.tasks():
        if row["state"] in ("dead", "cancelled"):
            is_dead = row["state"] == "dead"
            how = "failed for good" if is_dead else "was cancelled"
            why = f": {reason(row['error'] or {})}" if is_dead else "."
            sentence = (
                f"It {how} in {row['actor']} on node {node} {run.ago(row['ended_ms'])} ago,"
                f" as the journal there says and index does not know yet{why}"
            )
            return Whereabouts(place="failed" if is_dead else "cancelled", sentence=sentence)
    return None


def _runs_here(run: LastRun) -> Whereabouts | None:
    for node, row in run.tasks():
        if row["state"] == "running" and row["alive"]:
            steps = [
                step["name"] for step in run.evidence.journals[node].steps if step["attempt_id"] == row["attempt_id"]
            ]
            last = f"; its last step was {steps[-1]}" if steps else ""
            sentence = (
                f"It runs: {row['actor']} on node {node} for {run.ago(row['started_ms'])},"
                f" attempt {row['attempts']} there{last}."
            )
            return Whereabouts(place="running", sentence=sentence)
    return None


def _in_a_journal(run: LastRun) -> Whereabouts | None:
    for node, row in run.commands():
        if row["confirmed_ms"] is None:
            sentence = (
                f"Its command {row['topic']} is in the journal of node {node}, written"
                f" {run.ago(row['created_ms'])} ago; the broker has not confirmed it."
            )
            return Whereabouts(place="journal", sentence=sentence)
    return None


def _scheduled(run: LastRun) -> Whereabouts | None:
    at_ms = run.not_before_ms()
    if at_ms <= run.now_ms:
        return None
    at = datetime.fromtimestamp(at_ms // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    sentence = (
        f"It is to begin at {at}, as was asked for, in {spent(at_ms - run.now_ms)}; until then its command waits in the"
        " broker's delays."
    )
    return Whereabouts(place="scheduled", sentence=sentence)


def _delayed(run: LastRun) -> Whereabouts | None:
    for node, records in run.evidence.journals.items():
        for retry in records.retries:
            row = next((task for task in records.tasks if task["task_id"] == retry["task_id"]), None)
            if row is None or row["run"] != run.number or retry["next_ms"] <= run.now_ms:
                continue
            if run.started(retry["task_id"], retry["retry"]):
                continue
            sentence = (
                f"It waits in the broker's delays: {row['actor']} is tried again in"
                f" {spent(retry['next_ms'] - run.now_ms)} (attempt {retry['retry'] + 1}),"
                f" after it failed on node {node}: {reason(retry['error'] or {})}"
            )
            return Whereabouts(place="delayed", sentence=sentence)
    return None


def _released(run: LastRun) -> Whereabouts | None:
    for node, row in run.tasks():
        left = row["state"] == "pending" or (row["state"] == "running" and not row["alive"])
        if left and not run.went_on(node, row):
            why = "its process died" if row["suspect"] or row["state"] == "running" else "it was interrupted"
            queue = lane_of_message(row["actor"], row["envelope"])
            sentence = (
                f"It waits to be given out again: {row['actor']} began on node {node}"
                f" {run.ago(row['started_ms'])} ago, and {why}; {_queue_words(run, queue)}"
            )
            return Whereabouts(place="released", sentence=sentence, inferred=True, queue=queue)
    return None


def _in_a_queue(run: LastRun) -> Whereabouts | None:
    for actor, queue, since_ms, source in _unstarted(run):
        sentence = (
            f"It waits in queue {queue} (inferred): {source} {run.ago(since_ms)} ago, and no node tells that it began"
            f" {actor}; {_queue_words(run, queue)}"
        )
        return Whereabouts(place="queue", sentence=sentence, inferred=True, queue=queue)
    return None


def _unstarted(run: LastRun) -> Iterator[tuple[str, str, int, str]]:
    """Actor, lane, time and words of each command that the broker has and no place reports as started."""
    for _, row in run.commands():
        retry = header(row, "retry")
        if not run.started(row["task_id"], retry):
            lane = lane_of_message(row["topic"], row["body"])
            yield row["topic"], lane, row["confirmed_ms"], "the broker confirmed its command"
    for task in run.index_tasks:
        if task["state"] == "pending" and not run.started(task["task_id"], task["retry"]):
            at_ms = next((e["at_ms"] for e in run.index_events if e["task_id"] == task["task_id"]), run.now_ms)
            yield task["actor"], task["queue"], at_ms, "index heard of its command"


def _elsewhere(run: LastRun) -> Whereabouts | None:
    running = {task["task_id"]: task for task in run.index_tasks if task["state"] in ("running", "retry_wait")}
    for event in reversed(run.index_events):
        task = running.get(event["task_id"])
        if task is not None:
            doing = "runs" if task["state"] == "running" else "waits to be tried again"
            sentence = (
                f"It {doing}, as index heard {run.ago(event['at_ms'])} ago: {task['actor']} on node {event['node']},"
                " whose journal is not on this machine or knows nothing of it any more."
            )
            return Whereabouts(place="elsewhere", sentence=sentence)
    return None


def _queue_words(run: LastRun, queue: str) -> str:
    state = run.evidence.queues.get(queue)
    if state is None:
        return f"what queue {queue} holds could not be asked."
    paused = f" Lane {queue} is paused; ./winnow resume {queue} lets it go on." if queue in run.evidence.paused else ""
    return f"the queue holds {counted(state.ready, 'message')} and has {counted(state.consumers, 'consumer')}.{paused}"
