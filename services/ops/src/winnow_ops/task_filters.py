"""The filters of operators' lists of tasks, as parameters of a query and as fields of a body or form."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from winnow_contracts import queues
from winnow_contracts.commands import COMMANDS
from winnow_contracts.states import TaskState
from winnow_gateway.http.operations import QueryParameter, read_value
from winnow_gateway.http.problems import FieldError

_NAME = {"type": "string", "minLength": 1, "maxLength": 200}
_INSTANT = {"type": "string", "format": "date-time", "maxLength": 40}
TASK_FILTERS = (
    QueryParameter(name="state", about="Only in this state.", schema={"type": "string", "enum": list(TaskState)}),
    QueryParameter(name="actor", about="Only of this actor.", schema={"type": "string", "enum": list(COMMANDS)}),
    QueryParameter(name="queue", about="Only of this lane.", schema={"type": "string", "enum": list(queues.LANES)}),
    QueryParameter(name="node", about="Only of this node.", schema=_NAME),
    QueryParameter(name="tenant_id", about="Only of this tenant.", schema=_NAME),
    QueryParameter(name="text", about="A part of the last error, or a whole id of a task, job or media.", schema=_NAME),
    QueryParameter(name="since", about="Only enqueued at this time or later.", schema=_INSTANT),
    QueryParameter(name="until", about="Only enqueued before this time.", schema=_INSTANT),
)


def read_filters(given: Mapping[str, Any], *, where: str) -> dict[str, str]:
    """Returns the filters of a body or form, checked, as they were given. Raises FieldError for one that is none.

    ``where`` is the start of the error's pointer.
    """
    known = {one.name: one for one in TASK_FILTERS}
    for name, text in given.items():
        if name not in known or not isinstance(text, str):
            raise FieldError(f"There is no filter {name[:60]!r} that is a text.", pointer=where + name[:60])
        read_value(known[name], text, where=where)
    task_filter(dict(given))
    return dict(given)


def task_filter(query: dict[str, Any]) -> dict[str, Any]:
    """Returns the filters of a checked query under the names of ``ListTasks``. Raises FieldError for a bad time."""
    texts = {name: query.get(name) for name in ("state", "actor", "queue", "node", "tenant_id", "text")}
    return {
        **texts,
        "since_ms": instant_ms("since", query.get("since")),
        "until_ms": instant_ms("until", query.get("until")),
    }


def instant_ms(name: str, text: str | None) -> int | None:
    """Returns an RFC 3339 instant in Unix milliseconds, None without one; without an offset it is in UTC.

    Raises FieldError.
    """
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
        return max(0, round((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() * 1000))
    except (ValueError, OverflowError) as error:
        raise FieldError(
            f"{name!r} is no time.", pointer=f"?{name}", hint="It looks like 2026-11-21T04:00:00Z."
        ) from error
