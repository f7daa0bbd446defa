"""Accounts and their sessions as the API and the pages show them."""

from typing import Any

from winnow_contracts.index_api.account_sessions import SessionView
from winnow_contracts.index_api.accounts import AccountView
from winnow_gateway.clients.views import instant


def public_account(account: AccountView) -> dict[str, Any]:
    """Returns an account as the API shows it."""
    return {
        "account_id": account.account_id,
        "tenant_id": account.tenant_id,
        "name": account.name,
        "role": account.role.value,
        "has_password": account.has_password,
        "created_at": instant(account.created_ms),
        "disabled_at": _instant(account.disabled_ms),
        "last_signed_in_at": _instant(account.signed_in_ms),
    }


def public_session(session: SessionView, this: str = "") -> dict[str, Any]:
    """Returns a session as the API shows it; ``this`` is the id of the session that asks."""
    return {
        "session_id": session.session_id,
        "device": session.device,
        "address": session.address,
        "created_at": instant(session.created_ms),
        "last_seen_at": instant(session.seen_ms),
        "expires_at": instant(session.expires_ms),
        "is_this": session.session_id == this,
    }


def _instant(at_ms: int | None) -> str | None:
    return None if at_ms is None else instant(at_ms)
