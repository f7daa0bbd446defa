"""``/ops/keys``: the API keys; creates one, whose secret is on the answer alone, and revokes one. For admins."""

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from winnow_contracts import api_keys
from winnow_contracts.envelope import now_ms
from winnow_contracts.errors import BadInput
from winnow_contracts.index_api.keys import CreateKey, ListKeys, RevokeKey
from winnow_gateway.clients.key_views import public_key
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.http.operations import check_path
from winnow_web.ops.frame import ACT_SCOPE, Operators, OpsPage

PATH = "/ops/keys"
_DAY_MS, _MOST_DAYS, _LONGEST = 86_400_000, 36_500, 200


def add_pages(blueprint: Blueprint, operators: Operators, parts: Dependencies) -> None:
    """Adds the page and the forms ``create`` and ``<key_id>/revoke`` below it."""

    def shown(fresh: str = "") -> str:
        keys = sorted(parts.index.ask(ListKeys()).keys, key=lambda key: (-key.created_ms, key.key_id))
        items = [public_key(key) for key in keys]
        return render_template("web/ops/keys.html", keys=items, scopes=api_keys.SCOPES, fresh=fresh)

    @blueprint.get(PATH)
    def ops_keys() -> str:
        operators.reader(ACT_SCOPE)
        return shown()

    @blueprint.post(f"{PATH}/create")
    def ops_create_key() -> str:
        actor = operators.actor()
        key = api_keys.generate()
        parts.index.ask(_wanted(key, actor.tenant_id, actor.key_id))
        # Shown by this answer and not after a redirect: nothing keeps the secret, so no later page could show it.
        return shown(key.text())

    @blueprint.post(f"{PATH}/<key_id>/revoke")
    def ops_revoke_key(key_id: str) -> Response:
        actor = operators.actor()
        check_path({"key_id": key_id})
        parts.index.ask(RevokeKey(key_id=key_id, who=actor.key_id))
        flash(f"Key {key_id} is revoked: every gateway refuses it within five seconds.")
        return redirect(PATH, 303)


def _wanted(key: api_keys.ApiKey, tenant_id: str, who: str) -> CreateKey:
    """The request that keeps ``key`` as the form describes it. Raises BadInput."""
    name, scopes = request.form.get("name", "").strip(), request.form.getlist("scope")
    tenant_id = request.form.get("tenant_id", "").strip() or tenant_id
    if not name or max(len(name), len(tenant_id)) > _LONGEST or not (name + tenant_id).isprintable():
        raise BadInput("The name must be a text of 1 to 200 characters, and so must a tenant.", code="invalid-field")
    if not scopes or not all(scope in api_keys.SCOPES for scope in scopes):
        raise BadInput("A key needs one scope or more.", code="invalid-field")
    days = request.form.get("days", type=int)
    if days is not None and not 1 <= days <= _MOST_DAYS:
        raise BadInput(f"A key expires after 1 to {_MOST_DAYS} days, or never.", code="invalid-field")
    return CreateKey(
        key_id=key.key_id,
        secret_sha256=api_keys.secret_hash(key.secret),
        tenant_id=tenant_id,
        scopes=tuple(scope for scope in api_keys.SCOPES if scope in scopes),
        name=name,
        who=who,
        expires_ms=None if days is None else now_ms() + days * _DAY_MS,
    )


PAGE = OpsPage(title="Keys", path=PATH, add=add_pages, scope=ACT_SCOPE)
