"""Reads what the bodies of tasks wrote: which began and ended, when, and how often."""

import time
from collections import Counter
from collections.abc import Collection, Mapping
from pathlib import Path

from winnow_contracts.errors import TimedOut

LAST_STEP = 3
"""The step of a single task, and of the last task of a chain."""
_LOOK_SECONDS = 0.005


class Bodies:
    """The lines of one file, as adapters write them: ``JOB STEP began|ended NANOSECONDS``."""

    def __init__(self, path: Path) -> None:
        path.touch()
        self._file = path.open("rb")
        self._rest = b""
        self._began: Counter[tuple[int, int]] = Counter()
        self._ended_ns: dict[tuple[int, int], int] = {}

    @property
    def began(self) -> Mapping[tuple[int, int], int]:
        """How often each task, a job with its step, began so far."""
        self._read()
        return self._began

    @property
    def ended_ns(self) -> Mapping[tuple[int, int], int]:
        """When each task first ended, in nanoseconds of the monotonic clock."""
        self._read()
        return self._ended_ns

    def unfinished(self, jobs: Collection[int]) -> set[int]:
        """The jobs whose last task has not ended."""
        ended = self.ended_ns
        return {job for job in jobs if (job, LAST_STEP) not in ended}

    def wait(self, jobs: Collection[int], limit_seconds: float) -> int:
        """Returns when the last of the jobs ended, in nanoseconds, once all have. Raises TimedOut."""
        until = time.monotonic() + limit_seconds
        while left := self.unfinished(jobs):
            if time.monotonic() > until:
                raise TimedOut(f"{len(left)} of {len(jobs)} jobs did not end within {limit_seconds:.0f} s.")
            time.sleep(_LOOK_SECONDS)
        return max(self._ended_ns[job, LAST_STEP] for job in jobs)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _read(self) -> None:
        *lines, self._rest = (self._rest + self._file.read()).split(b"\n")
        for line in lines:
            job, step, what, at_ns = line.split()
            task = int(job), int(step)
            if what == b"began":
                self._began[task] += 1
            else:
                self._ended_ns.setdefault(task, int(at_ns))
