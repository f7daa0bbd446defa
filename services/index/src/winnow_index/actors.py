"""The index service's actors: plain functions of a task, its command and their collaborators."""

from dataclasses import asdict
from typing import Any

from winnow_base.objects.store import ObjectStore
from winnow_chassis.worker.drill import EffectLedger, run_steps
from winnow_contracts.commands import Command, JoinBatch, ReplayTask, StoreDrill, StorePhoto, StoreRecording
from winnow_contracts.envelope import now_ms
from winnow_contracts.errors import Snoozed, Superseded
from winnow_contracts.failpoints import failpoint
from winnow_contracts.json_codec import from_json
from winnow_contracts.transcript import EmbeddedTranscript
from winnow_index.history.batches import Batches
from winnow_index.history.dead_tasks import Replay, Replays
from winnow_index.store.completion import Completions, Stored
from winnow_index.store.photo_store import PhotoStore
from winnow_index.store.recording_store import RecordingStore
from winnow_journal.task import Cancelled, Task

_LONGEST_JOIN_SECONDS = 60.0
"""How long after the last of its batch a job begins at the most."""


def store_recording(task: Task, command: StoreRecording, *, objects: ObjectStore, store: RecordingStore) -> None:
    """Store a finished recording and complete its job, in one transaction.

    Raises Superseded if another result is served already, and Cancelled if the job was cancelled first.
    """
    embedded = None
    if command.embedded_key is not None:
        embedded = from_json(EmbeddedTranscript, objects.get_json(command.embedded_key))
    task.check()
    _conclude(task, command, store.store(command, task.envelope.run, embedded))


def store_photo(task: Task, command: StorePhoto, *, objects: ObjectStore, store: PhotoStore) -> None:
    """Store a photo with its answer and complete its job, in one transaction.

    Raises BadInput (``upstream-invalid``) if the object is not a valid answer, and what ``store_recording`` raises.
    """
    answer = objects.get_json(command.answer_key)
    task.check()
    _conclude(task, command, store.store(command, task.envelope.run, answer))


def store_drill(task: Task, command: StoreDrill, *, results: Completions, ledger: EffectLedger) -> None:
    """Complete a drill's job, which has nothing to serve. Raises what ``store_recording`` raises."""
    with ledger.executing(task):
        run_steps(task, command, ledger)
        task.check()
        stored = results.apply(command, run=task.envelope.run, result="drill", write=lambda transaction, now_ms: None)
        _conclude(task, command, stored)


def join_batch(task: Task, command: JoinBatch, *, batches: Batches) -> None:
    """Begin a drill once its batch has ended. Raises Snoozed until then, for a quarter of the time that it waited."""
    ended = batches.count(command.batch_id).ended
    if ended < command.of:
        waited_seconds = (now_ms() - task.envelope.created_ms) / 1000
        raise Snoozed(
            f"{ended} of the batch's {command.of} jobs have ended.",
            wait_seconds=min(max(waited_seconds / 4, 1), _LONGEST_JOIN_SECONDS),
            code="waits-for-batch",
        )
    task.send(command.first_command())


def replay_task(task: Task, command: ReplayTask, *, replays: Replays) -> None:
    """Begin the job's next run at a dead or cancelled task. Raises Superseded if that is no longer possible."""

    def begin() -> dict[str, Any]:
        return asdict(replays.begin(command, by=task.envelope.task_id))

    # Another run may be asked for within the hour, and steps of one part are found again in every run.
    begun = from_json(Replay, task.step("begin", begin, inputs=command.expected_run))
    failpoint("replay.begun")
    task.tell_result(run=begun.run, actor=begun.actor)
    task.send(begun.command(), run=begun.run, priority=begun.priority, track=begun.track)


def _conclude(task: Task, command: Command, stored: Stored) -> None:
    match stored:
        case Stored.SUPERSEDED:
            raise Superseded(f"{command.job_id} has ended with another outcome; this result came too late.")
        case Stored.CANCELLED:
            raise Cancelled(f"{command.job_id} was cancelled before its result came.")
        case Stored.STORED | Stored.ALREADY_APPLIED:
            task.tell_result(stored=stored.value)
