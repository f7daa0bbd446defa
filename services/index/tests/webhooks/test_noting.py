"""A job's end becomes a delivery for each webhook that wants it, in the same transaction, and then a command."""

import pytest

from winnow_contracts.commands import DeliverWebhook
from winnow_contracts.states import Outcome, TaskState
from winnow_contracts.webhooks import WEBHOOK_TENANT
from winnow_index.history.event_store import EventStore
from winnow_index.history.open_commands import OpenCommands
from winnow_index.history.task_history import TaskHistories
from winnow_index.testing import MEDIA, PHOTO, EventSender, completed, dead, photo_accepted, started
from winnow_journal.event_factory import end_event
from winnow_journal.values import AttemptResult
from winnow_webhooks.commands import command_of

from .conftest import noted


def test_each_kind_of_end_is_told_to_the_webhooks_of_the_tenant_that_want_it(
    store, photo_store, command, embedded, photo_command, answer, found, hook, photo_fails, listed
):
    everything, failures, others = hook(), hook(types=("media.failed",)), hook(tenant="other")
    store.store(command("a"), 1, embedded("good morning"))
    photo_store.store(photo_command("b"), 1, answer(found()))
    photo_fails()
    shown = {(one.type, one.media_id, one.job_id) for one in listed(everything)}
    assert shown == {
        ("media.ready", "med_a", "job_a"),
        ("photo.classified", "med_b", "job_b"),
        ("media.failed", "med_p", "job_p"),
    }
    assert [one.type for one in listed(failures)] == ["media.failed"]
    assert listed(others, "other") == ()


def test_an_end_is_told_once_however_often_it_is_heard_of_and_drills_never(
    database, store, command, embedded, hook, photo_fails, listed
):
    webhook_id = hook()
    hook(tenant="drill")
    for _ in range(2):
        store.store(command("a"), 1, embedded("good morning"))
    photo_fails()
    EventSender(EventStore(database), "j2", "n2").ship(dead(PHOTO, "b"), started(MEDIA, "c"), dead(MEDIA, "c"))
    assert sorted(one.type for one in listed(webhook_id)) == ["media.failed", "media.ready"]


def test_the_next_run_of_a_job_is_told_of_too(database, hook, listed):
    webhook_id = hook()
    journal = EventSender(EventStore(database))
    journal.ship(photo_accepted(), started(PHOTO, "a"), dead(PHOTO, "a"))
    second = PHOTO.__class__(command=PHOTO.command, run=2, created_ms=2)
    journal.ship(started(second, "b"), dead(second, "b"))
    assert [one.type for one in listed(webhook_id)] == ["media.failed", "media.failed"]


def test_a_noted_delivery_becomes_one_open_command_that_names_neither_address_nor_secret(database, told, writer):
    assert writer.write() == 1
    assert writer.write() == 0
    (due,) = OpenCommands(database).due(10)
    assert due.queue == "ai.webhooks"
    assert due.envelope.command == command_of(told.delivery_id)
    assert (due.envelope.command.tenant_id, due.envelope.task_id) == (WEBHOOK_TENANT, due.task_id)
    assert set(due.envelope.payload()) == {"tenant_id", "job_id", "media_id", "delivery_id"}


def test_a_kill_before_the_commit_leaves_the_delivery_noted(database, told, writer, monkeypatch):
    def die(*about, **more):
        raise KeyboardInterrupt

    monkeypatch.setattr("winnow_webhooks.commands.ensure_job", die)
    with pytest.raises(KeyboardInterrupt):
        writer.write()
    monkeypatch.undo()
    assert writer.write() == 1


def test_its_task_is_waited_for_without_a_word_in_the_tenants_lists_and_the_job_ends(
    database, told, writer, tries, library
):
    """The events of ai's tries reach index before and after the end."""
    writer.write()
    (due,) = OpenCommands(database).due(10)
    about, ai = due.envelope, EventSender(EventStore(database), "ai-journal", "ai-1")
    assert isinstance(about.command, DeliverWebhook)
    again = about.retried(retry=1, not_before_ms=2)
    snoozed = AttemptResult(state=TaskState.RETRY_WAIT, outcome=Outcome.SNOOZED, delay_ms=5000, error={"code": "x"})
    ai.ship(started(about, "a", "ai-1"), end_event(about, snoozed, "ai-1", "a", copy=again))
    assert [job["id"] for job in library.jobs("t", limit=10, cursor=None, status=None)["items"]] == ["job_p"]
    tries.note(noted(told.delivery_id, 1, status=200))
    ai.ship(started(again, "b", "ai-1"), completed(again, "b", "ai-1"))
    assert TaskHistories(database).ended([about.command.job_id]) == {about.command.job_id: 1}
    OpenCommands(database).reopen(about.command.job_id)
    assert OpenCommands(database).due(10) == []
