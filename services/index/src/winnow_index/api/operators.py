"""Routes that show operators how the journals stand and what is amiss."""

from flask import Flask, Response, jsonify

from winnow_index.api.questions import whole
from winnow_index.findings import Findings


def add(app: Flask, findings: Findings) -> None:
    """Add the routes."""

    @app.get("/internal/v1/journals")
    def journals() -> Response:
        return jsonify({"items": findings.journals()})

    @app.get("/internal/v1/findings")
    def all_findings() -> Response:
        stuck_seconds = whole("stuck_seconds", 900, at_least=0, at_most=86_400 * 365)
        return jsonify({"items": findings.all(stuck_seconds)})

    @app.get("/internal/v1/findings/attempts")
    def odd_attempts() -> Response:
        return jsonify(findings.odd_attempts())
