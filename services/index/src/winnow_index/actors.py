"""The index service's actors: plain functions of a task, its command and their collaborators."""

import logging

from winnow_chassis.objects import ObjectStore
from winnow_contracts.commands import StoreRecording
from winnow_contracts.transcript import EmbeddedTranscript
from winnow_contracts.wire import from_json
from winnow_index.store import RecordingStore
from winnow_journal.task import Task

_LOG = logging.getLogger(__name__)


def store_recording(task: Task, command: StoreRecording, *, objects: ObjectStore, store: RecordingStore) -> None:
    """Store a finished recording in one transaction, in which its job completes."""
    embedded = None
    if command.embedded_key is not None:
        embedded = from_json(EmbeddedTranscript, objects.get_json(command.embedded_key))
    task.check()
    outcome = store.store(command, task.envelope.run, embedded)
    _LOG.info(
        "A result was brought.",
        extra={"job_id": command.job_id, "media_id": command.media_id, "outcome": outcome.value},
    )
