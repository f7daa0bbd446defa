"""Answers on a node's health port what its journal holds: for Winnow's services alone, and without changing it.

Operators get to see it, so the rows of a job are shown without secrets.
"""

import hmac
from dataclasses import asdict, replace
from pathlib import Path

from winnow_base.redaction import redact
from winnow_contracts.errors import NotFound
from winnow_contracts.node_api import JobRecords, JournalSummary, NodeJob, ReadJournalJob, ReadJournalSummary
from winnow_journal.codec import encode
from winnow_journal.inspect.view import open_view
from winnow_journal.values import Flag, JournalUnusable

PREFIX = "/journal/"
_JOB = ReadJournalJob.ROUTE.path.format(job_id="")


class JournalReads:
    """Reads the journal in ``folder`` for callers with the service token. Safe for threads: each call opens its own
    snapshot, beside the node's own connection.
    """

    def __init__(self, folder: Path, *, service: str, node: str, service_token: str) -> None:
        self._folder = folder
        self._service = service
        self._node = node
        self._wanted = f"Bearer {service_token}".encode()

    def answer(self, path: str, authorization: str) -> tuple[int, bytes]:
        """The status and the JSON body for a path that begins with ``/journal/``."""
        if not hmac.compare_digest(authorization.encode(), self._wanted):
            return _refusal(401, "unauthenticated", "A journal is shown to Winnow's services alone.")
        try:
            if path == ReadJournalSummary.ROUTE.path:
                return 200, encode(self._summary())
            job_id = path.removeprefix(_JOB)
            if path.startswith(_JOB) and job_id and "/" not in job_id:
                return 200, encode(self._job(job_id))
        except (JournalUnusable, NotFound) as error:
            return _refusal(503, "unavailable", f"The journal of node {self._node} cannot be read: {error}.")
        return _refusal(404, "not-found", "/journal/summary and /journal/jobs/ID are here.")

    def _summary(self) -> JournalSummary:
        with open_view(self._folder) as view:
            return replace(view.summary(), service=self._service, node=self._node)

    def _job(self, job_id: str) -> NodeJob:
        with open_view(self._folder) as view:
            return NodeJob(
                service=self._service,
                node=self._node,
                journal_id=view.flag(Flag.JOURNAL_ID),
                records=JobRecords(**redact(asdict(view.job(job_id)))),
            )


def _refusal(status: int, code: str, detail: str) -> tuple[int, bytes]:
    return status, encode({"status": status, "code": code, "detail": detail})
