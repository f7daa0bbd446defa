"""API keys, for the gateway's cache: never the secrets, only their hashes."""

from typing import Any

from winnow_index.database import Database


def read_keys(database: Database) -> list[dict[str, Any]]:
    """``{key_id, secret_sha256, tenant_id, scopes, name, revoked}`` of every key."""
    with database.transaction() as transaction:
        return transaction.rows("read_keys")
