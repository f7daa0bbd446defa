"""Reports a transcription's progress to people: seconds done of all seconds."""

import threading
import time
from collections.abc import Sequence

from winnow_ai.transcription.audio_chunks import AudioChunk
from winnow_journal.task import Task

_BETWEEN_SECONDS = 1.0


class HeardSeconds:
    """Counts the seconds done of ``pieces``. Safe for threads."""

    def __init__(self, task: Task, pieces: Sequence[AudioChunk] = ()) -> None:
        self._task = task
        self._left = {piece.n: piece for piece in pieces}
        self._known_seconds = sum(piece.duration_ms for piece in pieces) / 1000
        self._done_seconds = 0.0
        self._running: dict[int, float] = {}
        self._told_at = 0.0
        self._lock = threading.Lock()

    def left_seconds(self) -> float:
        """Seconds of sound in the chunks that are not done. Running chunks count in full."""
        with self._lock:
            return sum(piece.work_seconds for piece in self._left.values())

    def running(self, piece: AudioChunk, seconds: float) -> None:
        """Report how far a chunk is, at most once a second."""
        with self._lock:
            self._running[piece.n] = seconds
            if time.monotonic() - self._told_at < _BETWEEN_SECONDS:
                return
        self.tell()

    def done(self, piece: AudioChunk) -> None:
        """Note that a chunk is done."""
        with self._lock:
            self._running.pop(piece.n, None)
            self._left.pop(piece.n, None)
            self._done_seconds += piece.duration_ms / 1000
        self.tell()

    def tell(self) -> None:
        """Report the progress now."""
        with self._lock:
            heard = min(self._done_seconds + sum(self._running.values()), self._known_seconds)
            self._told_at = time.monotonic()
        share = heard / self._known_seconds if self._known_seconds else 1.0
        self._task.progress(
            "transcribe", share, heard_seconds=round(heard, 1), of_seconds=round(self._known_seconds, 1)
        )
