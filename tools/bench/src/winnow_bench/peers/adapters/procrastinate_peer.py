"""Procrastinate on PostgreSQL, with the task for stalled jobs that its guide asks for; a task defers the next one."""

import psycopg
from bench_tasks import LAST_STEP, LEASE_SECONDS, POSTGRES_URL, THREADS, body_async, run_module
from procrastinate import App, PsycopgConnector

app = App(connector=PsycopgConnector(conninfo=POSTGRES_URL))


@app.task(name="step")
async def step(job, number):
    """One task of a job."""
    await body_async(job, number)
    if number < LAST_STEP:
        await step.defer_async(job=job, number=number + 1)


# A job of a killed worker stays "doing" without it.
@app.periodic(cron="* * * * *")
@app.task(name="retry_stalled", queueing_lock="retry_stalled", pass_context=True)
async def retry_stalled(context, timestamp):
    """Gives the jobs of dead workers to others."""
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=LEASE_SECONDS):
        await app.job_manager.retry_job(job)


def prepare():
    """Makes the tables at the first time, and empties them."""
    with psycopg.connect(POSTGRES_URL, autocommit=True) as connection:
        if connection.execute("SELECT to_regclass('procrastinate_jobs')").fetchone()[0] is None:
            with app.open():
                app.schema_manager.apply_schema()
        connection.execute(
            "TRUNCATE procrastinate_jobs, procrastinate_events, procrastinate_periodic_defers, procrastinate_workers"
            " RESTART IDENTITY CASCADE"
        )


def single(jobs):
    """Defers the tasks."""
    _defer(jobs, LAST_STEP)


def chain(jobs):
    """Defers the first tasks."""
    _defer(jobs, 1)


def work():
    """Becomes the worker program."""
    run_module("procrastinate", "--app=procrastinate_peer.app", "worker", "--concurrency", str(THREADS))


def _defer(jobs, number):
    with app.open():
        step.batch_defer(*({"job": job, "number": number} for job in jobs))
