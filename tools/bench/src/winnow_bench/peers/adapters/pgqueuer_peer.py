"""PgQueuer on PostgreSQL, with its logged ("durable") tables; a task enqueues the next one."""

import asyncio
import json
from contextlib import asynccontextmanager
from datetime import timedelta

import asyncpg
import pgqueuer
from bench_tasks import LAST_STEP, LEASE_SECONDS, POSTGRES_URL, THREADS, body_async
from pgqueuer.db import AsyncpgDriver, AsyncpgPoolDriver
from pgqueuer.queries import Queries

BATCH = THREADS // 2
"""It allows a bound on tasks at once of twice its batch and more."""


@asynccontextmanager
async def manager():
    """A worker with its one kind of task."""
    worker = pgqueuer.PgQueuer(AsyncpgDriver(await asyncpg.connect(POSTGRES_URL)))
    pool = await asyncpg.create_pool(POSTGRES_URL, min_size=THREADS // 2, max_size=THREADS)
    queries = Queries(AsyncpgPoolDriver(pool))

    @worker.entrypoint("step")
    async def step(job):
        task = json.loads(job.payload)
        await body_async(task["job"], task["number"])
        if task["number"] < LAST_STEP:
            await queries.enqueue("step", _payload(task["job"], task["number"] + 1))

    yield worker


def _payload(job, number):
    return json.dumps({"job": job, "number": number}).encode()


def prepare():
    """Makes the tables at the first time, and empties them."""
    asyncio.run(_prepare())


def single(jobs):
    """Enqueues the tasks."""
    asyncio.run(_enqueue(jobs, LAST_STEP))


def chain(jobs):
    """Enqueues the first tasks."""
    asyncio.run(_enqueue(jobs, 1))


def one_by_one(jobs):
    """Enqueues single tasks, each in a transaction of its own."""
    with asyncio.Runner() as runner:
        connection = runner.run(asyncpg.connect(POSTGRES_URL))
        queries = Queries(AsyncpgDriver(connection))
        for job in jobs:
            runner.run(queries.enqueue("step", _payload(job, LAST_STEP)))
            yield
        runner.run(connection.close())


def work():
    """Runs a worker until SIGTERM."""
    asyncio.run(
        pgqueuer.run(
            manager,
            batch_size=BATCH,
            max_concurrent_tasks=THREADS,
            heartbeat_timeout=timedelta(seconds=LEASE_SECONDS),
        )
    )


async def _prepare():
    connection = await asyncpg.connect(POSTGRES_URL)
    queries = Queries(AsyncpgDriver(connection))
    if await connection.fetchval("SELECT to_regclass('pgqueuer')") is None:
        await queries.install()
    await connection.execute("TRUNCATE pgqueuer, pgqueuer_log RESTART IDENTITY CASCADE")
    await connection.close()


async def _enqueue(jobs, number):
    connection = await asyncpg.connect(POSTGRES_URL)
    queries = Queries(AsyncpgDriver(connection))
    await queries.enqueue(["step"] * len(jobs), [_payload(job, number) for job in jobs], [0] * len(jobs))
    await connection.close()
