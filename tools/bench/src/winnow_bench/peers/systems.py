"""The systems that are compared: what each needs, where it keeps its tasks, and how it is set."""

from dataclasses import dataclass

PINNED_UNTIL = "2026-11-29T00:00:00Z"
"""Packages that no requirement pins are taken as of this moment."""


@dataclass(frozen=True, kw_only=True)
class System:
    """One job system. ``adapter`` is the stem of its file in ``adapters``; ``requirements`` pin what is compared.

    ``appendfsync`` is how a Redis of its own writes to its disk, for a system that keeps tasks in one.
    """

    name: str
    adapter: str
    requirements: tuple[str, ...]
    store: str
    settings: str
    appendfsync: str = ""

    @property
    def key(self) -> str:
        """Its name in options and folders."""
        return f"{self.adapter}-{self.appendfsync}" if self.appendfsync else self.adapter

    @property
    def server(self) -> str:
        """The part of a stack that keeps its tasks, where one does."""
        return "postgres" if self.store == "PostgreSQL" else "rabbitmq"


WINNOW = System(
    name="Winnow",
    adapter="winnow",
    requirements=(),
    store="its journal and RabbitMQ",
    settings="journal on the worker's disk, quorum queues; index stores the history in PostgreSQL",
)
SYSTEMS = (
    System(
        name="stock Dramatiq",
        adapter="dramatiq",
        requirements=("dramatiq[rabbitmq]==2.2.1",),
        store="RabbitMQ",
        settings="publisher confirms, classic durable queue, acks after the task",
    ),
    System(
        name="Celery",
        adapter="celery",
        requirements=("celery==5.7.0",),
        store="RabbitMQ",
        settings="late acks, publisher confirms, quorum queue, threads",
    ),
    System(
        name="Procrastinate",
        adapter="procrastinate",
        requirements=("procrastinate==3.10.0", "psycopg[binary]==3.3.9"),
        store="PostgreSQL",
        settings="coroutines; the guide's task for stalled jobs, each minute, after 30 s of silence",
    ),
    System(
        name="PgQueuer",
        adapter="pgqueuer",
        requirements=("pgqueuer[asyncpg]==1.6.0", "uvloop==0.23.0"),
        store="PostgreSQL",
        settings="durable tables, coroutines, batches of 4; taken again after 30 s of silence",
    ),
    System(
        name="DBOS",
        adapter="dbos",
        requirements=("dbos==3.4.0",),
        store="PostgreSQL",
        settings="one workflow a job, a chain is three recorded steps; asks each 0.1 s",
    ),
    System(
        name="Huey",
        adapter="huey",
        requirements=("huey==3.5.4",),
        store="SQLite",
        settings="fsync at each commit, threads; asks each 0.1 s. A task is deleted as it is taken",
    ),
    System(
        name="Awa",
        adapter="awa",
        requirements=("awa-pg==0.6.9",),
        store="PostgreSQL",
        settings="a worker in Rust that calls coroutines; taken again after 30 s of silence",
    ),
    System(
        name="Absurd",
        adapter="absurd",
        requirements=("absurd-sdk==0.5.1", "absurdctl==0.5.1"),
        store="PostgreSQL",
        settings="one task a job, a chain is three recorded steps; a claim of 30 s; asks each 0.1 s",
    ),
    System(
        name="Redis Streams, always",
        adapter="redis",
        requirements=("redis==8.1.0",),
        store="Redis",
        settings="a consumer group, a worker of the bench's own; fsync before each answer; claimed after 30 s",
        appendfsync="always",
    ),
    System(
        name="Redis Streams, everysec",
        adapter="redis",
        requirements=("redis==8.1.0",),
        store="Redis",
        settings="the same; fsync once a second, which is Redis's default of its append-only file",
        appendfsync="everysec",
    ),
)
DESIGNS = tuple(one for one in SYSTEMS if one.adapter in ("dramatiq", "pgqueuer", "dbos", "redis"))
"""One or two for each place where a job can lie: a broker, rows of PostgreSQL, steps in PostgreSQL, a Redis stream."""
