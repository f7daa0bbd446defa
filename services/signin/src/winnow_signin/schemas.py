"""The schemas of sessions and accounts."""

from winnow_contracts.accounts import LONGEST_NAME, LONGEST_PASSWORD, SHORTEST_PASSWORD, Role
from winnow_gateway.api.schema_parts import FLAG, INSTANT, TEXT, TEXTS, Schema, list_of, object_of, ref

ROLE: Schema = {"type": "string", "enum": list(Role)}
NAME: Schema = {"type": "string", "minLength": 1, "maxLength": LONGEST_NAME}
PASSWORD: Schema = {"type": "string", "minLength": 1, "maxLength": LONGEST_PASSWORD}
NEW_PASSWORD: Schema = {**PASSWORD, "minLength": SHORTEST_PASSWORD}
_INSTANT_OR_NULL: Schema = {**INSTANT, "type": ["string", "null"]}

_ACCOUNT = {
    "account_id": TEXT,
    "tenant_id": TEXT,
    "name": TEXT,
    "role": ROLE,
    "has_password": FLAG,
    "created_at": INSTANT,
    "disabled_at": _INSTANT_OR_NULL,
    "last_signed_in_at": _INSTANT_OR_NULL,
}
_ACCOUNT_SESSION = {
    "session_id": TEXT,
    "device": TEXT,
    "address": TEXT,
    "created_at": INSTANT,
    "last_seen_at": INSTANT,
    "expires_at": INSTANT,
    "is_this": FLAG,
}

SCHEMAS: dict[str, Schema] = {
    "Session": object_of(
        {"tenant_id": TEXT, "key_id": TEXT, "scopes": TEXTS, "csrf": TEXT},
        {"account": ref("SessionAccount")},
    ),
    "SessionAccount": object_of({"account_id": TEXT, "name": TEXT, "role": ROLE, "session_id": TEXT}),
    "Account": object_of(_ACCOUNT, {"link": TEXT}),
    "Accounts": object_of({"items": list_of(ref("Account"))}),
    "AccountSession": object_of(_ACCOUNT_SESSION),
    "AccountSessions": object_of({"items": list_of(ref("AccountSession"))}),
    "SessionsEnded": object_of({"ended": {"type": "integer", "minimum": 0}}),
}
