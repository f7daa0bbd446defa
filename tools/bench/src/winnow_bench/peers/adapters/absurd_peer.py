"""Absurd on PostgreSQL: a chain is one task of three steps, each of which is recorded. Its program runs psql."""

import signal
import subprocess
import sys
from pathlib import Path

import psycopg
from absurd_sdk import Absurd
from bench_tasks import LAST_STEP, LEASE_SECONDS, POLL_SECONDS, POSTGRES_URL, THREADS, body

QUEUE = "peer"


def prepare():
    """Makes the schema at the first time, and the queue anew."""
    with psycopg.connect(POSTGRES_URL) as connection:
        is_there = connection.execute("SELECT to_regnamespace('absurd')").fetchone()[0]
    if is_there is None:
        absurdctl = Path(sys.executable).with_name("absurdctl")
        subprocess.run([absurdctl, "init", "-d", POSTGRES_URL], check=True)
    app = _open_queue()
    app.drop_queue(QUEUE)
    app.create_queue(QUEUE)
    app.close()


def single(jobs):
    """Spawns a task for each job."""
    _spawn("single", jobs)


def chain(jobs):
    """Spawns a task for each job."""
    _spawn("chain", jobs)


def work():
    """Runs a worker until SIGTERM."""
    app = _open_queue()
    signal.signal(signal.SIGTERM, lambda *_: app.stop_worker())
    app.start_worker(claim_timeout=LEASE_SECONDS, concurrency=THREADS, poll_interval=POLL_SECONDS)


def _spawn(name, jobs):
    app = _open_queue()
    for job in jobs:
        app.spawn(name, {"job": job})
    app.close()


def _open_queue():
    app = Absurd(POSTGRES_URL, queue_name=QUEUE)

    @app.register_task(name="single")
    def single(params, context):
        body(params["job"], LAST_STEP)

    @app.register_task(name="chain")
    def chain(params, context):
        for number in range(1, LAST_STEP + 1):
            context.step(f"step {number}", lambda number=number: body(params["job"], number))

    return app
