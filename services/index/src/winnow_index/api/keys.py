"""Routes of the API keys."""

from flask import Flask

from winnow_contracts.errors import BadInput
from winnow_contracts.index_api.keys import CreateKey, Keys, KeyUsesNoted, KeyView, ListKeys, NoteKeyUses, RevokeKey
from winnow_contracts.json_codec import from_json
from winnow_index.api.request_args import body, number, text
from winnow_index.api.serving import serves
from winnow_index.control.keys import ApiKeys


def add(app: Flask, keys: ApiKeys) -> None:
    """Add the routes."""

    @serves(app, ListKeys)
    def page() -> Keys:
        return Keys(keys=tuple(keys.all()))

    @serves(app, CreateKey, status=201)
    def create() -> KeyView:
        given = body()
        for name in ("key_id", "secret_sha256", "tenant_id", "name", "who"):
            text(given, name)
        if not isinstance(given.get("scopes"), list) or not all(isinstance(one, str) for one in given["scopes"]):
            raise BadInput("scopes must be a list of texts.", code="invalid-field")
        if given.get("expires_ms") is not None:
            number(given, "expires_ms", over=0, at_most=2**53)
        return keys.create(from_json(CreateKey, given))

    @serves(app, RevokeKey)
    def revoke(key_id: str) -> KeyView:
        return keys.revoke(key_id, text(body(), "who"))

    @serves(app, NoteKeyUses)
    def note_uses() -> KeyUsesNoted:
        given = body()
        used, requests = given.get("used"), given.get("requests", {})
        if not isinstance(used, dict) or not all(type(at_ms) is int and 0 < at_ms < 2**53 for at_ms in used.values()):
            raise BadInput("used must be times by key.", code="invalid-field")
        if not isinstance(requests, dict) or not all(type(n) is int and 0 <= n < 2**31 for n in requests.values()):
            raise BadInput("requests must be counts by key.", code="invalid-field")
        return KeyUsesNoted(written=keys.note_uses(used, requests))
