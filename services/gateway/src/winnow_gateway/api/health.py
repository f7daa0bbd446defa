"""/healthz, /readyz, /metrics: whether the gateway is alive, whether it is ready, and its metrics."""

import threading
import time
from collections.abc import Iterable

from flask import Response
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from winnow_chassis.worker.routes import Dependency
from winnow_contracts.errors import WinnowError
from winnow_gateway.api.schema_parts import ref
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.http.operations import ApiAnswer, Call, Operation, json_answer

_REMEMBER_SECONDS = 2.0


class Health:
    """Answers supervisors. Probe results are cached for a moment."""

    def __init__(self, parts: Dependencies) -> None:
        self._parts = parts
        self._lock = threading.Lock()
        self._until = float("-inf")
        self._found: tuple[dict[str, str], dict[str, str]] = ({}, {})

    def alive(self, call: Call) -> Response:
        """Answers 200 as long as the process lives."""
        return json_answer({"status": "ok"})

    def ready(self, call: Call) -> Response:
        """Answers whether uploads can be accepted; ``degraded`` names the failed dependencies that only other answers
        need.
        """
        with self._lock:
            if time.monotonic() > self._until:
                self._found = _reasons(self._parts.needed), _reasons(self._parts.helpful)
                self._until = time.monotonic() + _REMEMBER_SECONDS
            reasons, degraded = self._found
        return json_answer({"ready": not reasons, "reasons": reasons, "degraded": degraded}, 503 if reasons else 200)

    def metrics(self, call: Call) -> Response:
        """Returns every metric, summed over all processes of the gateway."""
        return Response(generate_latest(_registry()), content_type=CONTENT_TYPE_LATEST)


def _reasons(dependencies: Iterable[Dependency]) -> dict[str, str]:
    """Returns what is wrong, by the dependency's name."""
    found = {}
    for dependency in dependencies:
        try:
            dependency.probe()
        except WinnowError as error:
            found[dependency.name] = error.detail
    return found


def _registry() -> CollectorRegistry:
    """Returns the registry of all processes if ``server`` set one up, else the registry of this process."""
    shared = CollectorRegistry()
    try:
        MultiProcessCollector(shared)  # type: ignore[no-untyped-call]
    except ValueError:
        # No folder is shared between processes: this process is the only one.
        return REGISTRY
    return shared


def operations(parts: Dependencies) -> tuple[Operation, ...]:
    """The operations for supervisors."""
    health = Health(parts)
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
                ApiAnswer(status=503, about="They can not; reasons says why.", content=readiness),
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
