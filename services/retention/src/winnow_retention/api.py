"""The routes that delete media. Index's internal API finds them by their entry point."""

from flask import Flask

from winnow_contracts.index_api.media import DeletedJobs, DeleteMedia, FindDeletedJobs
from winnow_index.api.request_args import body, job_ids, text, text_or_none
from winnow_index.api.serving import serves
from winnow_index.database import Database
from winnow_retention.deletion import Deletion


def add(app: Flask, database: Database) -> None:
    """Add the routes."""
    deletion = Deletion(database)

    @serves(app, DeleteMedia)
    def delete(media_id: str) -> DeletedJobs:
        given = body()
        deleted = deletion.delete(
            text(given, "tenant_id"),
            media_id,
            text(given, "who"),
            job_id=text_or_none(given, "job_id"),
            kind=text_or_none(given, "kind"),
        )
        return DeletedJobs(job_ids=tuple(deleted))

    @serves(app, FindDeletedJobs)
    def deleted_jobs() -> DeletedJobs:
        return DeletedJobs(job_ids=tuple(deletion.deleted(job_ids(body()))))
