"""Routes that tell what became of jobs and tasks."""

from flask import Flask, Response, jsonify

from winnow_contracts.errors import BadInput
from winnow_contracts.wire import to_json
from winnow_index.api.questions import body, job_ids, text, text_or_none
from winnow_index.history import History

_MOST_STATUSES = 1000


def add(app: Flask, history: History) -> None:
    """Add the routes."""

    @app.post("/internal/v1/jobs/ended")
    def ended() -> Response:
        return jsonify({"ended": history.ended(job_ids(body()))})

    @app.post("/internal/v1/jobs/statuses")
    def statuses() -> Response:
        return jsonify({"jobs": history.statuses(job_ids(body(), at_most=_MOST_STATUSES))})

    @app.post("/internal/v1/tasks/past")
    def past() -> Response:
        given = body()
        run, retry, again = given.get("run"), given.get("retry", 0), given.get("again", False)
        if type(run) is not int or type(retry) is not int or type(again) is not bool:
            raise BadInput("run and retry must be numbers, again true or false.", code="invalid-field")
        found = history.past(
            text(given, "task_id"),
            text(given, "job_id"),
            run,
            again=again,
            retry=retry,
            journal_id=text_or_none(given, "journal_id") or "",
        )
        return jsonify(to_json(found))
