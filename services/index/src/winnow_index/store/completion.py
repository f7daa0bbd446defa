"""Completes jobs: decides in one transaction, on the job's locked row, whether a result becomes the one served."""

import hashlib
import json
from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import Any

from winnow_contracts.commands import Command
from winnow_contracts.envelope import now_ms
from winnow_contracts.errors import Conflict, Superseded
from winnow_contracts.failpoints import failpoint
from winnow_contracts.json_codec import to_json
from winnow_index.database import Database, Transaction
from winnow_index.store.kinds import kind_of

Write = Callable[[Transaction, int], None]
"""Writes a result's rows, given the time in Unix milliseconds."""


class Stored(StrEnum):
    """The outcome of applying a result."""

    STORED = "stored"
    ALREADY_APPLIED = "again"
    """The same result was stored before; nothing was done."""
    SUPERSEDED = "superseded"
    """Another result, of this run or a later one, is served and stays; or this run has failed."""
    CANCELLED = "cancelled"
    """The job was cancelled first."""


class Completions:
    """Applies results of jobs of any kind. Safe for threads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def apply(self, command: Command, *, run: int, result: str, write: Write) -> Stored:
        """Complete the job with the rows that ``write`` writes, or say why not.

        ``result`` is a hash that distinguishes the results of one run. Raises Conflict if the job belongs to another
        tenant, Superseded if it was deleted, Unavailable and TimedOut.
        """
        with self._database.transaction() as transaction:
            verdict = decide(_locked_job(transaction, command), run, result)
            if verdict is not Stored.STORED:
                return verdict
            at_ms = now_ms()
            write(transaction, at_ms)
            keys = sorted(set(named_keys(to_json(command))))
            done = {"job_id": command.job_id, "run": run, "result": result, "keys": keys, "now_ms": at_ms}
            transaction.run("complete_job", done)
            failpoint("store.committing")
        failpoint("store.committed")
        return Stored.STORED


def decide(job: dict[str, Any], run: int, result: str) -> Stored:
    """Decide about a result by its job's row. A run that failed or was cancelled accepts no result."""
    stored_run = job["stored_run"] or 0
    if stored_run == run and job["stored_result"] == result:
        return Stored.ALREADY_APPLIED
    if run < job["run"] or run <= stored_run:
        return Stored.SUPERSEDED
    if run <= job["cancelled_run"] or (run == job["run"] and job["status"] == "cancelled"):
        return Stored.CANCELLED
    if run == job["run"] and job["status"] == "failed":
        return Stored.SUPERSEDED
    return Stored.STORED


def result_hash(files: Any, result_key: str | None) -> str:
    """A hash of the result that a command brings. Its object keys are those of one attempt."""
    facts = json.dumps([to_json(files), result_key], sort_keys=True)
    return hashlib.sha256(facts.encode()).hexdigest()


def named_keys(value: Any) -> Iterator[str]:
    """All object keys in a command's JSON: the texts of its ``…_key`` fields, at any depth."""
    match value:
        case dict():
            for name, item in value.items():
                if name.endswith("_key") and isinstance(item, str):
                    yield item
                yield from named_keys(item)
        case list():
            for item in value:
                yield from named_keys(item)


def ensure_job(transaction: Transaction, tenant_id: str, job_id: str, media_id: str, kind: str = "recording") -> None:
    """Insert the rows of a job and its media if they are missing. A later acceptance event also sets the ``kind``.

    Raises Superseded (``gone``) if the media was deleted.
    """
    at_ms = now_ms()
    about = {"job_id": job_id, "tenant_id": tenant_id, "media_id": media_id, "created_ms": at_ms}
    transaction.add_json("add_jobs", [about])
    transaction.add_json("add_media", [{**about, "kind": kind}])
    # Looked for afterwards: the rows wait for a transaction that deletes them.
    if transaction.row("deleted_jobs", {"job_ids": [job_id]}):
        raise Superseded(f"{job_id} was deleted with its media.", code="gone", hint="Upload the file again.")


def _locked_job(transaction: Transaction, command: Command) -> dict[str, Any]:
    """The job's row, locked until the end of the transaction."""
    which = {"job_ids": [command.job_id]}
    job = transaction.row("lock_jobs", which)
    if job is None:  # index has heard nothing of it yet
        ensure_job(transaction, command.tenant_id, command.job_id, command.media_id, kind_of(command.ACTOR))
        job = transaction.row("lock_jobs", which)
    assert job is not None
    if (job["tenant_id"], job["media_id"]) != (command.tenant_id, command.media_id):
        raise Conflict(f"{command.job_id} belongs to another media than {command.media_id}.")
    return job
