"""What index found over all jobs, each with what is known of it on this machine."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from winnow_local.doctor.finding import Finding
from winnow_local.whereabouts import Whereabouts

_MOST_TRACED = 20
"""Stuck jobs that are looked for; many are stuck for one reason."""


def look(
    items: list[dict[str, Any]], where: Callable[[str], Whereabouts], folders: Mapping[str, Path]
) -> Iterator[Finding]:
    """Index's findings with a command each. ``where`` looks for a job; ``folders`` of journals here by their id."""
    traced = 0
    for item in items:
        match item["kind"]:
            case "stuck_job" if traced < _MOST_TRACED:
                traced += 1
                yield _stuck(item, where(item["what"]))
            case "stuck_job":
                yield _finding(item, f"./winnow trace {item['what']}")
            case "dead_task":
                yield _finding(item, f"./winnow dead replay {item['what']}")
            case "lost_journal" if item["what"] in folders:
                yield _finding(item, f"./winnow journal adopt {folders[item['what']]}")
            case _:
                # A lost journal whose folder is not here, attempts nobody can know of, outcomes that came second:
                # what they stood for went on elsewhere, or is stuck and told of as such.
                yield _finding(item, "")


def _stuck(item: dict[str, Any], answer: Whereabouts) -> Finding:
    mend = f"./winnow trace {item['what']}"
    if answer.place == "unknown":
        mend = f"./winnow cancel {item['what']} && ./winnow retry {item['what']}"
    return Finding(kind=item["kind"], what=item["what"], detail=f"{item['detail']} {answer.sentence}", mend=mend)


def _finding(item: dict[str, Any], mend: str) -> Finding:
    count = f" ({item['count']} times)" if item.get("count", 1) > 1 else ""
    return Finding(kind=item["kind"], what=item["what"], detail=f"{item['detail']}{count}", mend=mend)
