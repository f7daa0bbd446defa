"""The task that delivers one event to one webhook, however many tries that takes."""

from dataclasses import asdict
from typing import Protocol

from winnow_ai.index_calls import A, Index
from winnow_ai.webhooks.sender import Reply
from winnow_base.async_bridge import Check
from winnow_chassis.worker.routes import Policy
from winnow_contracts.commands import DeliverWebhook
from winnow_contracts.errors import Snoozed, TimedOut, Unavailable
from winnow_contracts.index_api.webhook_deliveries import NextTry, NoteTry, TakeDelivery
from winnow_contracts.internal_api import IndexRequest
from winnow_journal.task import Task

DELIVERY = Policy(retries=3, backoff_seconds=20, limit_seconds=60)
"""For faults of ours alone: a receiver's are no errors of the task."""

_INDEX_AWAY_SECONDS = 10.0


class Sender(Protocol):
    """Posts a try. See ``WebhookSender``."""

    def post(self, due: NextTry, message_id: str, check: Check) -> Reply:
        """What came of it."""


def deliver_webhook(task: Task, command: DeliverWebhook, *, index: Index, sender: Sender, node: str) -> None:
    """Make the try that is due, and tell index how it went. Raises Snoozed until the next one.

    Index says what is due and counts, and lets one ``node`` at a time make a try. A try is a step: where its process
    dies after the post, it is not posted again.
    """
    delivery_id, run = command.delivery_id, task.envelope.run
    due = _answer(index, TakeDelivery(delivery_id=delivery_id, run=run, node=node))
    if due.url:
        number, posted = due.number, due
        made = task.step(f"try {run}.{number}", lambda: asdict(sender.post(posted, delivery_id, task.check_call)))
        task.tell_result(number=number, status=made["status"], error=made["error"])
        due = _answer(index, NoteTry(delivery_id=delivery_id, run=run, number=number, **made))
    if due.wait_seconds is not None:
        raise Snoozed(f"Try {due.number} is made later.", wait_seconds=due.wait_seconds, code="webhook-waits")


def _answer(index: Index, request: IndexRequest[A]) -> A:
    """Index's answer. Raises Snoozed while it is away: waiting for it costs no retry."""
    try:
        return index.ask(request)
    except (Unavailable, TimedOut) as error:
        raise Snoozed(error.detail, wait_seconds=_INDEX_AWAY_SECONDS, code="unavailable") from error
