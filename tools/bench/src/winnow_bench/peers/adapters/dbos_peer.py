"""DBOS on PostgreSQL: a chain is one workflow of three steps, each of which is recorded."""

import signal

import psycopg
from bench_tasks import LAST_STEP, POLL_SECONDS, POSTGRES_URL, THREADS, body
from dbos import DBOS, DBOSClient

QUEUE = "peer"


@DBOS.workflow()
def one_task(job):
    """A single task."""
    body(job, LAST_STEP)


@DBOS.step()
def step(job, number):
    """One task of a chain."""
    body(job, number)


@DBOS.workflow()
def three_tasks(job):
    """Three tasks, one after the other."""
    for number in range(1, LAST_STEP + 1):
        step(job, number)


def prepare():
    """Makes the tables, and empties them."""
    _launch()
    DBOS.destroy()
    with psycopg.connect(POSTGRES_URL, autocommit=True) as connection:
        connection.execute("TRUNCATE dbos.workflow_status, dbos.operation_outputs CASCADE")


def single(jobs):
    """Enqueues a workflow for each job."""
    _enqueue(one_task, jobs)


def chain(jobs):
    """Enqueues a workflow for each job."""
    _enqueue(three_tasks, jobs)


def one_by_one(jobs):
    """Enqueues single tasks, each in a transaction of its own."""
    client = DBOSClient(system_database_url=POSTGRES_URL)
    for job in jobs:
        client.enqueue({"workflow_name": one_task.__qualname__, "queue_name": QUEUE}, job)
        yield
    client.destroy()


def work():
    """Runs a worker until SIGTERM."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    _launch()
    signal.sigwait({signal.SIGTERM})
    DBOS.destroy()


def _enqueue(workflow, jobs):
    client = DBOSClient(system_database_url=POSTGRES_URL)
    for job in jobs:
        client.enqueue({"workflow_name": workflow.__qualname__, "queue_name": QUEUE}, job)
    client.destroy()


def _launch():
    # It also makes the tables, and takes up what this executor had begun.
    DBOS(
        config={
            "name": "peer",
            "system_database_url": POSTGRES_URL,
            # A workflow is taken up again by an executor of the same name and version.
            "executor_id": "worker",
            "application_version": "1",
            "max_executor_threads": THREADS,
            "log_level": "WARNING",
        }
    )
    DBOS.launch()
    DBOS.register_queue(QUEUE, polling_interval_sec=POLL_SECONDS, on_conflict="always_update")
