"""Routes for tasks that failed for good."""

from flask import Flask, Response, jsonify

from winnow_index.api.questions import body, page, text
from winnow_index.dead import DeadTasks


def add(app: Flask, tasks: DeadTasks) -> None:
    """Add the routes."""

    @app.get("/internal/v1/dead")
    def dead_list() -> Response:
        return jsonify(tasks.page(**page("actor", "tenant_id")))

    @app.get("/internal/v1/dead/<task_id>")
    def dead(task_id: str) -> Response:
        return jsonify(tasks.one(task_id))

    @app.post("/internal/v1/dead/<task_id>/discard")
    def discard(task_id: str) -> Response:
        return jsonify(tasks.discard(task_id, text(body(), "who")))
