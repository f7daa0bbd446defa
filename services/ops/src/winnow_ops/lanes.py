"""/v1/ops/queues…: lists the lanes with their depths, pauses and resumes them."""

from flask import Response

from winnow_contracts.index_api.lanes import ListLaneStats
from winnow_gateway.api.schema_parts import ref
from winnow_gateway.clients.views import public_lane
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.http.operations import ApiAnswer, Call, Operation, QueryParameter, json_answer
from winnow_journal.codec import plain

_MINUTES = QueryParameter(
    name="minutes",
    about="How far back.",
    schema={"type": "integer", "minimum": 1, "maximum": 1440, "default": 60},
)
_SLICE_MINUTES = QueryParameter(
    name="slice_minutes",
    about="Of so many minutes only the one in which most waited.",
    schema={"type": "integer", "minimum": 1, "maximum": 60, "default": 1},
)


def operations(parts: Dependencies) -> tuple[Operation, ...]:
    """The operations on lanes."""
    steering = parts.steering

    def page(call: Call) -> Response:
        return json_answer(parts.operator_reads.lanes())

    def pause(call: Call) -> Response:
        lane = call.path["lane"]
        return json_answer(public_lane(lane, steering.pause(lane, call.principal.key_id), None))

    def resume(call: Call) -> Response:
        lane = call.path["lane"]
        return json_answer(public_lane(lane, steering.resume(lane, call.principal.key_id), None))

    def stats(call: Call) -> Response:
        return json_answer(plain(parts.index.ask(ListLaneStats(**call.query))))

    base = "/v1/ops/queues/{lane}/pause"
    lane = {"application/json": ref("Lane")}
    return (
        Operation(
            name="list_lanes",
            method="GET",
            path="/v1/ops/queues",
            about="The lanes: since when paused, messages that wait, nodes that take them. degraded: what is unknown.",
            handler=page,
            scope="ops:read",
            answers=(ApiAnswer(status=200, about="All lanes.", content={"application/json": ref("Lanes")}),),
        ),
        Operation(
            name="list_lane_stats",
            method="GET",
            path="/v1/ops/queues/stats",
            about="The lanes minute by minute, oldest first: messages that wait and that are with a node (unacked), the"
            " oldest task's wait, and within a minute the tasks sent (published) and the attempts ended (acked).",
            handler=stats,
            scope="ops:read",
            query=(_MINUTES, _SLICE_MINUTES),
            answers=(ApiAnswer(status=200, about="Them.", content={"application/json": ref("LaneStats")}),),
            problems=("unavailable",),
        ),
        Operation(
            name="pause_lane",
            method="PUT",
            path=base,
            about="Let nothing of a lane be begun until it is resumed; what runs is interrupted at its next step.",
            handler=pause,
            scope="admin",
            answers=(ApiAnswer(status=200, about="It is paused; its counts are left out.", content=lane),),
            problems=("not-found", "unavailable"),
        ),
        Operation(
            name="resume_lane",
            method="DELETE",
            path=base,
            about="Let a paused lane go on.",
            handler=resume,
            scope="admin",
            answers=(ApiAnswer(status=200, about="It goes on; its counts are left out.", content=lane),),
            problems=("not-found", "unavailable"),
        ),
    )
