"""A job's end becomes a delivery for each webhook that wants it, in the same transaction; its tries are counted."""

import json

import pytest

from winnow_contracts.commands import DeliverWebhook
from winnow_contracts.errors import Conflict, NotFound
from winnow_contracts.index_api.webhook_deliveries import NoteTry
from winnow_contracts.index_api.webhooks import ChangeWebhook, CreateWebhook, RotateSecret
from winnow_contracts.states import Outcome, TaskState
from winnow_contracts.webhooks import RETRY_SECONDS, WEBHOOK_TENANT, WebhookEvent
from winnow_index.control.job_control import JobControl
from winnow_index.history.event_store import EventStore
from winnow_index.history.open_commands import OpenCommands
from winnow_index.history.task_history import TaskHistories
from winnow_index.testing import MEDIA, PHOTO, EventSender, completed, dead, photo_accepted, started
from winnow_journal.event_factory import end_event
from winnow_journal.values import AttemptResult
from winnow_webhooks.commands import DeliveryCommands, command_of, job_of
from winnow_webhooks.deliveries import DeliveryStore
from winnow_webhooks.tries import Tries
from winnow_webhooks.webhooks import WebhookStore

ALL = tuple(event.value for event in WebhookEvent)


@pytest.fixture
def hooks(database):
    return WebhookStore(database)


@pytest.fixture
def deliveries(database):
    return DeliveryStore(database)


@pytest.fixture
def tries(database):
    return Tries(database)


@pytest.fixture
def writer(database):
    return DeliveryCommands(database, lambda: True)


@pytest.fixture
def hook(hooks):
    """A webhook of the tenant t that wants everything."""

    def made(tenant="t", types=ALL):
        asked = CreateWebhook(tenant_id=tenant, url="https://example.org/h", types=types, description="", who="k")
        return hooks.create(asked).webhook.webhook_id

    return made


@pytest.fixture
def listed(deliveries):
    def read(webhook_id, tenant="t"):
        return deliveries.page(tenant, webhook_id, limit=100, cursor=None).items

    return read


@pytest.fixture
def pass_time(database):
    """Let what waits be due."""

    def passed():
        with database.transaction() as transaction:
            transaction.run_text("UPDATE webhook_delivery SET next_ms = 1")

    return passed


def noted(delivery_id, number, status=None, error="", wish=0.0, run=1):
    return NoteTry(
        delivery_id=delivery_id, run=run, number=number, status=status, error=error, retry_after_seconds=wish
    )


def photo_dead(database):
    """The photo of the tenant t fails for good."""
    EventSender(EventStore(database)).ship(photo_accepted(), started(PHOTO, "a"), dead(PHOTO, "a"))


def test_each_kind_of_end_is_told_to_the_webhooks_of_the_tenant_that_want_it(
    database, store, photo_store, command, embedded, photo_command, answer, found, hook, listed
):
    everything, failures, others = hook(), hook(types=("media.failed",)), hook(tenant="other")
    store.store(command("a"), 1, embedded("good morning"))
    photo_store.store(photo_command("b"), 1, answer(found()))
    photo_dead(database)
    told = {(one.type, one.media_id, one.job_id) for one in listed(everything)}
    assert told == {
        ("media.ready", "med_a", "job_a"),
        ("photo.classified", "med_b", "job_b"),
        ("media.failed", "med_p", "job_p"),
    }
    assert [one.type for one in listed(failures)] == ["media.failed"]
    assert listed(others, "other") == ()


def test_an_end_is_told_once_however_often_it_is_heard_of_and_drills_never(
    database, store, command, embedded, hook, listed
):
    webhook_id = hook()
    hook(tenant="drill")
    for _ in range(2):
        store.store(command("a"), 1, embedded("good morning"))
    photo_dead(database)
    EventSender(EventStore(database), "j2", "n2").ship(dead(PHOTO, "b"), started(MEDIA, "c"), dead(MEDIA, "c"))
    assert sorted(one.type for one in listed(webhook_id)) == ["media.failed", "media.ready"]


def test_the_next_run_of_a_job_is_told_of_too(database, hook, listed):
    webhook_id = hook()
    journal = EventSender(EventStore(database))
    journal.ship(photo_accepted(), started(PHOTO, "a"), dead(PHOTO, "a"))
    second = PHOTO.__class__(command=PHOTO.command, run=2, created_ms=2)
    journal.ship(started(second, "b"), dead(second, "b"))
    assert [one.type for one in listed(webhook_id)] == ["media.failed", "media.failed"]


def test_a_noted_delivery_becomes_one_open_command_that_names_neither_address_nor_secret(
    database, hook, photo_dead_delivery, writer
):
    assert writer.write() == 1
    assert writer.write() == 0
    (due,) = OpenCommands(database).due(10)
    assert due.queue == "ai.webhooks"
    assert due.envelope.command == command_of(photo_dead_delivery)
    assert (due.envelope.command.tenant_id, due.envelope.task_id) == (WEBHOOK_TENANT, due.task_id)
    assert set(due.envelope.payload()) == {"tenant_id", "job_id", "media_id", "delivery_id"}


