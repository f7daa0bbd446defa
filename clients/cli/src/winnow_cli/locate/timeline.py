"""Merges the events of index and of the journals into one timeline of a job."""

from collections.abc import Iterable
from typing import Any

from winnow_cli.locate.evidence import Evidence

Event = dict[str, Any]
_NAMES = ("at_ms", "kind", "actor", "task_id", "attempt_id", "node", "run", "retry", "detail")


def timeline(evidence: Evidence) -> list[Event]:
    """Every event once, oldest first; ``source`` is ``index``, or the node if only its journal has the event.

    In addition there is a ``confirmed`` for each command that a journal on this machine saw confirmed.
    """
    found: dict[tuple[Any, ...], Event] = {}
    for event in (evidence.history or {}).get("events", ()):
        found[_key(event)] = {**event, "source": "index"}
    for event in _from_journals(evidence):
        found.setdefault(_key(event), event)
    return sorted(found.values(), key=lambda event: event["at_ms"])


def _from_journals(evidence: Evidence) -> Iterable[Event]:
    for node, records in evidence.journals.items():
        for row in records.events:
            if isinstance(row["body"], dict):
                yield {**{name: row["body"].get(name) for name in _NAMES}, "source": node}
        for row in records.commands:
            if row["confirmed_ms"] is not None and isinstance(row["body"], dict):
                headers = row["body"].get("headers", {})
                yield {
                    "at_ms": row["confirmed_ms"],
                    "kind": "confirmed",
                    "actor": row["topic"],
                    "task_id": row["task_id"],
                    "attempt_id": headers.get("attempt_id", ""),
                    "node": node,
                    "run": headers.get("run", 1),
                    "retry": headers.get("retry", 0),
                    "detail": {"delay_ms": row["delay_ms"]},
                    "source": node,
                }


def _key(event: Event) -> tuple[Any, ...]:
    step = (event.get("detail") or {}).get("step", "")
    return event["at_ms"], event["kind"], event["task_id"], event["attempt_id"], step
