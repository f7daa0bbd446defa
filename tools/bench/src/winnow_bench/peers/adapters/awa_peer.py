"""Awa on PostgreSQL: a worker in Rust that calls coroutines; a task inserts the next one."""

import asyncio
import signal
from dataclasses import dataclass

from awa import AsyncClient
from bench_tasks import LAST_STEP, LEASE_SECONDS, POLL_SECONDS, POSTGRES_URL, THREADS, body_async

QUEUE = "peer"


@dataclass
class Step:
    """One task of a job."""

    job: int
    number: int


def prepare():
    """Makes the tables."""
    asyncio.run(_prepare())


def single(jobs):
    """Inserts the tasks."""
    asyncio.run(_insert(jobs, LAST_STEP))


def chain(jobs):
    """Inserts the first tasks."""
    asyncio.run(_insert(jobs, 1))


def work():
    """Runs a worker until SIGTERM."""
    asyncio.run(_work())


async def _prepare():
    async with AsyncClient(POSTGRES_URL) as client:
        await client.migrate()


async def _insert(jobs, number):
    async with AsyncClient(POSTGRES_URL) as client:
        await client.enqueue_many_copy([Step(job=job, number=number) for job in jobs], queue=QUEUE)


async def _work():
    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    async with AsyncClient(POSTGRES_URL) as client:

        @client.task(Step, queue=QUEUE)
        async def step(job):
            await body_async(job.args.job, job.args.number)
            if job.args.number < LAST_STEP:
                await client.insert(Step(job=job.args.job, number=job.args.number + 1), queue=QUEUE)

        await client.start(
            [(QUEUE, THREADS)],
            poll_interval_ms=round(POLL_SECONDS * 1000),
            heartbeat_staleness_ms=LEASE_SECONDS * 1000,
        )
        await ended.wait()
        await client.shutdown()
