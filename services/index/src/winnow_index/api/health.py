"""Routes for health and metrics, which need no token."""

from collections.abc import Callable

from flask import Flask, Response, jsonify
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from winnow_contracts.errors import WinnowError

OPEN = frozenset(("/healthz", "/readyz", "/metrics"))


def add(app: Flask, probe: Callable[[], None]) -> None:
    """Add the routes. ``probe`` raises Unavailable if PostgreSQL does not answer."""

    @app.get("/healthz")
    def healthz() -> Response:
        return jsonify({"status": "ok"})

    @app.get("/readyz")
    def readyz() -> tuple[Response, int]:
        try:
            probe()
        except WinnowError as error:
            return jsonify({"ready": False, "reasons": {"postgres": error.detail}}), 503
        return jsonify({"ready": True, "reasons": {}}), 200

    @app.get("/metrics")
    def metrics() -> Response:
        return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)
