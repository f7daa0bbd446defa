"""A receiver that is back gets what waits at once: a few at a time, the oldest first, each wait cut short once."""

from dataclasses import dataclass, field

import pytest

from winnow_contracts.envelope import now_ms
from winnow_contracts.errors import Snoozed
from winnow_contracts.index_api.webhooks import ChangeWebhook
from winnow_contracts.states import Outcome, TaskState
from winnow_contracts.webhooks import WEBHOOK_TENANT
from winnow_index.control.job_control import JobControl
from winnow_index.history.event_store import EventStore
from winnow_index.history.open_commands import OpenCommands
from winnow_index.testing import EventSender, started
from winnow_journal.event_factory import end_event
from winnow_journal.values import AttemptResult
from winnow_webhooks import early
from winnow_webhooks.commands import job_of

from .conftest import noted, taken

MINUTES_MS = 300_000


@dataclass
class Receiver:
    """A webhook whose receiver is down, with ai's side of its deliveries."""

    database: object
    tries: object
    deliveries: object
    writer: object
    webhook_id: str
    shipper: EventSender
    first: dict = field(default_factory=dict)
    """The first command of each delivery."""

    def send(self):
        """Send a test; returns its id. Index has published its command."""
        delivery_id = self.deliveries.test("t", self.webhook_id).delivery_id
        self.writer.write()
        self.first.update(self.published())
        return delivery_id

    def published(self):
        """What index publishes now, by delivery."""
        due = OpenCommands(self.database).due(100)
        OpenCommands(self.database).sent(due)
        return {one.envelope.command.delivery_id: one.envelope for one in due}

    def misses(self, *numbers, heard=True):
        """A delivery whose tries ``numbers`` failed; ``heard``: and ai's events of it have come."""
        delivery_id = self.send()
        envelope = self.first[delivery_id]
        for number in numbers:
            waits = self.tries.note(noted(delivery_id, number, status=500)).wait_seconds
            again = envelope.retried(retry=number, not_before_ms=now_ms() + round(1000 * waits))
            if heard:
                self.hears(envelope, again)
            envelope = again
        return delivery_id

    def hears(self, envelope, again):
        """Ai's events of a try that failed: another copy of its command waits in the broker."""
        attempt = f"{envelope.command.delivery_id} {envelope.retry}"
        why = Snoozed("Try 2 is made later.", wait_seconds=300, code="webhook-waits").to_json()
        snoozed = AttemptResult(state=TaskState.RETRY_WAIT, outcome=Outcome.SNOOZED, delay_ms=1, error=why)
        self.shipper.ship(started(envelope, attempt, "ai-1"), end_event(envelope, snoozed, "ai-1", attempt, copy=again))

    def takes(self, delivery_id, number=1):
        """The receiver takes a delivery."""
        assert self.tries.note(noted(delivery_id, number, status=204)).wait_seconds is None

    def waits(self, delivery_id):
        """How long its next try is away, in seconds."""
        with self.database.transaction() as transaction:
            row = transaction.row("read_delivery", {"delivery_id": delivery_id, "now_ms": now_ms()})
        return (row["next_ms"] - now_ms()) / 1000


@pytest.fixture
def down(database, hook, tries, deliveries, writer):
    shipper = EventSender(EventStore(database), "ai-journal", "ai-1")
    return Receiver(database, tries, deliveries, writer, hook(), shipper)


def test_when_one_is_delivered_what_waits_is_published_at_once_and_once(down, writer):
    missed = down.misses(1, 2)
    down.takes(down.send())
    assert down.published() == {}
    writer.write()
    copies = down.published()
    assert list(copies) == [missed]
    assert copies[missed].retry == 2  # as the copy in the broker, which comes later
    assert copies[missed].not_before_ms <= now_ms()
    writer.write()
    assert down.published() == {}
    assert down.tries.take(taken(missed, node="ai-1")).number == 3


def test_the_copy_that_comes_at_the_planned_time_finds_it_delivered(down, writer):
    missed = down.misses(1, 2)
    down.takes(down.send())
    down.takes(missed, 3)
    assert down.tries.take(taken(missed, node="ai-2")).wait_seconds is None
    writer.write()
    assert down.published() == {}


def test_while_a_node_makes_a_try_another_that_has_a_copy_waits_and_posts_nothing(down, writer):
    missed = down.misses(1, 2)
    down.takes(down.send())
    writer.write()
    down.published()
    assert down.tries.take(taken(missed, node="ai-1")).url
    held = down.tries.take(taken(missed, node="ai-2"))
    assert (held.url, 20 < held.wait_seconds <= 30) == ("", True)
    assert down.tries.take(taken(missed)).url == ""  # a node of before does not say who it is
    assert down.tries.take(taken(missed, node="ai-1")).url  # it knows what it has posted
    writer.write()
    assert down.published() == {}


