"""Steps a node's clock, with Debian's libfaketime and a file that holds the offset."""

import os
from pathlib import Path

_LIBRARIES = sorted(Path("/usr/lib").glob("*-linux-gnu/faketime/libfaketimeMT.so.1"))
_REPAIR = """\
# libfaketime breaks the system call under time.sleep (clock_nanosleep until a monotonic time); waiting is the same.
import threading
import time

time.sleep = lambda seconds: threading.Event().wait(seconds) and None
"""


class NodeClock:
    """The clock of ``node``. Timers stay right: only the time of day becomes wrong."""

    def __init__(self, node: str, folder: Path) -> None:
        self.node = node
        self._folder = folder
        self._offset = folder / "offset"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "sitecustomize.py").write_text(_REPAIR, encoding="utf-8")
        self.step(0)

    @property
    def variables(self) -> dict[str, str]:
        """The environment of the node's process."""
        if not self.can_step():
            return {}
        return {
            "LD_PRELOAD": str(_LIBRARIES[0]),
            "FAKETIME_TIMESTAMP_FILE": str(self._offset),
            # Read once a second: read on every clock call, the node's threads would run forty times as slowly.
            "FAKETIME_CACHE_DURATION": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "PYTHONPATH": os.pathsep.join((str(self._folder), os.environ.get("PYTHONPATH", ""))).rstrip(os.pathsep),
        }

    def step(self, offset_seconds: int) -> None:
        """Sets the clock off by this much; the node notices within a second."""
        fresh = self._offset.with_suffix(".new")
        fresh.write_text(f"{offset_seconds:+d}\n", encoding="ascii")
        fresh.replace(self._offset)

    @staticmethod
    def can_step() -> bool:
        """Whether the library is installed (Debian's package faketime)."""
        return bool(_LIBRARIES)
