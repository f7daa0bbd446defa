"""What tenants store and spend, their quotas, and whether they have stored a file already."""

from dataclasses import replace

import pytest

from winnow_contracts.events import EventKind, TaskEvent
from winnow_contracts.index_api.audit import AuditAction
from winnow_contracts.index_api.keys import CreateKey
from winnow_contracts.index_api.tenants import StorageView, StoredFile
from winnow_index.control.audit import AuditLog
from winnow_index.control.keys import ApiKeys
from winnow_index.control.tenants import TenantUsages
from winnow_index.history.event_store import EventStore
from winnow_index.testing import AI, PHOTO, EventSender, dead, photo_accepted
from winnow_index.usage.budgets import Budgets
from winnow_index.usage.usage import today
from winnow_journal.event_factory import new_event
from winnow_retention.deletion import Deletion

FILE = "ab" * 32


@pytest.fixture
def tenants(database):
    return TenantUsages(database, Budgets(usd_per_day=2.0))


@pytest.fixture
def shipper(database):
    return EventSender(EventStore(database))


def accepted(media: str, size_bytes: int, tenant: str = "t", kind: str = "recording", sha256: str = FILE) -> TaskEvent:
    event = photo_accepted()
    detail = {**event.detail, "kind": kind, "size_bytes": size_bytes, "sha256": sha256}
    ids = {"tenant_id": tenant, "job_id": f"job_{media}", "media_id": f"med_{media}", "task_id": f"task_{media}"}
    return replace(event, **ids, detail=detail)


def test_files_count_by_tenant_and_kind_with_what_was_spent_this_month(tenants, shipper):
    shipper.ship(accepted("a", 100), accepted("b", 20, kind="photo"), accepted("c", 3, tenant="u"))
    shipper.ship(accepted("d", 1_000, kind="drill"))
    paid = {"use": "text", "model": "m", "tokens_in": 1, "tokens_out": 1, "cost_usd": 0.5, "cached": False}
    spent = new_event(EventKind.STEP_DONE, AI, "n", "x", step="s", spent=[paid])
    shipper.ship(replace(spent, tenant_id="t"), replace(spent, tenant_id="v", at_ms=1))
    tenants.set_quota("w", 7, "k")
    found = {one.tenant_id: one for one in tenants.all().items}
    told = {name: (one.stored_bytes, one.recordings, one.photos, one.spent_usd) for name, one in found.items()}
    assert told == {"t": (120, 1, 1, 0.5), "u": (3, 1, 0, 0.0), "w": (0, 0, 0, 0.0)}
    assert (found["t"].month, found["t"].budget_usd) == (today().strftime("%Y-%m"), 2.0)
    assert (found["w"].quota_bytes, found["w"].quota_set_by) == (7, "k")
    assert tenants.of("t") == found["t"]
    assert tenants.of("nobody").stored_bytes == 0


def test_deleting_frees_the_quota_and_so_does_an_upload_that_was_given_up(tenants, shipper, database):
    tenants.set_quota("t", 150, "k")
    shipper.ship(accepted("a", 100), accepted("p", 30, kind="photo"), dead(PHOTO, "x"))
    assert tenants.storage("t") == StorageView(stored_bytes=130, quota_bytes=150)
    with database.transaction() as transaction:
        transaction.run("expire_uploads", {"now_ms": 2, "before_ms": 1 << 60, "limit": 9})
    assert tenants.storage("t").stored_bytes == 100
    Deletion(database).delete("t", "med_a", "k")
    assert tenants.storage("t") == StorageView(stored_bytes=0, quota_bytes=150)


def test_requests_of_a_tenants_keys_are_added_up_by_day(tenants, database):
    keys = ApiKeys(database)
    for key_id, tenant_id in (("k1", "t"), ("k2", "t"), ("k3", "u")):
        wanted = {"key_id": key_id, "secret_sha256": "ab" * 32, "scopes": ("read",), "name": "n", "who": "me"}
        keys.create(CreateKey(tenant_id=tenant_id, **wanted))
    keys.note_uses({}, {"k1": 2, "k2": 3, "nobody": 9})
    keys.note_uses({"k1": 5}, {"k1": 10})
    assert {one.tenant_id: one.requests for one in tenants.all().items} == {"t": 15, "u": 0}


def test_quotas_are_set_and_lifted_by_name_and_audited(tenants, database):
    assert tenants.storage("t").quota_bytes is None
    assert tenants.set_quota("t", 5, "k").quota_bytes == 5
    assert tenants.set_quota("t", 0, "k").quota_bytes == 0
    assert tenants.lift_quota("t", "k").quota_bytes is None
    assert tenants.lift_quota("t", "k").quota_bytes is None
    log = AuditLog(database).page(limit=9, before_id=None, action=None, key_id=None).items
    assert [(one.action, one.target, one.key_id) for one in log] == [
        (AuditAction.LIFT_QUOTA, "t", "k"),
        (AuditAction.SET_QUOTA, "t = 0 bytes", "k"),
        (AuditAction.SET_QUOTA, "t = 5 bytes", "k"),
    ]


def test_a_file_is_found_by_its_hash_for_its_tenant_alone_unless_it_failed_or_was_deleted(tenants, shipper, database):
    shipper.ship(accepted("a", 100), accepted("p", 9, kind="photo", sha256="cd" * 32), accepted("old", 9, sha256=""))
    none = StoredFile(media_id=None, job_id=None)
    assert tenants.file("t", "recording", FILE) == StoredFile(media_id="med_a", job_id="job_a")
    assert tenants.file("t", "photo", "cd" * 32).media_id == "med_p"
    assert tenants.file("u", "recording", FILE) == none
    assert tenants.file("t", "photo", FILE) == none
    assert tenants.file("t", "recording", "") == none
    shipper.ship(dead(PHOTO, "x"))
    assert tenants.file("t", "photo", "cd" * 32) == none
    Deletion(database).delete("t", "med_a", "k")
    assert tenants.file("t", "recording", FILE) == none
