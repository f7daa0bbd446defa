"""Stock Dramatiq on RabbitMQ: confirmed publishing, a pipeline for the chain."""

import dramatiq
import pika
from bench_tasks import AMQP_URL, LAST_STEP, THREADS, body, run_module
from dramatiq.brokers.rabbitmq import RabbitmqBroker

QUEUE = "peer.dramatiq"

dramatiq.set_broker(RabbitmqBroker(url=AMQP_URL, confirm_delivery=True))


@dramatiq.actor(queue_name=QUEUE)
def step(job, number):
    """One task of a job."""
    body(job, number)


def prepare():
    """Empties the queues."""
    connection = pika.BlockingConnection(pika.URLParameters(AMQP_URL))
    for queue in (QUEUE, f"{QUEUE}.DQ", f"{QUEUE}.XQ"):
        connection.channel().queue_delete(queue)
    connection.close()


def single(jobs):
    """Sends the tasks."""
    for job in jobs:
        step.send(job, LAST_STEP)


def one_by_one(jobs):
    """Sends single tasks, each until it is confirmed."""
    for job in jobs:
        step.send(job, LAST_STEP)
        yield


def chain(jobs):
    """Sends the first tasks; each names those that follow."""
    for job in jobs:
        tasks = (step.message_with_options(args=(job, number), pipe_ignore=True) for number in range(1, LAST_STEP + 1))
        dramatiq.pipeline(tasks).run()


def work():
    """Becomes the worker program."""
    run_module("dramatiq", "dramatiq_peer", "-p", "1", "-t", str(THREADS))
