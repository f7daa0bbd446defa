"""Counts how the jobs of a batch stand, for people and for the job that waits for them."""

from winnow_contracts.errors import NotFound
from winnow_contracts.index_api.jobs import BatchView
from winnow_index.database import Database


class Batches:
    """Reads batches. Raises Unavailable and TimedOut. Safe for threads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def count(self, batch_id: str) -> BatchView:
        """How the jobs of the batch stand; all are 0 before the first of them is known here."""
        with self._database.transaction() as transaction:
            row = transaction.row("count_batch", {"batch_id": batch_id})
        assert row is not None
        return BatchView(**row)

    def read(self, batch_id: str) -> BatchView:
        """As ``count``. Raises NotFound for a batch of which no job is known."""
        batch = self.count(batch_id)
        if not batch.open + batch.ended:
            raise NotFound(f"There is no batch {batch_id}.")
        return batch
