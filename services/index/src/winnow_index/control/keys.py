"""Keeps the API keys: hashes of their secrets, until when they are good, and when they were last used."""

from collections.abc import Mapping

from winnow_contracts.envelope import now_ms
from winnow_contracts.errors import Conflict, NotFound
from winnow_contracts.index_api.audit import AuditAction
from winnow_contracts.index_api.keys import CreateKey, KeyView
from winnow_contracts.json_codec import to_json
from winnow_contracts.tenants import refuse_reserved
from winnow_index.control.audit import note
from winnow_index.database import Database, Transaction
from winnow_index.usage.usage import day_number, today
from winnow_journal.codec import encode


class ApiKeys:
    """Lists, creates and revokes keys. All methods raise Unavailable if PostgreSQL does not answer."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[KeyView]:
        """Every key, also revoked ones."""
        with self._database.transaction() as transaction:
            return _read(transaction, None)

    def create(self, asked: CreateKey) -> KeyView:
        """Keep a new key.

        Raises Conflict (``not-ready``) if another key has its id, BadInput for a tenant that is Winnow's own.
        """
        refuse_reserved(asked.tenant_id)
        with self._database.transaction() as transaction:
            if not add_key(transaction, asked):
                raise Conflict(f"There is a key {asked.key_id} already.", code="not-ready", hint="Create another.")
            note(transaction, asked.who, AuditAction.CREATE_KEY, asked.key_id)
            return _read(transaction, asked.key_id)[0]

    def revoke(self, key_id: str, who: str) -> KeyView:
        """Revoke a key for the key ``who``. One that is revoked already stays as it is.

        Raises NotFound, and Conflict (``not-ready``) for the key ``who`` itself, so that an admin's key remains.
        """
        if key_id == who:
            raise Conflict(f"The key {key_id} cannot revoke itself.", code="not-ready", hint="Use another admin's.")
        with self._database.transaction() as transaction:
            if transaction.run("revoke_key", {"key_id": key_id, "now_ms": now_ms()}):
                note(transaction, who, AuditAction.REVOKE_KEY, key_id)
            found = _read(transaction, key_id)
        if not found:
            raise NotFound(f"There is no key {key_id}.", hint="./winnow keys list shows them.")
        return found[0]

    def note_uses(self, used: Mapping[str, int], requests: Mapping[str, int] | None = None) -> int:
        """Write down when keys were last used (Unix milliseconds), and add requests to those of their tenants today.

        Returns how many keys' last use that changed.
        """
        rows = encode([{"key_id": key_id, "at_ms": at_ms} for key_id, at_ms in used.items()]).decode()
        counted = encode([{"key_id": key_id, "requests": count} for key_id, count in (requests or {}).items()]).decode()
        with self._database.transaction() as transaction:
            transaction.run("note_requests", {"rows": counted, "day": day_number(today())})
            return transaction.run("note_key_uses", {"rows": rows, "now_ms": now_ms()})


def add_key(transaction: Transaction, key: CreateKey) -> bool:
    """Add a key. Returns False, and leaves it as it is, if there is one with this id."""
    return transaction.run("add_key", {**to_json(key), "now_ms": now_ms()}) > 0


def _read(transaction: Transaction, key_id: str | None) -> list[KeyView]:
    rows = transaction.rows("read_keys", {"key_id": key_id})
    return [KeyView(**{**row, "scopes": tuple(row["scopes"])}) for row in rows]
