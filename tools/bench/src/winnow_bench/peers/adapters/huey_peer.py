"""Huey on SQLite, each commit on the disk. It deletes a task as it takes it: there are no late acks to be set."""

from pathlib import Path

from bench_tasks import FOLDER, LAST_STEP, POLL_SECONDS, THREADS, body, run_module
from huey import SqliteHuey

huey = SqliteHuey(name="peer", filename=str(Path(FOLDER) / "huey.db"), fsync=True, results=False)


@huey.task()
def step(job, number):
    """One task of a job."""
    body(job, number)


def prepare():
    """Empties the file."""
    huey.storage.flush_all()


def single(jobs):
    """Enqueues the tasks."""
    for job in jobs:
        step(job, LAST_STEP)


def chain(jobs):
    """Enqueues the first tasks; each names those that follow."""
    for job in jobs:
        first = step.s(job, 1)
        for number in range(2, LAST_STEP + 1):
            first.then(step, job, number)
        huey.enqueue(first)


def work():
    """Becomes the worker program."""
    run_module(
        *("huey.bin.huey_consumer", "huey_peer.huey", "-w", str(THREADS), "-k", "thread", "-q", "-g", "TERM"),
        *("-d", str(POLL_SECONDS), "-m", str(POLL_SECONDS)),
    )
