"""Replays or discards every dead task that matches, so many at a time that a browser waits for it."""

from winnow_contracts.errors import Conflict, NotFound
from winnow_contracts.index_api.dead_tasks import ListDeadTasks
from winnow_gateway.dependencies import Dependencies

MOST = 200
"""The most tasks of one request: some seconds of work."""
ACTED = {"replay": "runs again", "discard": "is discarded"}
_ACTED_MANY = {"replay": "run again", "discard": "are discarded"}
_PAGE = 100


def act_on_all(parts: Dependencies, verb: str, wanted: dict[str, str | None], who: str) -> str:
    """Does it and returns a sentence about it. A task that is refused does not stop the next. Raises Unavailable.

    ``verb`` is ``replay`` or ``discard``, ``wanted`` the filters ``actor`` and ``tenant_id``, ``who`` a key's id.
    """
    task_ids, more = _matching(parts, wanted)
    acted, refusals = 0, []
    for task_id in task_ids:
        try:
            if verb == "replay":
                parts.steering.replay(task_id, who)
            else:
                parts.steering.discard(task_id, who)
            acted += 1
        except (Conflict, NotFound) as error:
            refusals.append(error.detail)
    said = [f"1 task {ACTED[verb]}." if acted == 1 else f"{acted} tasks {_ACTED_MANY[verb]}."]
    if refusals:
        said.append(f"{len(refusals)} refused, the first because: {refusals[0]}")
    if more:
        said.append(f"There are more than {MOST}: do it again for the rest.")
    return " ".join(said)


def _matching(parts: Dependencies, wanted: dict[str, str | None]) -> tuple[list[str], bool]:
    """The ids, read before any task is acted on because acting changes the list; and whether there are more."""
    found: list[str] = []
    cursor: str | None = None
    while len(found) < MOST:
        page = parts.index.ask(ListDeadTasks(limit=_PAGE, cursor=cursor, **wanted))
        found += [task.task_id for task in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    return found, cursor is not None
