"""What wants a person, most pressing first: each in one sentence, with what to do, where, and by which command."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from winnow_contracts.index_api.operators import DiagnosticFinding, JournalSummaryView

_SERVICES_AWAY = {
    "index_unavailable": "Index does not answer, so what this page knows of jobs is missing.",
    "broker_unavailable": "The broker does not answer, so nothing is known of what waits in the lanes.",
}


@dataclass(frozen=True, kw_only=True)
class Concern:
    """``trouble``: work stands still or is lost unless somebody acts; otherwise somebody should look.

    ``address`` is the page that shows it; ``command`` acts or shows it on a command line.
    """

    what: str
    todo: str
    address: str
    command: str
    trouble: bool = False


def concerns(
    findings: Sequence[DiagnosticFinding],
    silent: Sequence[JournalSummaryView],
    lanes: Sequence[Mapping[str, Any]],
    degraded: Sequence[str],
) -> list[Concern]:
    """Returns what wants a person, trouble first.

    ``silent`` are the journals of nodes that went silent lately, ``lanes`` those of the public API; ``degraded`` names
    what could not be read.
    """
    found = [*_away(degraded), *_of_lanes(lanes), *_of_jobs(findings), *_of_history(findings), *_of_nodes(silent)]
    return sorted(found, key=lambda concern: not concern.trouble)


def verdict(found: Sequence[Concern]) -> str:
    """Returns one line: whether all is well, and if not, how many things want a person, and what to do first.

    ``found`` has the most pressing first.
    """
    if not found:
        return "All is well: nothing is dead, stuck, paused or silent."
    trouble = sum(concern.trouble for concern in found)
    rest = len(found) - trouble
    said = [
        text
        for number, text in ((trouble, f"{_things(trouble)} to mend"), (rest, f"{_things(rest)} to look at"))
        if number
    ]
    first = found[0]
    return f"{' and '.join(said).capitalize()}. First: {first.what} {first.todo}"


def _away(degraded: Sequence[str]) -> Iterator[Concern]:
    for name in degraded:
        what = _SERVICES_AWAY.get(name, f"Something cannot be read: {name}.")
        yield Concern(what=what, todo="See what runs.", address="/ops", command="./winnow status", trouble=True)


def _of_lanes(lanes: Sequence[Mapping[str, Any]]) -> Iterator[Concern]:
    for lane in lanes:
        name, ready = lane["lane"], lane["ready"]
        if lane["paused_since"]:
            waiting = f" {_counted(ready, 'message waits', 'messages wait')}." if ready else ""
            yield Concern(
                what=f"Lane {name} is paused.{waiting}",
                todo="Resume it as soon as its work may go on.",
                address="/ops/queues",
                command=f"./winnow resume {name}",
            )
        elif lane["consumers"] == 0:
            yield Concern(
                what=f"No node takes from lane {name}; {_counted(ready, 'message waits', 'messages wait')}.",
                todo="Start its nodes.",
                address="/ops/queues",
                command="./winnow status",
                trouble=True,
            )


def _of_jobs(findings: Sequence[DiagnosticFinding]) -> Iterator[Concern]:
    stuck = [finding for finding in findings if finding.kind == "stuck_job"]
    dead = [finding for finding in findings if finding.kind == "dead_task"]
    lost = [finding for finding in findings if finding.kind == "lost_journal"]
    if dead:
        yield Concern(
            what=f"{_counted(len(dead), 'task has', 'tasks have')} failed for good.",
            todo="Read why, mend the cause, then replay or discard.",
            address="/ops/dead",
            command="./winnow dead list",
            trouble=True,
        )
    if stuck:
        yield Concern(
            what=f"{_counted(len(stuck), 'job is', 'jobs are')} open and nothing was heard of it for a while.",
            todo="See where it stands; doctor says what mends it.",
            address="/ops/queues",
            command=f"./winnow trace {stuck[0].what}" if len(stuck) == 1 else "./winnow doctor",
            trouble=True,
        )
    if lost:
        yield Concern(
            what=f"{_counted(len(lost), 'journal was', 'journals were')} replaced by a newer one of the same node.",
            todo="If its folder is still there, adopt it.",
            address="/ops/journals",
            command="./winnow doctor",
        )


def _of_history(findings: Sequence[DiagnosticFinding]) -> Iterator[Concern]:
    lacking = sum(finding.count or 1 for finding in findings if finding.kind == "events_set_aside")
    if lacking:
        yield Concern(
            what=f"{_counted(lacking, 'event', 'events')} cannot be stored: the history of their jobs lacks them.",
            todo="Read why; it is a fault of Winnow to report.",
            address="/ops/journals",
            command="./winnow journals --set-aside",
        )


def _of_nodes(silent: Sequence[JournalSummaryView]) -> Iterator[Concern]:
    if silent:
        names = ", ".join(sorted(journal.node for journal in silent))
        yield Concern(
            what=f"{_counted(len(silent), 'node is', 'nodes are')} silent: {names}.",
            todo="Start it again, unless it was taken away on purpose.",
            address="/ops/journals",
            command="./winnow status",
        )


def _things(number: int) -> str:
    return "one thing" if number == 1 else f"{number} things"


def _counted(number: int | None, one: str, many: str) -> str:
    if number is None:
        return f"an unknown number of {many}"
    return f"1 {one}" if number == 1 else f"{number:,} {many}"
