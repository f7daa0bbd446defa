"""One running child process: reads its output while watching its time, its limits and the task's end."""

import os
import selectors
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType

from winnow_contracts.errors import TimedOut
from winnow_media.child_end import ChildJudge, over_limit, used_seconds

POLL_SECONDS = 0.1
KEPT_MESSAGE_BYTES = 64 << 10
_END_SECONDS = 0.005


class Child:
    """A readable stream of a child's standard output. Leaving its ``with`` block kills the child if it still runs."""

    def __init__(
        self,
        process: subprocess.Popen[bytes],
        *,
        name: str,
        progress: int,
        on_progress: Callable[[str], None],
        check: Callable[[], None],
        deadline: float,
        wall_seconds: float,
        cpu_seconds: int,
        output_bytes: int,
    ) -> None:
        assert process.stdout is not None
        assert process.stderr is not None
        self.process_id = process.pid
        self._process, self._name = process, name
        self._output, self._errors, self._progress = process.stdout, process.stderr, progress
        self._on_progress, self._check = on_progress, check
        self._deadline, self._wall_seconds = deadline, wall_seconds
        self._judge = ChildJudge(name=name, cpu_seconds=cpu_seconds)
        self._left_bytes = output_bytes
        self._messages = bytearray()
        self._told = b""
        self._ended = False
        self._selector = selectors.DefaultSelector()
        for source in (self._output.fileno(), self._errors.fileno(), progress):
            os.set_blocking(source, False)
            self._selector.register(source, selectors.EVENT_READ)

    def __enter__(self) -> "Child":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._kill()
        self._selector.close()
        self._output.close()
        self._errors.close()
        os.close(self._progress)

    @property
    def messages(self) -> str:
        """The end of the child's standard error."""
        return self._messages.decode("utf-8", "replace")

    def read(self, size: int = -1) -> bytes:
        """Some of the output; empty once the child has ended without error.

        Raises ChildFailed, BadInput (``resource-limit``) if a limit killed the child, TryAlone if something outside
        did, TimedOut past its wall clock, and whatever ``check`` raises, which is called at least every 100 ms. After
        any of these the child is dead.
        """
        if self._ended:
            return b""
        try:
            return self._read(size if size > 0 else 1 << 16)
        except BaseException:
            self._kill()
            raise

    def _read(self, size: int) -> bytes:
        while self._selector.get_map():
            self._check()
            if time.monotonic() > self._deadline:
                raise TimedOut(f"{self._name} took longer than {self._wall_seconds:g} s", code="resource-limit")
            for key, _ in self._selector.select(POLL_SECONDS):
                piece = os.read(key.fd, size if key.fd == self._output.fileno() else 1 << 16)
                if not piece:
                    self._selector.unregister(key.fd)
                elif key.fd == self._output.fileno():
                    return self._counted(piece)
                elif key.fd == self._progress:
                    self._tell(piece)
                else:
                    self._messages += piece
                    del self._messages[:-KEPT_MESSAGE_BYTES]
        self._wait()
        used = used_seconds(self.process_id)
        self._judge.judge(self._process.wait(), self.messages, used)
        self._ended = True
        return b""

    def _counted(self, piece: bytes) -> bytes:
        self._left_bytes -= len(piece)
        if self._left_bytes < 0:
            raise over_limit(self._name)
        return piece

    def _tell(self, piece: bytes) -> None:
        *lines, self._told = (self._told + piece).split(b"\n")
        for line in lines:
            self._on_progress(line.decode("ascii", "replace").strip())

    def _wait(self) -> None:
        """Wait until the process has ended, and leave its end to be read. It may run on after it closed its pipes."""
        while os.waitid(os.P_PID, self.process_id, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
            self._check()
            if time.monotonic() > self._deadline:
                raise TimedOut(f"{self._name} did not end", code="resource-limit")
            time.sleep(_END_SECONDS)

    def _kill(self) -> None:
        if self._process.poll() is None:
            with suppress(ProcessLookupError):  # it may have just ended
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
