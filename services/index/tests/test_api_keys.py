"""Keys are kept as hashes, revoked for good, and known to be used at the cost of one write a minute."""

from dataclasses import replace

import pytest

from winnow_contracts.envelope import now_ms
from winnow_contracts.errors import BadInput, Conflict, NotFound
from winnow_contracts.index_api.keys import CreateKey
from winnow_contracts.tenants import RESERVED_TENANTS
from winnow_index.control.audit import AuditLog
from winnow_index.control.keys import ApiKeys

WANTED = CreateKey(
    key_id="k1", secret_sha256="ab" * 32, tenant_id="acme", scopes=("read", "ops:read"), name="a phone", who="admin"
)


@pytest.fixture
def keys(database):
    return ApiKeys(database)


def noted(database):
    page = AuditLog(database).page(limit=10, before_id=None, action=None, key_id=None)
    return [(one.action.value, one.target, one.key_id) for one in page.items]


def test_a_key_is_kept_and_noted_once(keys, database):
    made = keys.create(WANTED)
    assert keys.all() == [made]
    assert (made.scopes, made.revoked, made.expires_ms, made.used_ms) == (("read", "ops:read"), False, None, None)
    with pytest.raises(Conflict):
        keys.create(WANTED)
    assert noted(database) == [("create_key", "k1", "admin")]


@pytest.mark.parametrize("tenant_id", sorted(RESERVED_TENANTS))
def test_no_key_is_of_a_tenant_that_is_winnows_own(keys, database, tenant_id):
    with pytest.raises(BadInput, match="Winnow's own"):
        keys.create(replace(WANTED, tenant_id=tenant_id))
    assert (keys.all(), noted(database)) == ([], [])


def test_a_revoked_key_stays_revoked_since_then(keys, database):
    keys.create(WANTED)
    first = keys.revoke("k1", "admin")
    assert first.revoked
    assert keys.revoke("k1", "other") == first
    assert noted(database) == [("revoke_key", "k1", "admin"), ("create_key", "k1", "admin")]


def test_no_key_revokes_itself_and_an_unknown_one_is_not_found(keys, database):
    keys.create(WANTED)
    with pytest.raises(Conflict):
        keys.revoke("k1", "k1")
    with pytest.raises(NotFound):
        keys.revoke("k2", "admin")
    assert [one.revoked for one in keys.all()] == [False]
    assert noted(database) == [("create_key", "k1", "admin")]


def test_the_last_use_is_written_once_a_minute_and_never_lies_ahead(keys):
    keys.create(WANTED)
    at_ms = now_ms() - 600_000
    assert keys.note_uses({"k1": at_ms, "nobody": at_ms}) == 1
    assert keys.note_uses({"k1": at_ms + 59_999}) == 0
    assert keys.all()[0].used_ms == at_ms
    assert keys.note_uses({"k1": at_ms + 60_000}) == 1
    assert keys.note_uses({"k1": now_ms() + 86_400_000}) == 1
    assert keys.all()[0].used_ms <= now_ms()
