"""API keys as the API and the pages show them: without their hashes."""

from typing import Any

from winnow_contracts.envelope import now_ms
from winnow_contracts.index_api.keys import KeyView
from winnow_gateway.clients.views import instant


def public_key(key: KeyView) -> dict[str, Any]:
    """Returns a key as the API shows it: without the hash, with ``state`` ``good``, ``expired`` or ``revoked``."""
    expired = key.expires_ms is not None and key.expires_ms <= now_ms()
    return {
        "key_id": key.key_id,
        "name": key.name,
        "tenant_id": key.tenant_id,
        "scopes": list(key.scopes),
        "state": "revoked" if key.revoked else "expired" if expired else "good",
        "created_at": _instant(key.created_ms),
        "expires_at": _instant(key.expires_ms),
        "revoked_at": _instant(key.revoked_ms),
        "last_used_at": _instant(key.used_ms),
    }


def _instant(at_ms: int | None) -> str | None:
    return None if at_ms is None else instant(at_ms)
