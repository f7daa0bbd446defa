"""Asks index what became of a task that comes to a node without a record of it."""

import logging

from winnow_chassis.internal_http import InternalClient
from winnow_contracts.envelope import Envelope
from winnow_contracts.errors import WinnowError
from winnow_contracts.past import Past
from winnow_contracts.wire import from_json

_LOG = logging.getLogger(__name__)


class Elsewhere:
    """Index's word on tasks. Where index does not answer nothing is known, which only repeats more."""

    def __init__(self, index: InternalClient) -> None:
        self._index = index

    def past(self, envelope: Envelope) -> Past:
        """What index knows of the task."""
        question = {
            "task_id": envelope.task_id,
            "job_id": envelope.command.job_id,
            "run": envelope.run,
            "retry": envelope.retry,
            "again": envelope.again,
        }
        try:
            return from_json(Past, self._index.post("/internal/v1/tasks/past", question))
        except (WinnowError, TypeError, ValueError) as error:
            _LOG.info("Index can not say what became of a task.", extra={"error": str(error)})
            return Past()
