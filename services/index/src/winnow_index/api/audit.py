"""Routes of the audit log."""

from flask import Flask, request

from winnow_contracts.errors import BadInput
from winnow_contracts.index_api.audit import AuditAction, AuditPage, ListAudit, NoteAction, Noted
from winnow_index.api.request_args import body, text, whole
from winnow_index.api.serving import serves
from winnow_index.control.audit import AuditLog

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
        try:
            action = AuditAction(text(given, "action"))
        except ValueError as error:
            raise BadInput("action is none that the audit log knows.", code="invalid-field") from error
        return Noted(audit_id=log.note(text(given, "who"), action, text(given, "target")))
