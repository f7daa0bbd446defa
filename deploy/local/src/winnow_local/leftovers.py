"""Finds a stack's processes by a mark in their environment, and ends those that outlived their runner."""

import os
import signal
import time
from pathlib import Path

from winnow_local.home import Home

MARK = "WINNOW_STACK"
"""The home's path, set for the runner and inherited by all its processes."""

_BETWEEN_LOOKS_SECONDS = 0.05


def processes_of(home: Home) -> tuple[int, ...]:
    """Process ids that carry the home's mark."""
    mark = os.fsencode(f"{MARK}={home.root}")
    return tuple(int(folder.name) for folder in Path("/proc").glob("[0-9]*") if _carries(folder, mark))


def end_leftovers(home: Home, patience_seconds: float) -> None:
    """Waits until no process of the home is left, and kills those that outlast the patience."""
    until = time.monotonic() + patience_seconds
    while left := processes_of(home):
        if time.monotonic() > until:
            for pid in left:
                _kill(pid)
        time.sleep(_BETWEEN_LOOKS_SECONDS)


def _carries(folder: Path, mark: bytes) -> bool:
    try:
        if mark not in (folder / "environ").read_bytes().split(b"\0"):
            return False
        # A zombie has ended; its parent has not waited for it yet.
        return b") Z " not in (folder / "stat").read_bytes()
    except OSError:
        return False


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
