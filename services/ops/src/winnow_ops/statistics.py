"""/v1/ops/stats and /v1/ops/duplicates: what a window of history adds up to, and what ran more than once."""

from typing import Any

from flask import Response

from winnow_contracts.commands import COMMANDS
from winnow_contracts.index_api.duplicates import ListDuplicates, OddOutcome, RepeatCause, RepeatedRun
from winnow_contracts.index_api.statistics import ReadStatistics
from winnow_gateway.api.list_filters import CURSOR, LIMIT
from winnow_gateway.api.schema_parts import Schema, ref
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.http.operations import ApiAnswer, Call, Operation, QueryParameter, json_answer
from winnow_journal.codec import plain
from winnow_ops.task_filters import instant_ms

_NAME: Schema = {"type": "string", "minLength": 1, "maxLength": 200}
_INSTANT: Schema = {"type": "string", "format": "date-time", "maxLength": 40}
_ACTOR = QueryParameter(name="actor", about="Only of this actor.", schema={"type": "string", "enum": list(COMMANDS)})
_NODE = QueryParameter(name="node", about="Only on this node.", schema=_NAME)
_TENANT = QueryParameter(name="tenant_id", about="Only of this tenant.", schema=_NAME)
_CAUSE = QueryParameter(
    name="cause", about="Only with this cause.", schema={"type": "string", "enum": list(RepeatCause)}
)
_OUTCOME = QueryParameter(
    name="outcome", about="Only with this end.", schema={"type": "string", "enum": list(OddOutcome)}
)


def operations(parts: Dependencies) -> tuple[Operation, ...]:
    """The operations on statistics."""
    index = parts.index

    def stats(call: Call) -> Response:
        whose = {name: call.query[name] for name in ("actor", "tenant_id")}
        return json_answer(plain(index.ask(ReadStatistics(**_window(call), **whose))))

    def duplicates(call: Call) -> Response:
        wanted = {name: call.query[name] for name in ("limit", "cursor", "cause", "outcome", "actor", "node")}
        found = index.ask(ListDuplicates(**_window(call), **wanted))
        return json_answer({**plain(found), "items": [_public(one) for one in found.items]})

    return (
        Operation(
            name="read_stats",
            method="GET",
            path="/v1/ops/stats",
            about="What a window adds up to: tasks by state, success by actor and node, percentiles of waits and runs,"
            " the cost of a job, and the task that waits longest. The last day, unless since is given.",
            handler=stats,
            scope="ops:read",
            query=(*_times("ended"), _ACTOR, _TENANT),
            answers=(ApiAnswer(status=200, about="It.", content={"application/json": ref("Statistics")}),),
            problems=("unavailable",),
        ),
        Operation(
            name="list_duplicates",
            method="GET",
            path="/v1/ops/duplicates",
            about="Every run of a task that repeated another, with its cause, and every one whose end is unknown or was"
            " superseded, newest first; with the sums by cause, which heed neither cause nor outcome.",
            handler=duplicates,
            scope="ops:read",
            query=(LIMIT, CURSOR, _CAUSE, _OUTCOME, _ACTOR, _NODE, *_times("begun")),
            answers=(ApiAnswer(status=200, about="A page.", content={"application/json": ref("DuplicatesPage")}),),
            problems=("invalid-cursor", "unavailable"),
        ),
    )


def _times(what: str) -> tuple[QueryParameter, QueryParameter]:
    return (
        QueryParameter(name="since", about=f"Only {what} at this time or later.", schema=_INSTANT),
        QueryParameter(name="until", about=f"Only {what} before this time.", schema=_INSTANT),
    )


def _window(call: Call) -> dict[str, Any]:
    """The window of a checked query, in Unix milliseconds. Raises FieldError for a bad time."""
    return {f"{name}_ms": instant_ms(name, call.query[name]) for name in ("since", "until")}


def _public(run: RepeatedRun) -> dict[str, Any]:
    links = {"task": f"/v1/ops/tasks/{run.task_id}", "trace": f"/v1/ops/jobs/{run.job_id}/trace"}
    return {**plain(run), "links": links}