@pytest.fixture
def photo_dead_delivery(database, hook, listed):
    """The delivery that tells of a photo that failed."""
    webhook_id = hook()
    photo_dead(database)
    (one,) = listed(webhook_id)
    return one.delivery_id


def test_a_kill_before_the_commit_leaves_the_delivery_noted(database, photo_dead_delivery, writer, monkeypatch):
    def die(*about, **more):
        raise KeyboardInterrupt

    monkeypatch.setattr("winnow_webhooks.commands.ensure_job", die)
    with pytest.raises(KeyboardInterrupt):
        writer.write()
    monkeypatch.undo()
    assert writer.write() == 1


def test_the_schedule_is_counted_here_and_ends_after_ten_tries(
    database, photo_dead_delivery, writer, tries, deliveries, listed, pass_time
):
    writer.write()
    delivery_id, waits = photo_dead_delivery, []
    bodies = set()
    for number in range(1, len(RETRY_SECONDS) + 1):
        due = tries.take(delivery_id, 1)
        assert (due.number, due.url, due.wait_seconds) == (number, "https://example.org/h", 0)
        bodies.add(due.body)
        waits.append(tries.note(noted(delivery_id, number, status=500)).wait_seconds)
        assert tries.take(delivery_id, 1).url == ""  # not yet
        pass_time()
    assert waits[-1] is None
    assert all(asked <= wait <= 1.1 * asked for asked, wait in zip(RETRY_SECONDS[1:], waits[:-1], strict=True))
    (body,) = bodies
    assert json.loads(body).keys() == {"type", "timestamp", "data"}
    assert json.loads(body)["data"] == {"media_id": "med_p", "job_id": "job_p"}
    (shown,) = listed(deliveries_webhook(database))
    assert (shown.state, shown.tries, shown.status, shown.next_at) == ("failed", 10, 500, None)
    assert TaskHistories(database).statuses([job_of(delivery_id)])[job_of(delivery_id)].status == "done"


def deliveries_webhook(database):
    with database.transaction() as transaction:
        row = transaction.row("read_webhooks", {"tenant_id": "t", "webhook_id": None, "now_ms": 0})
    return row["webhook_id"]


def test_a_2xx_ends_it_and_its_job_whatever_comes_later(database, photo_dead_delivery, writer, tries, listed):
    writer.write()
    delivery_id = photo_dead_delivery
    assert tries.note(noted(delivery_id, 1, status=204)).wait_seconds is None
    assert tries.note(noted(delivery_id, 1, status=500)).wait_seconds is None  # told once more
    assert tries.take(delivery_id, 1).wait_seconds is None
    (shown,) = listed(deliveries_webhook(database))
    assert (shown.state, shown.tries, shown.status) == ("delivered", 1, 204)
    assert TaskHistories(database).ended([job_of(delivery_id)]) == {job_of(delivery_id): 1}
    assert OpenCommands(database).due(10) == []


@pytest.mark.parametrize(("wish", "wait"), [(60, (60, 60)), (1, (5, 5.5)), (10**9, (86_400, 86_400))])
def test_a_wished_wait_makes_it_longer_and_never_more_than_a_day(photo_dead_delivery, writer, tries, wish, wait):
    writer.write()
    waits = tries.note(noted(photo_dead_delivery, 1, status=503, wish=wish)).wait_seconds
    assert wait[0] - 1 <= waits <= wait[1]


def test_a_receiver_that_is_gone_disables_its_webhook_and_nothing_more_is_noted(
    database, photo_dead_delivery, writer, tries, hooks, listed, store, command, embedded
):
    writer.write()
    webhook_id = deliveries_webhook(database)
    store.store(command("a"), 1, embedded("good morning"))  # noted before
    assert tries.note(noted(photo_dead_delivery, 1, status=410)).wait_seconds is None
    assert "410" in hooks.one("t", webhook_id).disabled_because
    store.store(command("b"), 1, embedded("good evening"))
    writer.write()
    other = next(one.delivery_id for one in listed(webhook_id) if one.media_id == "med_a")
    assert tries.take(other, 1).wait_seconds is None
    assert {one.media_id: (one.state, one.error) for one in listed(webhook_id)} == {
        "med_p": ("failed", ""),
        "med_a": ("failed", "disabled"),
    }
    hooks.change(ChangeWebhook(tenant_id="t", webhook_id=webhook_id, enabled=True))
    store.store(command("c"), 1, embedded("good night"))
    assert len(listed(webhook_id)) == 3


