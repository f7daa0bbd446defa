"""Accounts' webhooks: kept, changed and removed; a secret is in the answer that made it alone."""

import base64
import json

import pytest

from winnow_contracts.errors import Conflict, NotFound
from winnow_contracts.index_api.audit import AuditAction
from winnow_contracts.index_api.webhooks import ChangeWebhook, CreateWebhook, DeleteWebhook, RotateSecret
from winnow_contracts.json_codec import to_json
from winnow_index.control.audit import AuditLog
from winnow_webhooks import webhooks


def wanted(tenant="t", **fields):
    about = {"url": "https://example.org/hook", "types": ("media.ready",), "description": "mine", "who": "k1"}
    return CreateWebhook(tenant_id=tenant, **{**about, **fields})


def test_a_secret_is_in_the_answer_that_made_it_and_in_no_other(hooks):
    made = hooks.create(wanted())
    assert made.secret.startswith("whsec_")
    assert len(base64.b64decode(made.secret.removeprefix("whsec_"), validate=True)) == 32
    assert made.secret not in repr(made)
    webhook_id = made.webhook.webhook_id
    rotated = hooks.rotate(RotateSecret(tenant_id="t", webhook_id=webhook_id))
    assert rotated.secret != made.secret
    assert rotated.webhook.old_secret_until is not None
    changed = hooks.change(ChangeWebhook(tenant_id="t", webhook_id=webhook_id, description="theirs"))
    shown = json.dumps(to_json([changed, hooks.one("t", webhook_id), hooks.all("t")]))
    assert made.secret not in shown
    assert rotated.secret not in shown


def test_what_is_not_given_stays_as_it_is(hooks):
    before = hooks.create(wanted()).webhook
    asked = ChangeWebhook(tenant_id="t", webhook_id=before.webhook_id, types=("media.failed",), enabled=False)
    after = hooks.change(asked)
    assert (after.url, after.description, after.types) == (before.url, before.description, ("media.failed",))
    assert after.disabled_because
    again = hooks.change(ChangeWebhook(tenant_id="t", webhook_id=before.webhook_id, enabled=True))
    assert (again.disabled_because, again.types) == ("", ("media.failed",))


def test_a_webhook_of_another_tenant_is_not_found_whatever_is_wanted_of_it(hooks):
    webhook_id = hooks.create(wanted()).webhook.webhook_id
    for ask in (
        lambda: hooks.one("other", webhook_id),
        lambda: hooks.change(ChangeWebhook(tenant_id="other", webhook_id=webhook_id, url="https://evil.example")),
        lambda: hooks.rotate(RotateSecret(tenant_id="other", webhook_id=webhook_id)),
        lambda: hooks.delete(DeleteWebhook(tenant_id="other", webhook_id=webhook_id)),
    ):
        with pytest.raises(NotFound):
            ask()
    assert hooks.all("other").items == ()
    assert hooks.one("t", webhook_id).url == "https://example.org/hook"


def test_a_tenant_has_so_many_at_most_and_another_one_as_many(hooks, monkeypatch):
    monkeypatch.setattr(webhooks, "MOST_WEBHOOKS", 2)
    made = [hooks.create(wanted()).webhook.webhook_id for _ in range(2)]
    with pytest.raises(Conflict, match="2 webhooks"):
        hooks.create(wanted())
    hooks.create(wanted("other"))
    hooks.delete(DeleteWebhook(tenant_id="t", webhook_id=made[0]))
    assert [one.webhook_id for one in hooks.all("t").items] == [made[1]]
    hooks.create(wanted())


def test_the_audit_log_has_who_made_changed_rotated_and_removed_it_and_no_secret(hooks, database):
    made = hooks.create(wanted())
    which = {"tenant_id": "t", "webhook_id": made.webhook.webhook_id, "who": "k2"}
    hooks.change(ChangeWebhook(**which, description="theirs"))
    rotated = hooks.rotate(RotateSecret(**which))
    hooks.delete(DeleteWebhook(**which))
    with pytest.raises(NotFound):
        hooks.delete(DeleteWebhook(**which))
    log = AuditLog(database).page(limit=9, before_id=None, action=None, key_id=None).items
    assert [(one.action, one.target, one.key_id) for one in log] == [
        (AuditAction.DELETE_WEBHOOK, made.webhook.webhook_id, "k2"),
        (AuditAction.ROTATE_SECRET, made.webhook.webhook_id, "k2"),
        (AuditAction.CHANGE_WEBHOOK, made.webhook.webhook_id, "k2"),
        (AuditAction.CREATE_WEBHOOK, made.webhook.webhook_id, "k1"),
    ]
    assert not any(secret in str(log) for secret in (made.secret, rotated.secret))
