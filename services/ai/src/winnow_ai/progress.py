"""How far a transcription is: seconds heard of seconds known, told to people now and then."""

import threading
import time

from winnow_journal.task import Task

_BETWEEN_SECONDS = 1.0


class HeardSeconds:
    """Seconds of audio that are done, of ``known_seconds``. Safe for threads."""

    def __init__(self, task: Task, known_seconds: float) -> None:
        self._task = task
        self._known_seconds = known_seconds
        self._done_seconds = 0.0
        self._running: dict[int, float] = {}
        self._told_at = 0.0
        self._lock = threading.Lock()

    @property
    def left_seconds(self) -> float:
        """Seconds of pieces that are not done; what runs counts whole."""
        with self._lock:
            return max(0.0, self._known_seconds - self._done_seconds)

    def running(self, piece: int, seconds: float) -> None:
        """Tell how far a piece is, once a second at most."""
        with self._lock:
            self._running[piece] = seconds
            if time.monotonic() - self._told_at < _BETWEEN_SECONDS:
                return
        self.tell()

    def done(self, piece: int, seconds: float) -> None:
        """A piece of this length is done."""
        with self._lock:
            self._running.pop(piece, None)
            self._done_seconds += seconds
        self.tell()

    def tell(self) -> None:
        """Tell people how far it is, now."""
        with self._lock:
            heard = min(self._done_seconds + sum(self._running.values()), self._known_seconds)
            self._told_at = time.monotonic()
        share = heard / self._known_seconds if self._known_seconds else 1.0
        self._task.progress(
            "transcribe", share, heard_seconds=round(heard, 1), of_seconds=round(self._known_seconds, 1)
        )
