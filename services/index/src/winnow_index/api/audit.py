"""Routes of the audit log."""

from typing import Any

from flask import Flask, request

from winnow_contracts.errors import BadInput
from winnow_contracts.index_api.audit import AuditAction, AuditPage, BeginBulk, CountBulk, ListAudit, NoteAction, Noted
from winnow_index.api.request_args import body, number, text, whole
from winnow_index.api.serving import serves
from winnow_index.control.audit import AuditLog
from winnow_index.store.sanitize import sanitize

_LAST_ID = 1 << 62


def add(app: Flask, log: AuditLog) -> None:
    """Add the routes."""

    @serves(app, ListAudit)
    def page() -> AuditPage:
        before_id = whole("before_id", 0, at_least=0, at_most=_LAST_ID) if "before_id" in request.args else None
        limit = whole("limit", 20, at_least=1, at_most=100)
        return log.page(
            limit=limit, before_id=before_id, action=request.args.get("action"), key_id=request.args.get("key_id")
        )

    @serves(app, NoteAction)
    def note() -> Noted:
        given = body()
        return Noted(audit_id=log.note(text(given, "who"), _action(given), text(given, "target")))

    @serves(app, BeginBulk)
    def begin_bulk() -> Noted:
        given = body()
        wanted = given.get("filter")
        if not isinstance(wanted, dict):
            raise BadInput("filter must be a JSON object.", code="invalid-field")
        return Noted(audit_id=log.begin_bulk(text(given, "who"), _action(given), sanitize(wanted)))

    @serves(app, CountBulk)
    def count_bulk(audit_id: str) -> Noted:
        given = body()
        if not audit_id.isdecimal() or len(audit_id) > 18:
            raise BadInput("audit_id must be a number.", code="invalid-field")
        done, refused = (int(number(given, name, over=-1, at_most=10_000)) for name in ("done", "refused"))
        ended = given.get("ended") is True
        log.count_bulk(int(audit_id), text(given, "who"), done=done, refused=refused, ended=ended)
        return Noted(audit_id=int(audit_id))


def _action(given: dict[str, Any]) -> AuditAction:
    try:
        return AuditAction(text(given, "action"))
    except ValueError as error:
        raise BadInput("action is none that the audit log knows.", code="invalid-field") from error
