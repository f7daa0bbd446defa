"""Routes that cancel jobs and pause lanes."""

from flask import Flask, Response, jsonify

from winnow_contracts.errors import BadInput
from winnow_contracts.wire import to_json
from winnow_index.api.questions import body, text
from winnow_index.steering import Steering


def add(app: Flask, steering: Steering) -> None:
    """Add the routes."""

    @app.get("/internal/v1/control")
    def control() -> Response:
        return jsonify(to_json(steering.control()))

    @app.post("/internal/v1/jobs/<job_id>/cancel")
    def cancel(job_id: str) -> Response:
        given = body()
        media_id = given.get("media_id")
        if media_id is not None and not isinstance(media_id, str):
            raise BadInput("media_id must be a text or null.", code="invalid-field")
        return jsonify(steering.cancel(text(given, "tenant_id"), job_id, media_id))

    @app.put("/internal/v1/lanes/<lane>/pause")
    def pause(lane: str) -> Response:
        return jsonify({"paused": steering.pause(lane, text(body(), "who"))})

    @app.delete("/internal/v1/lanes/<lane>/pause")
    def resume(lane: str) -> Response:
        return jsonify({"paused": steering.resume(lane)})
