"""Index counts the tries of a delivery, and says when the next one is due and when there is none."""

import json

import pytest

from winnow_contracts.errors import NotFound
from winnow_contracts.index_api.webhooks import ChangeWebhook, DeleteWebhook, RotateSecret
from winnow_contracts.webhooks import RETRY_SECONDS
from winnow_index.history.open_commands import OpenCommands
from winnow_index.history.task_history import TaskHistories
from winnow_webhooks.commands import job_of

from .conftest import noted, taken


def test_the_schedule_is_counted_here_and_ends_after_ten_tries(
    database, told, writer, tries, deliveries, listed, pass_time
):
    writer.write()
    delivery_id, waits = told.delivery_id, []
    bodies = set()
    for number in range(1, len(RETRY_SECONDS) + 1):
        due = tries.take(taken(delivery_id))
        assert (due.number, due.url, due.wait_seconds) == (number, "https://example.org/h", 0)
        bodies.add(due.body)
        waits.append(tries.note(noted(delivery_id, number, status=500)).wait_seconds)
        assert tries.take(taken(delivery_id)).url == ""  # not yet
        pass_time()
    assert waits[-1] is None
    assert all(asked - 1 <= wait <= 1.1 * asked for asked, wait in zip(RETRY_SECONDS[1:], waits[:-1], strict=True))
    (body,) = bodies
    assert json.loads(body).keys() == {"type", "timestamp", "data"}
    assert json.loads(body)["data"] == {"media_id": "med_p", "job_id": "job_p"}
    (shown,) = listed(told.webhook_id)
    assert (shown.state, shown.tries, shown.status, shown.next_at) == ("failed", 10, 500, None)
    assert TaskHistories(database).statuses([job_of(delivery_id)])[job_of(delivery_id)].status == "done"


def test_a_2xx_ends_it_and_its_job_whatever_comes_later(database, told, writer, tries, listed):
    writer.write()
    delivery_id = told.delivery_id
    assert tries.note(noted(delivery_id, 1, status=204)).wait_seconds is None
    assert tries.note(noted(delivery_id, 1, status=500)).wait_seconds is None  # told once more
    assert tries.take(taken(delivery_id)).wait_seconds is None
    (shown,) = listed(told.webhook_id)
    assert (shown.state, shown.tries, shown.status) == ("delivered", 1, 204)
    assert TaskHistories(database).ended([job_of(delivery_id)]) == {job_of(delivery_id): 1}
    assert OpenCommands(database).due(10) == []


@pytest.mark.parametrize(("wish", "wait"), [(60, (60, 60)), (1, (5, 5.5)), (10**9, (86_400, 86_400))])
def test_a_wished_wait_makes_it_longer_and_never_more_than_a_day(told, writer, tries, wish, wait):
    writer.write()
    waits = tries.note(noted(told.delivery_id, 1, status=503, wish=wish)).wait_seconds
    assert wait[0] - 1 <= waits <= wait[1]


def test_a_receiver_that_is_gone_disables_its_webhook_and_nothing_more_is_noted(
    database, told, writer, tries, hooks, listed, store, command, embedded
):
    writer.write()
    webhook_id = told.webhook_id
    store.store(command("a"), 1, embedded("good morning"))  # noted before
    assert tries.note(noted(told.delivery_id, 1, status=410)).wait_seconds is None
    assert "410" in hooks.one("t", webhook_id).disabled_because
    store.store(command("b"), 1, embedded("good evening"))
    writer.write()
    other = next(one.delivery_id for one in listed(webhook_id) if one.media_id == "med_a")
    assert tries.take(taken(other)).wait_seconds is None
    assert {one.media_id: (one.state, one.error) for one in listed(webhook_id)} == {
        "med_p": ("failed", ""),
        "med_a": ("failed", "disabled"),
    }
    hooks.change(ChangeWebhook(tenant_id="t", webhook_id=webhook_id, enabled=True))
    store.store(command("c"), 1, embedded("good night"))
    assert len(listed(webhook_id)) == 3


def test_both_secrets_sign_for_a_day_after_a_rotation(database, hooks, told, writer, tries):
    writer.write()
    webhook_id = told.webhook_id
    (first,) = tries.take(taken(told.delivery_id)).secrets
    second = hooks.rotate(RotateSecret(tenant_id="t", webhook_id=webhook_id)).secret
    assert tries.take(taken(told.delivery_id)).secrets == (second, first)
    with database.transaction() as transaction:
        transaction.run_text("UPDATE webhook SET old_secret_until_ms = old_secret_until_ms - 86400000")
    assert tries.take(taken(told.delivery_id)).secrets == (second,)


def test_a_deleted_webhook_ends_what_was_on_its_way(database, hooks, told, writer, tries, deliveries):
    writer.write()
    webhook_id = told.webhook_id
    hooks.delete(DeleteWebhook(tenant_id="t", webhook_id=webhook_id))
    with pytest.raises(NotFound):
        deliveries.page("t", webhook_id, limit=1, cursor=None)
    assert tries.take(taken(told.delivery_id)).wait_seconds is None
    assert TaskHistories(database).ended([job_of(told.delivery_id)]) == {job_of(told.delivery_id): 1}
