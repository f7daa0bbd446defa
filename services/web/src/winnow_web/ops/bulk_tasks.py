"""``/ops/tasks/all/<action>``: says how many tasks an action would be about, carries it out, and shows how far it is.

Each press does one slice and leads to the next; a script presses on. The address says where the action stands, so that
whoever comes back to it can go on.
"""

from urllib.parse import urlencode

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from winnow_contracts.errors import NotFound
from winnow_contracts.index_api.audit import AuditAction, AuditEntry, ListAudit
from winnow_gateway.clients.bulk_slices import SLICE, SliceDone
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.http.operations import check_path
from winnow_gateway.http.problems import FieldError
from winnow_ops.bulk_actions import BulkActions, meant
from winnow_web.ops.asked_tasks import asked_filters, tasks_command
from winnow_web.ops.frame import Operators

PATH = "/ops/tasks/all"
_LATEST_NUMBER = 1 << 53


def add_pages(blueprint: Blueprint, operators: Operators, parts: Dependencies) -> None:
    """Adds the page, and its form, which does the next slice."""
    bulk = BulkActions(parts.index, parts.steering)

    @blueprint.get(f"{PATH}/<action>")
    def ops_all_tasks(action: str) -> str:
        operators.reader()
        check_path({"action": action})
        given = _filters(AuditAction(action))
        audit_id = _number(request.args.get("audit_id"))
        entry = None if audit_id is None else _entry(parts, audit_id)
        count = bulk.count(AuditAction(action), given) if entry is None else None
        return render_template(
            "web/ops/bulk_tasks.html",
            action=action,
            given=given,
            query=urlencode(given),
            count=count,
            entry=entry,
            of=count.tasks if count else _number(request.args.get("of")),
            cursor=request.args.get("cursor") or "",
            command=tasks_command(given, action),
            slice=SLICE,
        )

    @blueprint.post(f"{PATH}/<action>")
    def ops_act_on_all_tasks(action: str) -> Response:
        actor = operators.actor()
        check_path({"action": action})
        given = _filters(AuditAction(action))
        audit_id, cursor = _number(request.form.get("audit_id")), request.form.get("cursor")
        place = (audit_id, cursor) if audit_id and cursor else None
        done = bulk.slice(AuditAction(action), given, actor.key_id, place)
        if done.refused:
            flash(_refused(done))
        stands = {"audit_id": done.audit_id, "of": request.form.get("of", ""), "cursor": done.next_cursor or ""}
        return redirect(f"{PATH}/{action}?{urlencode({**given, **{k: v for k, v in stands.items() if v}})}", 303)


def _filters(action: AuditAction) -> dict[str, str]:
    """The filters of the request, with what the action adds. Raises FieldError for a request that means all tasks."""
    given = meant(action, asked_filters(request.values))
    if not given:
        hint = "Filter the tasks first, by state or actor for example."
        raise FieldError(f"Say which tasks to {action}.", pointer="?", hint=hint)
    return given


def _entry(parts: Dependencies, audit_id: int) -> AuditEntry:
    """The audit log's entry of an action on many tasks. Raises NotFound."""
    found = parts.index.ask(ListAudit(limit=1, before_id=audit_id + 1)).items
    if not found or found[0].audit_id != audit_id or found[0].filter is None:
        raise NotFound(f"There is no action number {audit_id} on many tasks.", hint="Begin it again at the tasks.")
    return found[0]


def _number(text: str | None) -> int | None:
    """A number of an address or form; None for anything else."""
    number = int(text) if text and text.isascii() and text.isdecimal() and len(text) <= 16 else 0
    return number if 0 < number < _LATEST_NUMBER else None


def _refused(done: SliceDone) -> str:
    first = done.refusals[0]
    return f"{done.refused} refused in this slice, the first ({first['target']}) because: {first['detail']}"
