"""Formats a job's history as lines of plain words."""

from collections.abc import Iterator
from typing import Any

from winnow_cli.text_times import spent


def trace_lines(trace: dict[str, Any]) -> Iterator[str]:
    """The job, if index knows it, then every event with the seconds since the first, oldest first."""
    job = trace["job"]
    if job:
        yield f"{job['id']}   {job['status']}   run {job['run']}   accepted {job['created_at']}"
    note = trace.get("history_note", "")
    if note:
        yield note
    events = trace["events"]
    if not events:
        if not note:
            yield "Nothing is recorded yet."
        return
    began = events[0]["at_ms"]
    for event in events:
        words = event_words(event)
        if words:
            at = (event["at_ms"] - began) / 1000
            source = event.get("source", "index")
            alone = "" if source == "index" else f"   (journal of {source})"
            yield f"{at:9.3f} s  {event['node']:<14} {event['actor']:<24} {words}{alone}"


def event_words(event: dict[str, Any]) -> str:
    """An event in words; empty for events that mean nothing to people."""
    detail = event.get("detail") or {}
    match event["kind"]:
        case "accepted":
            return f"{detail.get('filename') or detail.get('title') or 'a job'} was accepted"
        case "enqueued":
            return "was written to be sent"
        case "confirmed":
            delay = f", to be given out in {spent(detail['delay_ms'])}" if detail.get("delay_ms") else ""
            return f"is with the broker{delay}"
        case "started":
            return f"started {_WHY.get(detail.get('why', ''), '')}".rstrip()
        case "step_done" if detail.get("reused"):
            return f"step {detail.get('step')} was done before and is not run again"
        case "step_done":
            return f"step {detail.get('step')} done in {spent(detail.get('duration_ms'))}"
        case "retrying":
            return f"will be tried again in {spent(detail.get('delay_ms'))}: {_problem(detail)}"
        case "interrupted":
            return f"was interrupted: {detail.get('reason', '')}".rstrip(": ")
        case "released":
            alone = ", and nothing else ran in it" if detail.get("alone") else ""
            return f"was given back to its queue: {detail.get('reason', '')}{alone}".rstrip(": ")
        case "completed" if detail.get("superseded"):
            return f"ended, but is not served: {detail['superseded']}"
        case "completed":
            return f"done in {spent(detail.get('duration_ms'))}"
        case "cancelled":
            return "was cancelled"
        case "dead":
            return f"failed for good: {_problem(detail)}"
        case "superseded":
            return "was overtaken by another attempt"
        case "progress":
            return ""
        case other:
            return str(other)


_WHY = {
    "first": "",
    "retry": "again",
    "redelivered": "again: the broker gave it out a second time",
    "takeover": "again: the node that had it is gone",
    "resumed": "again, after an interruption",
    "again": "from a copy that was sent again: it may have run before",
}


def _problem(detail: dict[str, Any]) -> str:
    problem = detail.get("problem") or {}
    code = f" ({problem['code']})" if problem.get("code") else ""
    return f"{problem.get('detail', 'no reason was given')}{code}"
