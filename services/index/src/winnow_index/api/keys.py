"""Routes of the API keys."""

import re
from typing import Any

from flask import Flask

from winnow_contracts.api_keys import SCOPES
from winnow_contracts.errors import BadInput
from winnow_contracts.index_api.keys import CreateKey, Keys, KeyUsesNoted, KeyView, ListKeys, NoteKeyUses, RevokeKey
from winnow_index.api.request_args import body, number, text
from winnow_index.api.serving import serves
from winnow_index.control.keys import ApiKeys
from winnow_index.words import normal

_LATEST_MS = 2**53


def add(app: Flask, keys: ApiKeys) -> None:
    """Add the routes."""

    @serves(app, ListKeys)
    def page() -> Keys:
        return Keys(keys=tuple(keys.all()))

    @serves(app, CreateKey, status=201)
    def create() -> KeyView:
        return keys.create(_asked(body()))

    @serves(app, RevokeKey)
    def revoke(key_id: str) -> KeyView:
        return keys.revoke(key_id, text(body(), "who"))

    @serves(app, NoteKeyUses)
    def note_uses() -> KeyUsesNoted:
        used = body().get("used")
        if not isinstance(used, dict) or not all(
            type(at_ms) is int and 0 < at_ms < _LATEST_MS for at_ms in used.values()
        ):
            raise BadInput("used must be times by key.", code="invalid-field")
        return KeyUsesNoted(written=keys.note_uses(used))


def _asked(given: dict[str, Any]) -> CreateKey:
    scopes = given.get("scopes")
    if not isinstance(scopes, list) or not scopes or not all(scope in SCOPES for scope in scopes):
        raise BadInput(f"scopes must be some of {', '.join(SCOPES)}.", code="invalid-field")
    if not re.fullmatch("[0-9a-f]{64}", text(given, "secret_sha256")):
        raise BadInput("secret_sha256 must be a SHA-256 in hex.", code="invalid-field")
    expires = given.get("expires_ms")
    return CreateKey(
        key_id=text(given, "key_id"),
        secret_sha256=given["secret_sha256"],
        tenant_id=normal(text(given, "tenant_id")),
        scopes=tuple(scopes),
        name=normal(text(given, "name")),
        who=text(given, "who"),
        expires_ms=None if expires is None else round(number(given, "expires_ms", over=0, at_most=_LATEST_MS)),
    )
