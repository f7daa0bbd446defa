"""Manages the process that holds the speech model: starts it on demand, ends it when idle, replaces it when it died."""

import subprocess
import sys
import threading
from collections.abc import Callable, Generator
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path

from winnow_contracts.errors import Unavailable
from winnow_models.speech_task import SpeechTask, Step

TICK_SECONDS = 0.5
"""How often a waiting caller gets progress, which also shows whether it is still connected."""
_STOPS_WITHIN_SECONDS = 2.0
_Child = tuple[subprocess.Popen[bytes], Connection]


class _NotTaken(Unavailable):
    """The process died before it took the task."""


class SpeechProcess:
    """A separate process with the model of the folder that ``find_weights`` returns, using ``cores`` cores.

    It does one task at a time: the caller must ensure that.
    """

    def __init__(self, find_weights: Callable[[], Path], *, cores: int, idle_seconds: float) -> None:
        self._find_weights = find_weights
        self._cores = cores
        self._idle_seconds = idle_seconds
        self._child: _Child | None = None
        self._busy = threading.Lock()
        self._idle: threading.Timer | None = None

    @property
    def running(self) -> bool:
        """Whether the model is in memory."""
        return self._child is not None

    def work(self, task: SpeechTask) -> Generator[int | Step]:
        """Yields the sample reached, every half second, and at last the step. Closing the iterator stops the work.

        Raises Unavailable if the process died, and whatever ``find_weights`` raises.
        """
        with self._busy:
            if self._idle is not None:
                self._idle.cancel()
            try:
                if (living := self._living()) is not None:
                    try:
                        yield from self._ask(living, task)
                        return
                    except _NotTaken:
                        pass  # it died with nothing to do, too recently to be seen: a new one costs nobody a call
                yield from self._ask(self._start(), task)
            finally:
                self._idle = threading.Timer(self._idle_seconds, self._end_when_idle)
                self._idle.daemon = True
                self._idle.start()

    def _ask(self, child: _Child, task: SpeechTask) -> Generator[int | Step]:
        process, connection = child
        taken = False
        try:
            connection.send(task)
            said: int | Step = task.start
            while not isinstance(said, Step):
                if connection.poll(TICK_SECONDS):
                    said = connection.recv()
                    taken = True
                yield said
        except (EOFError, OSError) as error:
            raise self._died(process, Unavailable if taken else _NotTaken) from error
        except GeneratorExit:
            self._stop(connection)
            raise

    def end(self) -> None:
        """Ends the process, which frees its memory."""
        child, self._child = self._child, None
        if child is not None:
            process, connection = child
            connection.close()
            process.kill()
            process.wait()

    def _living(self) -> _Child | None:
        if self._child is not None and self._child[0].poll() is not None:
            self.end()  # it died while idle: no call is lost
        return self._child

    def _start(self) -> _Child:
        folder = self._find_weights()
        ours, theirs = Pipe()
        with theirs:
            command = [sys.executable, "-m", "winnow_models.speech_child"]
            command += [str(theirs.fileno()), str(folder), str(self._cores)]
            self._child = subprocess.Popen(command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL), ours
        return self._child

    def _stop(self, connection: Connection) -> None:
        """Stops the work because the caller is gone; kills a process that does not stop soon."""
        try:
            connection.send(None)
            while connection.poll(_STOPS_WITHIN_SECONDS):
                if not isinstance(connection.recv(), int):
                    return
        except (EOFError, OSError):
            pass  # it died, which is as good
        self.end()

    def _died(self, process: subprocess.Popen[bytes], kind: type[Unavailable]) -> Unavailable:
        self.end()
        return kind(
            f"The process that hears speech died (exit status {process.returncode}).",
            dependency="ai",
            code="model-unavailable",
            hint="Send the recording again: another process is started for it.",
        )

    def _end_when_idle(self) -> None:
        if self._busy.acquire(blocking=False):  # else it works, and begins to be idle anew after that
            try:
                self.end()
            finally:
                self._busy.release()
