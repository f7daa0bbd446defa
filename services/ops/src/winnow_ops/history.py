"""/v1/ops/journals…, /findings, /jobs/{id}/trace and /journals: history over all tenants, and what needs a look."""

from datetime import UTC, datetime

from flask import Response

from winnow_contracts.index_api.operators import ListEventsSetAside, ListFindings, ListJournals
from winnow_gateway.api.list_filters import LIMIT
from winnow_gateway.api.schema_parts import ref
from winnow_gateway.clients.views import without_none
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.http.operations import ApiAnswer, Call, Operation, QueryParameter, json_answer
from winnow_journal.codec import plain
from winnow_ops.silence import state

_STUCK = QueryParameter(
    name="stuck_seconds",
    about="An open job counts as stuck after so long without news.",
    schema={"type": "integer", "minimum": 1, "maximum": 31_536_000, "default": 900},
)


def operations(parts: Dependencies) -> tuple[Operation, ...]:
    """The operations on history."""
    index = parts.index

    def journals(call: Call) -> Response:
        now = datetime.now(UTC)
        found = index.ask(ListJournals()).items
        return json_answer({"items": [{**plain(one), "state": state(one, now)} for one in found]})

    def set_aside(call: Call) -> Response:
        return json_answer(plain(index.ask(ListEventsSetAside(**call.query))))

    def findings(call: Call) -> Response:
        found = index.ask(ListFindings(stuck_seconds=call.query["stuck_seconds"]))
        return json_answer({"items": [without_none(finding) for finding in found.items]})

    def trace(call: Call) -> Response:
        return json_answer(parts.operator_reads.trace(call.path["job_id"]))

    def journals_now(call: Call) -> Response:
        return json_answer(parts.node_journals.summaries())

    def job_journals(call: Call) -> Response:
        return json_answer(parts.node_journals.job(call.path["job_id"]))

    return (
        Operation(
            name="list_journals",
            method="GET",
            path="/v1/ops/journals",
            about="Every node's journal: how far index has applied it, when it was seen, and whether it is in use,"
            " silent, or replaced by a newer one of its node.",
            handler=journals,
            scope="ops:read",
            answers=(ApiAnswer(status=200, about="All.", content={"application/json": ref("Journals")}),),
            problems=("unavailable",),
        ),
        Operation(
            name="list_events_set_aside",
            method="GET",
            path="/v1/ops/journals/set-aside",
            about="The latest events that PostgreSQL can never store, each with why and what it tells: the history of"
            " their jobs lacks them, and their journals went on behind them.",
            handler=set_aside,
            scope="ops:read",
            query=(LIMIT,),
            answers=(ApiAnswer(status=200, about="Them.", content={"application/json": ref("EventsSetAside")}),),
            problems=("unavailable",),
        ),
        Operation(
            name="list_findings",
            method="GET",
            path="/v1/ops/findings",
            about="What a person should look at: stuck jobs, dead tasks, lost journals, attempts without a"
            " known end, events set aside.",
            handler=findings,
            scope="ops:read",
            query=(_STUCK,),
            answers=(ApiAnswer(status=200, about="All.", content={"application/json": ref("Findings")}),),
            problems=("unavailable",),
        ),
        Operation(
            name="get_any_job_trace",
            method="GET",
            path="/v1/ops/jobs/{job_id}/trace",
            about="Every task, attempt, step and event of any tenant's job, oldest first.",
            handler=trace,
            scope="ops:read",
            answers=(ApiAnswer(status=200, about="It.", content={"application/json": ref("Trace")}),),
            problems=("not-found", "unavailable"),
        ),
        Operation(
            name="list_journals_now",
            method="GET",
            path="/v1/ops/journals/now",
            about="What each node's journal holds now, asked at the nodes; needs neither index nor broker."
            " missing: nodes that did not answer.",
            handler=journals_now,
            scope="ops:read",
            answers=(ApiAnswer(status=200, about="All.", content={"application/json": ref("JournalsNow")}),),
        ),
        Operation(
            name="get_any_job_journals",
            method="GET",
            path="/v1/ops/jobs/{job_id}/journals",
            about="Every row of any tenant's job in the nodes' journals, asked at the nodes; needs neither index nor"
            " broker. missing: nodes that did not answer.",
            handler=job_journals,
            scope="ops:read",
            answers=(ApiAnswer(status=200, about="All.", content={"application/json": ref("JobJournals")}),),
            problems=("not-found",),
        ),
    )
