"""/v1/ops/queues…: the lanes, how full they are, and their pause."""

from flask import Response

from winnow_gateway.api.schema_parts import ref
from winnow_gateway.collaborators import Collaborators
from winnow_gateway.operations import Answer, Call, Operation, json_answer
from winnow_gateway.operator_reads import OperatorReads
from winnow_gateway.steering import Steering
from winnow_gateway.views import public_lane


class Lanes:
    """Shows, pauses and resumes lanes."""

    def __init__(self, reads: OperatorReads, steering: Steering) -> None:
        self._reads = reads
        self._steering = steering

    def page(self, call: Call) -> Response:
        """All lanes."""
        return json_answer(self._reads.lanes())

    def pause(self, call: Call) -> Response:
        """Let nothing of the lane be begun."""
        lane = call.path["lane"]
        return json_answer(public_lane(lane, self._steering.pause(lane, call.principal.key_id), None))

    def resume(self, call: Call) -> Response:
        """Let the lane go on."""
        lane = call.path["lane"]
        return json_answer(public_lane(lane, self._steering.resume(lane, call.principal.key_id), None))


def operations(parts: Collaborators) -> tuple[Operation, ...]:
    """The operations on lanes."""
    lanes = Lanes(
        parts.operator_reads,
        parts.steering,
    )
    pause = "/v1/ops/queues/{lane}/pause"
    lane = {"application/json": ref("Lane")}
    return (
        Operation(
            name="list_lanes",
            method="GET",
            path="/v1/ops/queues",
            about="The lanes: since when paused, messages that wait, nodes that take them. degraded: what is unknown.",
            handler=lanes.page,
            scope="admin",
            answers=(Answer(status=200, about="All lanes.", content={"application/json": ref("Lanes")}),),
        ),
        Operation(
            name="pause_lane",
            method="PUT",
            path=pause,
            about="Let nothing of a lane be begun until it is resumed; what runs is interrupted at its next step.",
            handler=lanes.pause,
            scope="admin",
            answers=(Answer(status=200, about="It is paused; its counts are left out.", content=lane),),
            problems=("not-found", "unavailable"),
        ),
        Operation(
            name="resume_lane",
            method="DELETE",
            path=pause,
            about="Let a paused lane go on.",
            handler=lanes.resume,
            scope="admin",
            answers=(Answer(status=200, about="It goes on; its counts are left out.", content=lane),),
            problems=("not-found", "unavailable"),
        ),
    )
