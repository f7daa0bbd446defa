"""What people do is noted in the transaction that does it."""

import pytest

from winnow_contracts import api_keys
from winnow_contracts.errors import Conflict, NotFound
from winnow_contracts.index_api.audit import AuditAction
from winnow_index.control.audit import AuditLog
from winnow_index.control.job_control import JobControl
from winnow_index.history.dead_tasks import DeadTasks
from winnow_index.history.event_store import EventStore
from winnow_index.migrate import seed_admin_key
from winnow_index.testing import MEDIA, EventSender, dead, started


@pytest.fixture
def log(database):
    return AuditLog(database)


def entries(log, **wanted):
    asked = {"limit": 10, "before_id": None, "action": None, "key_id": None, **wanted}
    return [(one.action.value, one.target, one.key_id) for one in log.page(**asked).items]


def test_what_index_does_for_somebody_is_noted_with_who(database, log):
    control = JobControl(database)
    EventSender(EventStore(database)).ship(started(MEDIA, "a"))
    control.cancel("drill", "job_d", None, "k1")
    control.pause("media", "k2")
    control.resume("media", "k2")
    assert entries(log) == [("resume", "media", "k2"), ("pause", "media", "k2"), ("cancel", "job_d", "k1")]
    assert entries(log, action="pause") == [("pause", "media", "k2")]
    assert entries(log, key_id="k1") == [("cancel", "job_d", "k1")]


def test_a_discarded_task_is_noted(database, log):
    EventSender(EventStore(database)).ship(started(MEDIA, "a"), dead(MEDIA, "a"))
    DeadTasks(database).discard(MEDIA.task_id, "k1")
    assert entries(log) == [("discard", MEDIA.task_id, "k1")]


def test_what_is_refused_is_not_noted(database, log):
    EventSender(EventStore(database)).ship(started(MEDIA, "a"), dead(MEDIA, "a"))
    with pytest.raises(Conflict):
        JobControl(database).cancel("drill", "job_d", None, "k1")
    with pytest.raises(NotFound):
        DeadTasks(database).discard("none", "k1")
    assert entries(log) == []


def test_an_entry_has_the_name_that_the_key_had(database, log):
    key = api_keys.generate()
    seed_admin_key(database, key.text())
    log.note(key.key_id, AuditAction.REPLAY, "t1")
    log.note("gone", AuditAction.REPLAY, "t2")
    page = log.page(limit=10, before_id=None, action=None, key_id=None)
    assert [(one.target, one.key_name) for one in page.items] == [("t2", ""), ("t1", "admin")]


def test_pages_follow_each_other(log):
    for n in range(5):
        log.note("k", AuditAction.RESEND, f"job_{n}")
    seen, before_id = [], None
    while True:
        page = log.page(limit=2, before_id=before_id, action=None, key_id=None)
        seen += [one.target for one in page.items]
        before_id = page.next_before
        if before_id is None:
            break
    assert seen == [f"job_{n}" for n in (4, 3, 2, 1, 0)]


def test_a_bulk_action_is_one_entry_that_counts_on_until_it_ends(log):
    number = log.begin_bulk("k", AuditAction.DISCARD, {"state": "dead"})
    log.count_bulk(number, "k", done=500, refused=2, ended=False)
    log.count_bulk(number, "k", done=3, refused=0, ended=True)
    (entry,) = log.page(limit=10, before_id=None, action=None, key_id=None).items
    assert (entry.filter, entry.done, entry.refused) == ({"state": "dead"}, 503, 2)
    assert entry.ended_at is not None
    for who in ("k", "thief"):
        with pytest.raises(NotFound):
            log.count_bulk(number, who, done=1, refused=0, ended=False)


def test_what_a_bulk_action_does_is_told_by_its_own_entry_alone(database, log):
    EventSender(EventStore(database)).ship(started(MEDIA, "a"), dead(MEDIA, "a"))
    DeadTasks(database).discard(MEDIA.task_id, "k1", noted=False)
    assert entries(log) == []