def test_what_a_node_that_died_took_is_anothers_after_half_a_minute(down, database):
    sent = down.send()
    assert down.tries.take(taken(sent, node="ai-1")).url
    with database.transaction() as transaction:
        transaction.run_text("UPDATE webhook_delivery SET taken_until_ms = taken_until_ms - 30000")
    assert down.tries.take(taken(sent, node="ai-2")).url


def test_the_oldest_come_first_and_only_a_few_are_under_way(down, database, monkeypatch):
    monkeypatch.setattr(early, "MOST_UNDER_WAY", 2)
    missed = [down.misses(1, 2) for _ in range(4)]
    with database.transaction() as transaction:
        for age, delivery_id in enumerate(missed):
            moment = {"at_ms": 1000 - age, "delivery_id": delivery_id}
            transaction.run_text(
                "UPDATE webhook_delivery SET created_ms = %(at_ms)s WHERE delivery_id = %(delivery_id)s", moment
            )
    down.takes(down.send())
    oldest_first = missed[::-1]
    assert [down.waits(one) < 5 for one in oldest_first] == [True, True, False, False]
    assert down.waits(oldest_first[0]) < down.waits(oldest_first[1])
    down.takes(oldest_first[0], 3)
    assert [down.waits(one) < 5 for one in oldest_first[1:]] == [True, True, False]


def test_a_try_that_came_early_and_failed_costs_none_of_the_schedule_and_its_wait_is_cut_short_once(down, writer):
    missed = down.misses(1, 2)
    planned = down.waits(missed)
    down.takes(down.send())
    down.tries.note(noted(missed, 3, status=500))
    assert abs(down.waits(missed) - planned) < 5
    down.takes(down.send())
    assert down.waits(missed) > 200
    with down.database.transaction() as transaction:  # until the planned time
        transaction.run_text("UPDATE webhook_delivery SET next_ms = 1, planned_ms = 1")
    wait = down.tries.note(noted(missed, 4, status=500)).wait_seconds
    assert 1_800 - 1 < wait < 1.1 * 1_800  # as after a third try
    down.takes(down.send())
    assert down.waits(missed) < 5


def test_tries_that_came_early_are_not_among_the_ten(down, listed):
    missed = down.misses(1, 2)
    for number in range(3, 15):
        down.takes(down.send())
        assert down.tries.note(noted(missed, number, status=500)).wait_seconds > 200
        with down.database.transaction() as transaction:  # it may come early once more
            transaction.run_text("UPDATE webhook_delivery SET planned_ms = NULL")
    shown = next(one for one in listed(down.webhook_id) if one.delivery_id == missed)
    assert (shown.state, shown.tries) == ("pending", 14)


@pytest.mark.parametrize("change", [{"enabled": True}, {"url": "https://example.org/other"}])
def test_whoever_switches_a_webhook_on_or_moves_it_gets_what_waits_however_often(down, hooks, change):
    missed = down.misses(1, 2)
    for number in (3, 4):
        hooks.change(ChangeWebhook(tenant_id="t", webhook_id=down.webhook_id, **change))
        assert down.waits(missed) < 5
        assert down.tries.note(noted(missed, number, status=500)).wait_seconds > 200
    hooks.change(ChangeWebhook(tenant_id="t", webhook_id=down.webhook_id, description="other"))
    assert down.waits(missed) > 200


def test_a_new_address_brings_nothing_while_the_webhook_is_off_and_everything_once_it_is_on(down, hooks, writer):
    missed = down.misses(1, 2)
    for change in ({"enabled": False}, {"url": "https://elsewhere.example/hook"}):
        hooks.change(ChangeWebhook(tenant_id="t", webhook_id=down.webhook_id, **change))
    writer.write()
    assert down.published() == {}
    assert down.waits(missed) > 200
    hooks.change(ChangeWebhook(tenant_id="t", webhook_id=down.webhook_id, enabled=True))
    writer.write()
    assert list(down.published()) == [missed]


def test_a_command_that_index_hears_of_later_is_published_then(down, writer):
    """The receiver answers another delivery before ai's event of the failed try has come."""
    missed = down.misses(1, heard=False)
    down.tries.note(noted(missed, 2, status=500))
    down.takes(down.send())
    writer.write()
    assert down.published() == {}
    envelope = down.first[missed]
    down.hears(envelope, envelope.retried(retry=1, not_before_ms=now_ms() + MINUTES_MS))
    writer.write()
    assert [one.retry for one in down.published().values()] == [1]


def test_a_delivery_whose_job_an_operator_ended_takes_nobodys_place(down, monkeypatch):
    monkeypatch.setattr(early, "MOST_UNDER_WAY", 1)
    cancelled, missed = down.misses(1, 2), down.misses(1, 2)
    JobControl(down.database).cancel(WEBHOOK_TENANT, job_of(cancelled), None, "ops")
    down.takes(down.send())
    assert down.waits(cancelled) > 200
    assert down.waits(missed) < 5
