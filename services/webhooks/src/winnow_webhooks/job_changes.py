"""Reads what changed with an account's jobs."""

from winnow_contracts.index_api.job_changes import KEPT_HOURS, MOST_CHANGES, JobChange, JobChanges, Position
from winnow_contracts.stages import FETCH_STAGES, PHOTO_STAGES, RECORDING_STAGES
from winnow_index.database import Database
from winnow_index.views import instant

_STAGES = {**FETCH_STAGES, **RECORDING_STAGES, **PHOTO_STAGES}
_KEPT_MS = KEPT_HOURS * 3_600_000


class JobChangeReads:
    """Tells each change of a tenant's jobs once, in an order that never changes, however transactions overlap.

    Raises Unavailable and TimedOut. Safe for threads.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def after(self, tenant_id: str, position: Position | None) -> JobChanges:
        """What changed after a position; without one, and where it is too old, where changes stand now."""
        with self._database.transaction() as transaction:
            row = transaction.row("read_change_position", {})
            assert row is not None
            now = Position(at_ms=row["now_ms"], transaction=int(row["below"]))
            # A later transaction than any is of another database: this one was restored, or made anew.
            if position is None or position.at_ms < now.at_ms - _KEPT_MS or position.transaction > now.transaction:
                return JobChanges(items=(), position=str(now), reset=position is not None)
            bounds = {"below": row["below"], "transaction": str(position.transaction), "number": position.number}
            wanted = {"tenant_id": tenant_id, "actors": list(_STAGES), "limit": MOST_CHANGES}
            rows = transaction.rows("list_job_changes", {**wanted, **bounds})
        items = tuple(
            JobChange(
                position=str(Position(at_ms=one["at_ms"], transaction=int(one["xid"]), number=one["n"])),
                job_id=one["job_id"],
                media_id=one["media_id"],
                run=one["run"],
                status=one["status"],
                stage=_STAGES.get(one["actor"]),
                at=instant(one["at_ms"]),
            )
            for one in rows
        )
        more = len(items) == MOST_CHANGES
        return JobChanges(items=items, position=items[-1].position if more else str(now), more=more)
