"""Loaded by stock Dramatiq's workers: one actor on a RabbitmqBroker as its guide sets it up, with confirms."""

import json
import os
import time
import uuid
from typing import Any

import dramatiq
from dramatiq.brokers.rabbitmq import RabbitmqBroker
from dramatiq.middleware import CurrentMessage

QUEUE = "stock"
URL, LEDGER, NODE = "STOCK_AMQP_URL", "STOCK_LEDGER", "STOCK_NODE"
"""The environment of a worker."""


def make_broker(amqp_url: str) -> RabbitmqBroker:
    """Returns the stock broker with confirms, which are off by default; without them it would lose more."""
    broker = RabbitmqBroker(url=amqp_url, confirm_delivery=True)
    broker.add_middleware(CurrentMessage())
    return broker


def make_actor(broker: RabbitmqBroker) -> dramatiq.Actor[Any, Any]:
    """Returns the actor: it works for some milliseconds, and records its start and end."""
    return dramatiq.Actor(_work, broker=broker, actor_name="work", queue_name=QUEUE, priority=0, options={})


def _work(work_ms: int) -> None:
    message = CurrentMessage.get_current_message()
    assert message is not None
    attempt_id = uuid.uuid4().hex
    _note("start", message.message_id, attempt_id)
    time.sleep(work_ms / 1000)
    _note("end", message.message_id, attempt_id)


def _note(what: str, task_id: str, attempt_id: str) -> None:
    line = {
        "what": what,
        "job_id": task_id,
        "task_id": task_id,
        "actor": "work",
        "run": 1,
        # A worker that is asked to end spends one of its retries; the count treats that as the same task once more.
        "retry": 0,
        "attempt_id": attempt_id,
        "node": os.environ[NODE],
        "pid": os.getpid(),
        "at_ms": time.time_ns() // 1_000_000,
    }
    file = os.open(os.environ[LEDGER], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        os.write(file, (json.dumps(line) + "\n").encode())
    finally:
        os.close(file)


def _boot() -> None:
    broker = make_broker(os.environ[URL])
    dramatiq.set_broker(broker)
    make_actor(broker)


if URL in os.environ:
    # Dramatiq's own command imports this module and uses its broker and actors.
    _boot()
