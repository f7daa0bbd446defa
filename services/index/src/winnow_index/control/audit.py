"""The audit log: who did what, written in the transaction that does it."""

from typing import Any

from winnow_contracts.envelope import now_ms
from winnow_contracts.errors import NotFound
from winnow_contracts.index_api.audit import AuditAction, AuditEntry, AuditPage
from winnow_index.database import Database, Transaction
from winnow_index.views import instant, instant_or_none
from winnow_journal.codec import encode


def note(transaction: Transaction, who: str, action: AuditAction, target: str) -> int:
    """Add an entry for what the key ``who`` does, with the key's name. Returns its number."""
    at_ms = now_ms()
    entry = {"who": who, "action": action.value, "target": target, "filter": None, "done": 1}
    row = transaction.row("add_audit", {**entry, "now_ms": at_ms, "ended_ms": at_ms})
    assert row is not None
    return int(row["audit_id"])


class AuditLog:
    """Reads the log, and notes what index does not do itself. All methods raise Unavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def note(self, who: str, action: AuditAction, target: str) -> int:
        """Add an entry. Returns its number."""
        with self._database.transaction() as transaction:
            return note(transaction, who, action, target)

    def begin_bulk(self, who: str, action: AuditAction, wanted: dict[str, Any]) -> int:
        """Add the entry of a bulk action over the tasks that match ``wanted``. Returns its number."""
        entry = {"who": who, "action": action.value, "target": "", "filter": encode(wanted).decode(), "done": 0}
        with self._database.transaction() as transaction:
            row = transaction.row("add_audit", {**entry, "now_ms": now_ms(), "ended_ms": None})
        assert row is not None
        return int(row["audit_id"])

    def count_bulk(self, audit_id: int, who: str, *, done: int, refused: int, ended: bool) -> None:
        """Add to what a bulk action has done. Raises NotFound unless ``who`` began it and it goes on."""
        counted = {"audit_id": audit_id, "who": who, "done": done, "refused": refused}
        with self._database.transaction() as transaction:
            found = transaction.run("count_bulk", {**counted, "ended_ms": now_ms() if ended else None})
        if not found:
            raise NotFound(
                f"No bulk action {audit_id} of this key goes on.", hint="Begin it again, without its number."
            )

    def page(self, *, limit: int, before_id: int | None, action: str | None, key_id: str | None) -> AuditPage:
        """Entries, newest first, from the one before ``before_id`` on."""
        wanted = {"before_id": before_id, "action": action, "key_id": key_id, "limit": limit + 1}
        with self._database.transaction() as transaction:
            rows = transaction.rows("list_audit", wanted)
        more = len(rows) > limit
        return AuditPage(
            items=tuple(_entry(row) for row in rows[:limit]), next_before=rows[limit - 1]["audit_id"] if more else None
        )


def _entry(row: dict[str, Any]) -> AuditEntry:
    return AuditEntry(
        audit_id=row["audit_id"],
        at=instant(row["at_ms"]),
        key_id=row["key_id"],
        key_name=row["key_name"],
        action=AuditAction(row["action"]),
        target=row["target"],
        filter=row["filter"],
        done=row["done"],
        refused=row["refused"],
        ended_at=instant_or_none(row["ended_ms"]),
    )
