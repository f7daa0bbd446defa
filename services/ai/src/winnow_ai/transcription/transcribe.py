"""Transcribes a recording piece by piece; each piece is a recorded step and its answer is paid for once."""

from winnow_ai.llm.speech_response import SpeechResponse
from winnow_ai.transcription.audio_chunks import AudioChunk
from winnow_ai.transcription.tools import TranscriptionTools
from winnow_journal.task import Task


class Transcriber(TranscriptionTools):
    """Transcribes the recordings of one node, a session each."""

    def run(self, task: Task, audio_key: str, language: str | None) -> list[tuple[AudioChunk, SpeechResponse]]:
        """The answers of all pieces that are not silent, in order. Finished steps are not run again.

        Raises Snoozed where other recordings come first.
        """
        # Imported here: what reads and cuts sound takes half a second to load, and a node is at work without it.
        from winnow_ai.transcription.session import TranscriptionSession

        with TranscriptionSession(self, task, audio_key, language).opened() as hearing:
            return hearing.all(hearing.plan())
