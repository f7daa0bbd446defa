"""What index exports of deliveries: how they go, how many have not ended, and how old the oldest is."""

from winnow_base import metrics
from winnow_contracts.webhooks import WEBHOOK_TENANT
from winnow_index.control.job_control import JobControl
from winnow_webhooks.commands import job_of
from winnow_webhooks.delivery_metrics import DeliveryMetrics

from .conftest import noted


def exported(name):
    """The value of each series of a metric, by the rest of its line."""
    lines = [line for line in metrics.exposition().decode().splitlines() if line.startswith(name)]
    return {line.rsplit(" ", 1)[0].removeprefix(name): float(line.rsplit(" ", 1)[1]) for line in lines}


def test_what_has_not_ended_is_counted_with_the_age_of_the_oldest(database, hook, deliveries, tries, writer):
    look = DeliveryMetrics(database, lambda: True).look
    look()
    assert exported("winnow_webhook_deliveries_pending") == {"": 0}
    assert exported("winnow_webhook_oldest_age_seconds") == {"": 0}
    webhook_id = hook()
    delivered, cancelled, waits = (deliveries.test("t", webhook_id).delivery_id for _ in range(3))
    with database.transaction() as transaction:
        transaction.run_text("UPDATE webhook_delivery SET created_ms = created_ms - 90000")
    look()
    assert exported("winnow_webhook_deliveries_pending") == {"": 3}
    writer.write()
    tries.note(noted(delivered, 1, status=200))
    tries.note(noted(waits, 1, status=500))
    JobControl(database).cancel(WEBHOOK_TENANT, job_of(cancelled), None, "ops")
    look()
    assert exported("winnow_webhook_deliveries_pending") == {"": 1}
    assert 90 <= exported("winnow_webhook_oldest_age_seconds")[""] < 150


def test_each_try_counts_once_by_what_became_of_the_delivery(told, writer, tries):
    writer.write()
    before = exported("winnow_webhook_tries_total")
    for _ in range(2):  # told once more, it is the same try
        tries.note(noted(told.delivery_id, 1, status=500))
    tries.note(noted(told.delivery_id, 2, status=410))
    tries.note(noted(told.delivery_id, 3, status=200))
    after = exported("winnow_webhook_tries_total")
    came = {name: value - before.get(name, 0) for name, value in after.items() if value != before.get(name, 0)}
    assert came == {'{outcome="pending"}': 1, '{outcome="failed"}': 1}
