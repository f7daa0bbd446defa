"""Deletes media: every row at once, in one transaction. Their objects are removed afterwards (``deleted_objects``)."""

from winnow_contracts.envelope import now_ms
from winnow_contracts.index_api.audit import AuditAction
from winnow_index.control.audit import note
from winnow_index.database import Database
from winnow_index.store.completion import ensure_job
from winnow_index.store.deletions import missing


class Deletion:
    """Deletes media of tenants. Raises Unavailable if PostgreSQL does not answer."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def delete(
        self, tenant_id: str, media_id: str, who: str, *, job_id: str | None = None, kind: str | None = None
    ) -> list[str]:
        """Delete a media, of one ``kind`` or of any, for the key ``who``. Returns the ids of its jobs.

        From then on nothing of them is stored, and nodes drop their messages. With ``job_id``, a media that index does
        not know is treated as accepted a moment ago. Raises NotFound (also for another tenant's media), Gone, and
        Superseded (``gone``).
        """
        asked = {"tenant_id": tenant_id, "media_id": media_id, "kind": kind}
        with self._database.transaction() as transaction:
            if job_id:
                ensure_job(transaction, tenant_id, job_id, media_id, kind or "recording")
            job_ids = [row["job_id"] for row in transaction.rows("lock_jobs_of_media", asked)]
            if not job_ids:
                raise missing(transaction, tenant_id, kind or "media", media_id)
            transaction.run("note_deleted", {"job_ids": job_ids, "now_ms": now_ms()})
            transaction.run("forget_jobs", {"job_ids": job_ids})
            note(transaction, who, AuditAction.DELETE, media_id)
        return job_ids

    def deleted(self, job_ids: list[str]) -> list[str]:
        """Those of the jobs whose media were deleted."""
        with self._database.transaction() as transaction:
            return [row["job_id"] for row in transaction.rows("deleted_jobs", {"job_ids": job_ids})]
