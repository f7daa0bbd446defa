"""``winnow trace``: says where a job is, and prints its history."""

import argparse
from collections.abc import Iterator
from dataclasses import asdict

from winnow_cli.locate.evidence import Evidence, gather
from winnow_cli.locate.locate_job import Whereabouts, whereabouts
from winnow_cli.locate.machine import Machine, this_machine
from winnow_cli.locate.timeline import timeline
from winnow_cli.output import print_answer
from winnow_cli.profile import read_profile
from winnow_cli.trace_words import trace_lines


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``trace``."""
    parser.add_argument("job", metavar="JOB", help="the job's id")
    parser.add_argument("--json", action="store_true", help="as JSON: where, job, tasks, events, journals, queues")


def run(arguments: argparse.Namespace) -> int:
    """Prints where the job is in one sentence, then its events in order and in words."""
    profile = read_profile()
    evidence = gather(profile.client(), arguments.job, this_machine() if profile.is_here else Machine())
    answer = whereabouts(evidence)
    print_answer(as_json(evidence, answer), in_words(evidence, answer), as_json=arguments.json)
    return 0


def in_words(evidence: Evidence, answer: Whereabouts) -> Iterator[str]:
    """What is printed for people."""
    yield answer.sentence
    yield from (f"Not asked: {sentence}" for sentence in evidence.missing)
    yield from trace_lines({**(evidence.history or {"job": None}), "events": timeline(evidence)})


def as_json(evidence: Evidence, answer: Whereabouts) -> dict[str, object]:
    """What ``--json`` prints."""
    history = evidence.history or {}
    return {
        "where": asdict(answer),
        "job": history.get("job"),
        "tasks": history.get("tasks", []),
        "events": timeline(evidence),
        "history_note": history.get("history_note", ""),
        "journals": {node: asdict(records) for node, records in evidence.journals.items()},
        "queues": {name: state and asdict(state) for name, state in evidence.queues.items()},
        "missing": evidence.missing,
    }
