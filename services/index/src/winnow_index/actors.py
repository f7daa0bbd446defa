"""The index service's actors: plain functions of a task, its command and their collaborators."""

from winnow_chassis.objects import ObjectStore
from winnow_contracts.commands import StoreRecording
from winnow_contracts.errors import Conflict
from winnow_contracts.transcript import EmbeddedTranscript
from winnow_contracts.wire import from_json
from winnow_index.store import RecordingStore, Stored
from winnow_journal.task import Cancelled, Task


def store_recording(task: Task, command: StoreRecording, *, objects: ObjectStore, store: RecordingStore) -> None:
    """Store a finished recording in one transaction, in which its job completes.

    Raises Conflict where another result is served already, Cancelled where the job was cancelled first.
    """
    embedded = None
    if command.embedded_key is not None:
        embedded = from_json(EmbeddedTranscript, objects.get_json(command.embedded_key))
    task.check()
    match store.store(command, task.envelope.run, embedded):
        case Stored.SUPERSEDED:
            raise Conflict(f"Another result of {command.job_id} is served; this one came too late.")
        case Stored.CANCELLED:
            raise Cancelled(f"{command.job_id} was cancelled before its result came.")
        case Stored.STORED | Stored.AGAIN:
            pass
