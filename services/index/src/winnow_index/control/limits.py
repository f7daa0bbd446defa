"""Limits of AI calls: what operators have set, what is in force and used, and a log by the minute."""

from typing import Any

from winnow_contracts.envelope import now_ms
from winnow_contracts.errors import NotFound
from winnow_contracts.index_api.audit import AuditAction
from winnow_contracts.index_api.limits import LIMIT_NAMES, LimitLog, LimitMinute, Limits, LimitView
from winnow_index.control.audit import note
from winnow_index.database import Database, Transaction
from winnow_index.views import instant, instant_or_none


class CallLimits:
    """Reads and sets limits. ``Places`` and ``RateLimits`` ask for them at each call, so that a change acts at once.

    All methods raise Unavailable if PostgreSQL does not answer.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> Limits:
        """Every limit, with how much of it is used."""
        with self._database.transaction() as transaction:
            return _read(transaction)

    def set(self, name: str, tenant_id: str, value: int, who: str) -> Limits:
        """Set a limit for the key ``who``; of all tenants together if ``tenant_id`` is empty. Raises NotFound."""
        asked = {"value": value, "who": who, "now_ms": now_ms()}
        return self._change(AuditAction.SET_LIMIT, name, tenant_id, who, f" = {value}", asked)

    def reset(self, name: str, tenant_id: str, who: str) -> Limits:
        """Let the nodes' setting hold again. Raises NotFound."""
        return self._change(AuditAction.RESET_LIMIT, name, tenant_id, who, "", {})

    def _change(
        self, action: AuditAction, name: str, tenant_id: str, who: str, to: str, more: dict[str, Any]
    ) -> Limits:
        if name not in LIMIT_NAMES or (tenant_id and not name.endswith(".at_once")):
            raise NotFound(f"There is no limit {name}{' of a tenant' if tenant_id else ''}.")
        with self._database.transaction() as transaction:
            if transaction.run(action.value, {"name": name, "tenant_id": tenant_id, **more}):
                note(transaction, who, action, f"{name}{' of ' if tenant_id else ''}{tenant_id}{to}")
            return _read(transaction)

    def log(self, minutes: int) -> LimitLog:
        """The last minutes, oldest first."""
        with self._database.transaction() as transaction:
            rows = transaction.rows("list_limit_log", {"since_ms": now_ms() - minutes * 60_000})
        return LimitLog(items=tuple(LimitMinute(at=instant(row.pop("minute_ms")), **row) for row in rows))


def log_calls(transaction: Transaction, api: str, tenant_id: str, *, used: bool = False, refused: bool = False) -> None:
    """Add to what a tenant used in this minute. ``api`` is the name of a limit or of a line, which begins with it."""
    counted = {"api": api.split()[0], "tenant_id": tenant_id, "used": int(used), "refused": int(refused)}
    transaction.run("log_calls", counted)


def _read(transaction: Transaction) -> Limits:
    rows = transaction.rows("list_limits", {"names": list(LIMIT_NAMES)})
    return Limits(items=tuple(LimitView(set_at=instant_or_none(row.pop("set_ms")), **row) for row in rows))
