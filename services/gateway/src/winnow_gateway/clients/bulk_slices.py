"""One slice of a bulk action: acts on each of its targets; the audit log has one entry for all slices."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from winnow_base.http.internal_clients import IndexClient
from winnow_contracts.errors import Conflict, Gone, NotFound
from winnow_contracts.index_api.audit import BeginBulk, CountBulk

SLICE = 100
"""The most targets of one slice: a second of work on a machine at rest, so that no client of a busy one gives up."""
_TOLD = 10


@dataclass(frozen=True, kw_only=True)
class SliceDone:
    """What one slice did. ``refusals`` are the first ten that were refused, each with the reason.

    The next slice continues with ``next_cursor`` and ``audit_id``; without a cursor the action has ended.
    """

    audit_id: int
    done: int
    refused: int
    refusals: tuple[dict[str, str], ...]
    next_cursor: str | None


def do_slice(
    index: IndexClient,
    begun: BeginBulk,
    audit_id: int | None,
    targets: Mapping[str, Callable[[], object]],
    next_cursor: str | None,
) -> SliceDone:
    """Carries one slice out, and counts in the audit log what it did. ``targets`` has what to do by target.

    ``begun`` becomes the entry of the log, unless ``audit_id`` is that of an action that has begun. Each target is
    checked as if it were acted on alone; one that is refused does not stop the next. Nothing is kept here. Raises
    NotFound before anything is done if no such action goes on, and Unavailable.
    """
    if audit_id is None:
        audit_id = index.ask(begun).audit_id
    else:
        index.ask(CountBulk(audit_id=str(audit_id), who=begun.who, done=0, refused=0, ended=False))
    refusals = []
    for target, act in targets.items():
        try:
            act()
        except (Conflict, Gone, NotFound) as error:
            refusals.append({"target": target, "detail": error.detail})
    done, refused = len(targets) - len(refusals), len(refusals)
    ended = next_cursor is None
    index.ask(CountBulk(audit_id=str(audit_id), who=begun.who, done=done, refused=refused, ended=ended))
    return SliceDone(
        audit_id=audit_id, done=done, refused=refused, refusals=tuple(refusals[:_TOLD]), next_cursor=next_cursor
    )
