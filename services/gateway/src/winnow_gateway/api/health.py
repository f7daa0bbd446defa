"""/healthz, /readyz, /metrics: whether the gateway is alive, whether it is ready, and its metrics."""

from flask import Response
from prometheus_client import CONTENT_TYPE_LATEST

from winnow_base import metrics
from winnow_base.http.readiness import Readiness
from winnow_gateway.api.schema_parts import ref
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.http.operations import ApiAnswer, Call, Operation, json_answer


class Health:
    """Answers supervisors, of whom nobody knows who they are: no answer costs more than reading a result."""

    def __init__(self, readiness: Readiness) -> None:
        self._readiness = readiness

    def alive(self, call: Call) -> Response:
        """Answers 200 as long as the process lives."""
        return json_answer({"status": "ok"})

    def ready(self, call: Call) -> Response:
        """Answers whether uploads can be accepted; ``degraded`` names the failed dependencies that only other answers
        need.
        """
        reasons, degraded = self._readiness.reasons, self._readiness.degraded
        return json_answer({"ready": not reasons, "reasons": reasons, "degraded": degraded}, 503 if reasons else 200)

    def metrics(self, call: Call) -> Response:
        """Returns every metric, summed over all processes of the gateway."""
        return Response(metrics.exposition(), content_type=CONTENT_TYPE_LATEST)


def operations(parts: Dependencies) -> tuple[Operation, ...]:
    """The operations for supervisors."""
    health = Health(parts.readiness)
    readiness = {"application/json": ref("Readiness")}
    return (
        Operation(
            name="healthz",
            method="GET",
            path="/healthz",
            about="Whether the process lives.",
            handler=health.alive,
            scope=None,
            answers=(ApiAnswer(status=200, about="It does.", content={"application/json": ref("Health")}),),
        ),
        Operation(
            name="readyz",
            method="GET",
            path="/readyz",
            about="Whether uploads can be taken, and what is missing.",
            handler=health.ready,
            scope=None,
            answers=(
                ApiAnswer(status=200, about="They can.", content=readiness),
                ApiAnswer(status=503, about="Requests cannot be served; reasons says why.", content=readiness),
            ),
        ),
        Operation(
            name="metrics",
            method="GET",
            path="/metrics",
            about="Metrics for Prometheus.",
            handler=health.metrics,
            scope=None,
            answers=(ApiAnswer(status=200, about="The metrics.", content={"text/plain": {"type": "string"}}),),
        ),
    )
