"""``/ops/queues``: the lanes, what waits in them and who takes of them; pauses and resumes them."""

from flask import Blueprint, flash, redirect, render_template
from werkzeug.wrappers import Response

from winnow_gateway.dependencies import Dependencies
from winnow_gateway.http.operations import check_path
from winnow_web.ops.frame import Operators, OpsPage

PATH = "/ops/queues"


def add_pages(blueprint: Blueprint, operators: Operators, parts: Dependencies) -> None:
    """Adds the page and the forms ``<lane>/pause`` and ``<lane>/resume`` below it."""

    @blueprint.get(PATH)
    def ops_queues() -> str:
        operators.reader()
        return render_template("web/ops/queues.html", **parts.operator_reads.lanes())

    @blueprint.post(f"{PATH}/<lane>/pause")
    def ops_pause(lane: str) -> Response:
        actor = operators.actor()
        check_path({"lane": lane})
        parts.steering.pause(lane, actor.key_id)
        flash(f"Lane {lane} is paused: its messages wait, and what runs goes back to it at its next step.")
        return redirect(PATH, 303)

    @blueprint.post(f"{PATH}/<lane>/resume")
    def ops_resume(lane: str) -> Response:
        actor = operators.actor()
        check_path({"lane": lane})
        parts.steering.resume(lane, actor.key_id)
        flash(f"Lane {lane} goes on.")
        return redirect(PATH, 303)


PAGE = OpsPage(title="Queues", path=PATH, add=add_pages)
