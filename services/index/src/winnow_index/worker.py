"""Starts an index node: ``winnow-index --lanes default,events``."""

import argparse
import logging
import sys
from collections.abc import Sequence
from functools import partial

from winnow_chassis.environment import Environment
from winnow_chassis.inbox import Inbox
from winnow_chassis.objects_s3 import S3ObjectStore
from winnow_chassis.routes import Dependency, Policy, Route
from winnow_chassis.settings import ChassisSettings, read_chassis_settings
from winnow_chassis.worker import run_worker
from winnow_contracts import queues
from winnow_contracts.commands import StoreRecording
from winnow_contracts.errors import Misconfigured, Temporary
from winnow_index import actors
from winnow_index.database import Database
from winnow_index.events import EventStore
from winnow_index.korean import Korean
from winnow_index.migrate import Preparation
from winnow_index.settings import IndexSettings, read_index_settings
from winnow_index.store import RecordingStore

LANES = {"default": queues.INDEX}
EVENTS = "events"
"""Not a lane of tasks: the inbox of events."""

STORE = Policy(retries=5, backoff_seconds=5, limit_seconds=300)
_LOG = logging.getLogger(__name__)


def main(arguments: Sequence[str] | None = None) -> None:
    """Work until told to stop. Exits with a sentence where the node can not run as it is set up."""
    names = [*LANES, EVENTS]
    parser = argparse.ArgumentParser(prog="winnow-index", description="Stores recordings and the history of tasks.")
    parser.add_argument("--lanes", required=True, help="comma-separated: " + ", ".join(names))
    chosen = parser.parse_args(arguments).lanes.split(",")
    if unknown := [name for name in chosen if name not in names]:
        parser.error(f"there is no lane {unknown[0]!r}; the lanes are {', '.join(names)}")
    environment = Environment()
    chassis = read_chassis_settings(environment, "index")
    try:
        _run(chassis, read_index_settings(environment), chosen)
    except Misconfigured as error:
        sys.exit(f"winnow-index can not run: {error.detail} {error.hint}")


def _run(chassis: ChassisSettings, settings: IndexSettings, chosen: Sequence[str]) -> None:
    objects = S3ObjectStore(
        endpoint=chassis.s3_endpoint,
        access_key=chassis.s3_access_key,
        secret_key=chassis.s3_secret_key,
        bucket=chassis.s3_bucket,
        region=chassis.s3_region,
        secure=chassis.s3_secure,
    )
    database = Database(
        settings.database_url,
        connections=settings.connections,
        statement_seconds=settings.statement_seconds,
        application=chassis.node,
    )
    preparation = Preparation(database, settings.admin_key)
    prepare_now_or_later(preparation)
    store = RecordingStore(database, Korean())
    run_worker(
        chassis,
        tuple(LANES[name] for name in chosen if name in LANES),
        settings.threads,
        [
            Route(
                command=StoreRecording,
                actor=partial(actors.store_recording, objects=objects, store=store),
                policy=STORE,
            )
        ],
        # The database is prepared by the probe that first finds it up; until then the node consumes nothing.
        [Dependency(name="postgres", probe=preparation.probe), Dependency(name="s3", probe=objects.probe)],
        inboxes(chassis, database, preparation) if EVENTS in chosen else (),
    )


def inboxes(chassis: ChassisSettings, database: Database, preparation: Preparation) -> tuple[Inbox, ...]:
    """The consumer of event batches; it waits for a prepared database."""
    return (Inbox(chassis.amqp_url, EventStore(database).apply_batch, lambda: preparation.is_done),)


def prepare_now_or_later(preparation: Preparation) -> None:
    """Prepare the database if it answers. Raises Misconfigured where it can not serve: that no waiting mends."""
    try:
        preparation.probe()
    except Temporary as error:
        _LOG.warning("PostgreSQL is awaited.", extra={"reason": error.detail})


if __name__ == "__main__":
    main()