def test_sent_again_it_is_the_same_delivery_in_a_run_of_its_own(
    database, photo_dead_delivery, writer, tries, deliveries, listed
):
    writer.write()
    delivery_id = photo_dead_delivery
    with pytest.raises(Conflict, match="on its way"):
        deliveries.replay("t", delivery_id)
    tries.note(noted(delivery_id, 1, status=200))
    with pytest.raises(NotFound):
        deliveries.replay("other", delivery_id)
    again = deliveries.replay("t", delivery_id)
    assert (again.delivery_id, again.state, again.tries) == (delivery_id, "pending", 0)
    assert writer.write() == 1
    (due,) = OpenCommands(database).due(10)
    assert due.envelope.run == 2
    assert tries.take(delivery_id, 1).wait_seconds is None  # a late copy of the run before
    assert tries.take(delivery_id, 2).number == 1
    tries.note(noted(delivery_id, 1, status=200, run=2))
    assert TaskHistories(database).ended([job_of(delivery_id)]) == {job_of(delivery_id): 2}


def test_both_secrets_sign_for_a_day_after_a_rotation(database, hooks, photo_dead_delivery, writer, tries):
    writer.write()
    webhook_id = deliveries_webhook(database)
    (first,) = tries.take(photo_dead_delivery, 1).secrets
    second = hooks.rotate(RotateSecret(tenant_id="t", webhook_id=webhook_id)).secret
    assert tries.take(photo_dead_delivery, 1).secrets == (second, first)
    with database.transaction() as transaction:
        transaction.run_text("UPDATE webhook SET old_secret_until_ms = old_secret_until_ms - 86400000")
    assert tries.take(photo_dead_delivery, 1).secrets == (second,)


def test_a_deleted_webhook_ends_what_was_on_its_way(database, hooks, photo_dead_delivery, writer, tries, deliveries):
    writer.write()
    webhook_id = deliveries_webhook(database)
    hooks.delete("t", webhook_id)
    with pytest.raises(NotFound):
        deliveries.page("t", webhook_id, limit=1, cursor=None)
    assert tries.take(photo_dead_delivery, 1).wait_seconds is None
    assert TaskHistories(database).ended([job_of(photo_dead_delivery)]) == {job_of(photo_dead_delivery): 1}


def test_a_delivery_whose_job_an_operator_ended_says_so_and_can_be_sent_again(
    database, photo_dead_delivery, writer, tries, deliveries, listed
):
    writer.write()
    JobControl(database).cancel(WEBHOOK_TENANT, job_of(photo_dead_delivery), None, "ops")
    (shown,) = listed(deliveries_webhook(database))
    assert shown.state == "cancelled"
    assert deliveries.replay("t", photo_dead_delivery).state == "pending"
    writer.write()
    assert tries.take(photo_dead_delivery, 2).number == 1


def test_a_test_is_a_delivery_of_its_own_and_names_its_webhook_alone(hook, deliveries, writer, tries):
    webhook_id = hook(types=("media.ready",))
    first, second = (deliveries.test("t", webhook_id) for _ in range(2))
    assert first.delivery_id != second.delivery_id
    assert (first.type, first.media_id, first.state) == ("webhook.test", None, "pending")
    assert writer.write() == 2
    assert json.loads(tries.take(first.delivery_id, 1).body)["data"] == {"webhook_id": webhook_id}
    with pytest.raises(NotFound):
        deliveries.test("other", webhook_id)


def test_deliveries_come_in_pages_newest_first(hook, deliveries):
    webhook_id = hook()
    made = {deliveries.test("t", webhook_id).delivery_id for _ in range(5)}
    first = deliveries.page("t", webhook_id, limit=3, cursor=None)
    rest = deliveries.page("t", webhook_id, limit=3, cursor=first.next_cursor)
    assert {one.delivery_id for one in (*first.items, *rest.items)} == made
    assert (len(first.items), rest.next_cursor) == (3, None)


def test_its_task_is_waited_for_without_a_word_in_the_tenants_lists_and_the_job_ends(
    database, photo_dead_delivery, writer, tries, library
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
    tries.note(noted(photo_dead_delivery, 1, status=200))
    ai.ship(started(again, "b", "ai-1"), completed(again, "b", "ai-1"))
    assert TaskHistories(database).ended([about.command.job_id]) == {about.command.job_id: 1}
    OpenCommands(database).reopen(about.command.job_id)
    assert OpenCommands(database).due(10) == []


def test_old_deliveries_go_and_so_do_the_jobs_that_delivered(database, photo_dead_delivery, writer, tries, listed):
    writer.write()
    tries.note(noted(photo_dead_delivery, 1, status=200))
    webhook_id = deliveries_webhook(database)
    with database.transaction() as transaction:
        assert transaction.run("drop_old_deliveries", {"before_ms": 1}) == 0
        transaction.rows("drop_history", {"job_ids": [job_of(photo_dead_delivery)], "now_ms": 1})
        assert transaction.run("drop_old_deliveries", {"before_ms": 1 << 50}) == 1
    assert listed(webhook_id) == ()
    assert TaskHistories(database).statuses([job_of(photo_dead_delivery)]) == {}
