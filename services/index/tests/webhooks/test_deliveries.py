"""An account sees its deliveries, tests a webhook, and sends again what ended; old ones go."""

import json

import pytest

from winnow_contracts.errors import Conflict, NotFound
from winnow_contracts.webhooks import WEBHOOK_TENANT
from winnow_index.control.job_control import JobControl
from winnow_index.history.open_commands import OpenCommands
from winnow_index.history.task_history import TaskHistories
from winnow_webhooks.commands import job_of

from .conftest import noted, taken


def test_sent_again_it_is_the_same_delivery_in_a_run_of_its_own(database, told, writer, tries, deliveries, listed):
    writer.write()
    delivery_id = told.delivery_id
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
    assert tries.take(taken(delivery_id)).wait_seconds is None  # a late copy of the run before
    assert tries.take(taken(delivery_id, run=2)).number == 1
    tries.note(noted(delivery_id, 1, status=200, run=2))
    assert TaskHistories(database).ended([job_of(delivery_id)]) == {job_of(delivery_id): 2}


def test_a_delivery_whose_job_an_operator_ended_says_so_and_can_be_sent_again(
    database, told, writer, tries, deliveries, listed
):
    writer.write()
    JobControl(database).cancel(WEBHOOK_TENANT, job_of(told.delivery_id), None, "ops")
    (shown,) = listed(told.webhook_id)
    assert shown.state == "cancelled"
    assert deliveries.replay("t", told.delivery_id).state == "pending"
    writer.write()
    assert tries.take(taken(told.delivery_id, run=2)).number == 1


def test_a_test_is_a_delivery_of_its_own_and_names_its_webhook_alone(hook, deliveries, writer, tries):
    webhook_id = hook(types=("media.ready",))
    first, second = (deliveries.test("t", webhook_id) for _ in range(2))
    assert first.delivery_id != second.delivery_id
    assert (first.type, first.media_id, first.state) == ("webhook.test", None, "pending")
    assert writer.write() == 2
    assert json.loads(tries.take(taken(first.delivery_id)).body)["data"] == {"webhook_id": webhook_id}
    with pytest.raises(NotFound):
        deliveries.test("other", webhook_id)


def test_deliveries_come_in_pages_newest_first(hook, deliveries):
    webhook_id = hook()
    made = {deliveries.test("t", webhook_id).delivery_id for _ in range(5)}
    first = deliveries.page("t", webhook_id, limit=3, cursor=None)
    rest = deliveries.page("t", webhook_id, limit=3, cursor=first.next_cursor)
    assert {one.delivery_id for one in (*first.items, *rest.items)} == made
    assert (len(first.items), rest.next_cursor) == (3, None)


def test_old_deliveries_go_and_so_do_the_jobs_that_delivered(database, told, writer, tries, listed):
    writer.write()
    tries.note(noted(told.delivery_id, 1, status=200))
    webhook_id = told.webhook_id
    with database.transaction() as transaction:
        assert transaction.run("drop_old_deliveries", {"before_ms": 1}) == 0
        transaction.rows("drop_history", {"job_ids": [job_of(told.delivery_id)], "now_ms": 1})
        assert transaction.run("drop_old_deliveries", {"before_ms": 1 << 50}) == 1
    assert listed(webhook_id) == ()
    assert TaskHistories(database).statuses([job_of(told.delivery_id)]) == {}
