"""Builds PostgreSQL indexes beside the work. A migration that did would lock tables that every batch writes to."""

import logging

from winnow_index.database import Database

_LOG = logging.getLogger(__name__)


def build_index(database: Database, name: str) -> bool:
    """Build the index by ``queries/build_<name>.sql`` unless it is there. Returns whether this process built it.

    One process at a time builds, others leave it alone; until it is there, what needs it reads the whole table. It may
    take minutes, and waits for every transaction that is open. Raises Unavailable.
    """
    with database.lock("index builds") as taken:
        if not taken:
            return False
        with database.transaction() as transaction:
            found = transaction.row("find_index", {"name": name})
        if found is not None and found["valid"]:
            return False
        if found is not None:  # a build that was broken off leaves a part, which nothing uses
            database.run_alone(f"unbuild_{name}")
        database.run_alone(f"build_{name}")
    _LOG.info("An index was built.", extra={"built": name})
    return True
