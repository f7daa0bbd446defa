"""Accepts the job of an Idempotency-Key: one, whichever gateway is asked, and however often."""

from winnow_chassis.outbox.submission import AcceptedJob, Submissions
from winnow_contracts.errors import NotFound, Unavailable
from winnow_gateway.clients.media_reads import IndexReads
from winnow_gateway.uploads.claims import Claims


class ClaimedJobs:
    """Jobs that have their key in the store. All methods raise Unavailable if journal or store cannot be used."""

    def __init__(self, claims: Claims, intake: Submissions, reads: IndexReads) -> None:
        self._claims, self._intake, self._reads = claims, intake, reads

    def find(self, tenant_id: str, job_id: str) -> AcceptedJob | None:
        """The job that has the key of ``job_id``, or None. It may not have been accepted: ``accept_again`` does so."""
        return self._intake.find(job_id) or self._claims.find(tenant_id, job_id)

    def accept(self, job: AcceptedJob) -> AcceptedJob:
        """Accept a job whose bytes are stored, if nobody has its key; returns the job that has it now."""
        holder = self._claims.take(job)
        if holder.accepted.original_key == job.accepted.original_key:
            self._intake.accept(job.command, job.accepted)
        return holder

    def accept_again(self, job: AcceptedJob) -> None:
        """Accept a job that has its key already: the gateway that took it may have died before it accepted the job."""
        if self._intake.find(job.command.job_id) is not None:
            # The first answer may have been an error after the journal had the job and before its second copy was
            # stored.
            self._intake.accept(job.command, job.accepted)
        elif not self.known_to_index(job.command.tenant_id, job.command.job_id):
            self._intake.accept(job.command, job.accepted, possible_duplicate=True)

    def known_to_index(self, tenant_id: str, job_id: str) -> bool:
        """Whether a gateway accepted the job, as far as index knows. Raises Gone if it was deleted."""
        try:
            self._reads.job(tenant_id, job_id)
        except (NotFound, Unavailable):
            return False
        return True
