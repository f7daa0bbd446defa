"""Runs one part for tests without the runner: start, stop and kill take effect at once and nothing restarts it."""

import os
import subprocess
import threading
from pathlib import Path

from winnow_contracts.errors import Unavailable
from winnow_local.part import Part, folder
from winnow_local.probes import wait_ready


class RunningPart:
    """A part as a child of the test process; it ends when the test process ends, however that ends."""

    def __init__(self, part: Part, log: Path) -> None:
        self.part = part
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The process id. Raises Unavailable while stopped."""
        if self._process is None:
            raise Unavailable(f"The part {self.part.name} is stopped.", dependency=self.part.name)
        return self._process.pid

    def start(self) -> None:
        """Start it and wait until it is ready; nothing if it runs already. Raises Unavailable with its last words."""
        if self._process is not None:
            return
        if threading.current_thread() is not threading.main_thread():
            # The kernel ties a child to the thread that made it: it would die with a helper thread.
            raise RuntimeError("Start servers from the main thread.")
        self.part.prepare()
        folder(self._log.parent)
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self.part.tied_command(),
                env={**os.environ, **self.part.environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            wait_ready(self.part.name, self.part.probe, self.part.ready_seconds, self._still_runs)
        except BaseException:
            self.kill()
            raise

    def stop(self) -> None:
        """Stop it cleanly; nothing if it is stopped. Kills it where it takes longer than it may."""
        if self._process is None:
            return
        self._process.send_signal(self.part.stop_signal)
        try:
            self._process.wait(self.part.stop_seconds)
        except subprocess.TimeoutExpired:
            self.kill()
        self._process = None

    def kill(self) -> None:
        """SIGKILL it, without any chance to write something down."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _still_runs(self) -> None:
        if self._process is not None and self._process.poll() is not None:
            words = self._log.read_text(encoding="utf-8", errors="replace")[-1500:]
            raise Unavailable(f"The part {self.part.name} ended at once. {words}", dependency=self.part.name)
