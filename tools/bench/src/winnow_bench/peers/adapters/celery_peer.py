"""Celery on RabbitMQ: late acks, confirmed publishing, a quorum queue."""

import celery
from bench_tasks import AMQP_URL, LAST_STEP, THREADS, body, run_module

QUEUE = "peer.celery"

app = celery.Celery("celery_peer", broker=AMQP_URL)
app.conf.update(
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_ignore_result=True,
    task_default_queue=QUEUE,
    task_default_queue_type="quorum",
    broker_transport_options={"confirm_publish": True},
    broker_connection_retry_on_startup=True,
)


@app.task
def step(job, number):
    """One task of a job."""
    body(job, number)


def prepare():
    """Empties the queue."""
    with app.connection_for_write() as connection:
        connection.default_channel.queue_delete(QUEUE)


def single(jobs):
    """Sends the tasks."""
    for job in jobs:
        step.delay(job, LAST_STEP)


def chain(jobs):
    """Sends the first tasks; each names those that follow."""
    for job in jobs:
        celery.chain(step.si(job, number) for number in range(1, LAST_STEP + 1)).apply_async()


def work():
    """Becomes the worker program."""
    run_module("celery", "-A", "celery_peer", "worker", "-P", "threads", "-c", str(THREADS), "-l", "WARNING")
