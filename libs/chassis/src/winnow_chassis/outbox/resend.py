"""Sends a job's kept commands again when an operator asks: its messages are gone, though the sentinel stands."""

import logging

from winnow_chassis.outbox.runtime import OutboxRuntime
from winnow_journal.values import JournalUnusable

_LOG = logging.getLogger(__name__)


def resend(node: OutboxRuntime, job_id: str) -> None:
    """Open every kept command of the job again, in the one process that holds the journal's upkeep; the relay sends it.

    They are marked ``possible_duplicate``, so that a task which ran is not run once more.
    """
    try:
        if not node.journal.owners.try_become_leader():
            return
        commands = node.journal.reopen_job(job_id)
    except JournalUnusable as error:
        _LOG.error("A job's commands cannot be sent again.", extra={"job_id": job_id, "error": str(error)})
        return
    _LOG.warning("Kept commands are sent again, as asked.", extra={"job_id": job_id, "commands": commands})
    node.relay.look()
