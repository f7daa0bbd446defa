"""Publishes a job's kept commands again when an operator asks.

Their messages are gone although the sentinel is there.
"""

import logging

from winnow_chassis.outbox.runtime import OutboxRuntime
from winnow_journal.values import JournalUnusable

_LOG = logging.getLogger(__name__)


def resend(node: OutboxRuntime, job_id: str) -> None:
    """Reopen every kept command of the job, if this process is the journal's leader. The relay then publishes them.

    They are marked as possible duplicates, so that a task that already ran does not run again.
    """
    try:
        if not node.journal.owners.try_become_leader():
            return
        commands = node.journal.reopen_job(job_id)
    except JournalUnusable as error:
        _LOG.error("A job's commands cannot be sent again.", extra={"job_id": job_id, "error": str(error)})
        return
    _LOG.warning("Kept commands are published again.", extra={"job_id": job_id, "commands": commands})
    node.relay.look()
