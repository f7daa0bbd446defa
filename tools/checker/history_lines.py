"""Reads a history: one JSON object a line, each of a kind that docs/history-format.md defines."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

FORMAT = 2
ANSWERS = frozenset(("accepted", "refused", "unknown"))
FIELDS: Mapping[str, Mapping[str, tuple[type, ...]]] = {
    "run": {"format": (int,), "unmeasured_nodes": (list,)},
    "submission": {"key": (str,), "job": (str, type(None)), "invoked_ms": (int,), "answer": (str,)},
    "execution": {
        "job": (str,),
        "task": (str,),
        "run": (int,),
        "retry": (int,),
        "attempt": (str,),
        "actor": (str,),
        "node": (str,),
        "process": (int,),
        "due_ms": (int,),
        "invoked_ms": (int,),
        "ended_ms": (int, type(None)),
        "raised": (str,),
    },
    "attempt": {
        "job": (str,),
        "task": (str,),
        "run": (int,),
        "retry": (int,),
        "attempt": (str,),
        "actor": (str,),
        "node": (str,),
        "started_ms": (int, type(None)),
        "ended_ms": (int, type(None)),
        "why": (str, type(None)),
        "outcome": (str, type(None)),
    },
    "ready": {"process": (int,), "at_ms": (int,)},
    "outcome": {"job": (str,), "run": (int,), "outcome": (str,)},
    "effect": {"job": (str,), "run": (int,)},
    "fault": {
        "name": (str,),
        "target": (str,),
        "from_ms": (int,),
        "to_ms": (int, type(None)),
        "failed": (str,),
        "kills": (str,),
        "touches": (list,),
        "delays": (list,),
        "delays_until_ms": (int, float, type(None)),
        "deletes_journal_of": (list,),
    },
}
"""The fields that counting needs, by kind, with the types of their values. Lines may have more."""


class MalformedHistory(Exception):
    """A line is no JSON object of a known kind with all its fields, or the history has no ``run`` line."""


@dataclass(kw_only=True)
class History:
    """The lines of a history by kind, in the order of the file."""

    lines: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {kind: [] for kind in FIELDS})

    def of(self, kind: str) -> list[dict[str, Any]]:
        """The lines of one kind."""
        return self.lines[kind]


def read_history(lines: Iterable[str]) -> History:
    """Returns the history that the lines are. Raises MalformedHistory, with the number of the line."""
    history = History()
    for number, text in enumerate(lines, 1):
        try:
            line = _checked(json.loads(text))
        except ValueError as error:
            raise MalformedHistory(f"Line {number} is malformed: {error}") from error
        history.of(line["kind"]).append(line)
    if len(history.of("run")) != 1:
        raise MalformedHistory(f"A history has one line of kind run, and this one has {len(history.of('run'))}.")
    return history


def _checked(line: Any) -> dict[str, Any]:
    if not isinstance(line, dict):
        raise ValueError("it is no JSON object")
    kind = line.get("kind")
    if not isinstance(kind, str) or kind not in FIELDS:
        raise ValueError(f"its kind is {kind!r}")
    for name, types in FIELDS[kind].items():
        if name not in line:
            raise ValueError(f"{kind} without {name}")
        if not isinstance(line[name], types) or isinstance(line[name], bool):
            raise ValueError(f"{name} of {kind} is {line[name]!r}")
    if kind == "run" and line["format"] != FORMAT:
        raise ValueError(f"its format is {line['format']}, and this checker reads format {FORMAT}")
    if kind == "submission" and line["answer"] not in ANSWERS:
        raise ValueError(f"answer of submission is {line['answer']!r}")
    if kind == "submission" and line["answer"] == "accepted" and line["job"] is None:
        raise ValueError("an accepted submission names its job")
    return line
