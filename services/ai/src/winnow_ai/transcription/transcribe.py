"""Transcribes a recording piece by piece; each piece is a recorded step and its answer is paid for once."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from winnow_ai.admission.place import Admission
from winnow_ai.llm.ports import SpeechModel
from winnow_ai.llm.speech_response import SpeechResponse
from winnow_ai.settings import ChunkSettings
from winnow_ai.transcription.audio_chunks import AudioChunk
from winnow_chassis.objects.store import ObjectStore
from winnow_journal.task import Task


@dataclass(frozen=True, kw_only=True)
class Transcriber:
    """What transcribing needs: the store, the speech model, and a folder for the audio while it is read."""

    objects: ObjectStore
    speech: SpeechModel
    admission: Admission
    model: str
    limits: ChunkSettings
    folder: Path
    hit: Callable[[], None] = lambda: None
    """Told of each piece whose answer was found in the store instead of bought."""

    def run(self, task: Task, audio_key: str, language: str | None) -> list[tuple[AudioChunk, SpeechResponse]]:
        """The answers of all pieces that are not silent, in order. Finished steps are not run again.

        Raises Snoozed where other recordings come first.
        """
        # Imported here: what reads and cuts sound takes half a second to load, and a node is at work without it.
        from winnow_ai.transcription.session import TranscriptionSession

        with TranscriptionSession(self, task, audio_key, language).opened() as hearing:
            return hearing.all(hearing.plan())
