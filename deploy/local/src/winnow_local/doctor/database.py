"""Reports index's findings over all jobs, each with the command that repairs it."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from winnow_cli.locate.evidence import Evidence
from winnow_local.doctor import stuck
from winnow_local.doctor.finding import DoctorFinding

_MOST_TRACED = 20
"""The most stuck jobs that are traced; many are stuck for one reason."""


def look(
    items: list[dict[str, Any]], trace: Callable[[str], Evidence], folders: Mapping[str, Path]
) -> Iterator[DoctorFinding]:
    """Index's findings, each with a command. ``trace`` gives the evidence of a job; ``folders`` of journals by id."""
    traced = 0
    for item in items:
        match item["kind"]:
            case "stuck_job" if traced < _MOST_TRACED:
                traced += 1
                yield stuck.finding(item, trace(item["what"]))
            case "stuck_job":
                yield _finding(item, f"./winnow trace {item['what']}")
            case "dead_task":
                yield _finding(item, f"./winnow dead replay {item['what']}")
            case "lost_journal" if item["what"] in folders:
                yield _finding(item, f"./winnow journal adopt {folders[item['what']]}")
            case "events_set_aside":
                yield _finding(item, "./winnow journals --set-aside")
            case _:
                # No command for a lost journal whose folder is not here, unknown attempts, superseded outcomes: their
                # work continued elsewhere, or its job is reported as stuck.
                yield _finding(item, "")


def _finding(item: dict[str, Any], mend: str) -> DoctorFinding:
    count = f" ({item['count']} times)" if item.get("count", 1) > 1 else ""
    return DoctorFinding(kind=item["kind"], what=item["what"], detail=f"{item['detail']}{count}", mend=mend)
