"""Marks: the lines by which the actors of both sides tell when a body began, read by the bench that waits for them."""

import os
import time
from collections.abc import Collection
from pathlib import Path

from winnow_contracts.errors import TimedOut

_LOOK_SECONDS = 0.01


class Marker:
    """Writes marks from any thread of a worker: one write a mark, so that no two of them mix."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o644)

    def note(self, name: str) -> None:
        """Write the name with the time, in nanoseconds of the clock that all processes of a machine share."""
        os.write(self._file, f"{name} {time.monotonic_ns()}\n".encode())


class Marks:
    """Reads the marks of one file as they come."""

    def __init__(self, path: Path) -> None:
        path.touch()
        self._file = path.open("rb")
        self._rest = b""
        self._seen: dict[str, int] = {}

    def seen(self) -> dict[str, int]:
        """The first mark of each name so far, in nanoseconds."""
        *lines, self._rest = (self._rest + self._file.read()).split(b"\n")
        for line in lines:
            name, at_ns = line.decode().split()
            self._seen.setdefault(name, int(at_ns))
        return self._seen

    def wait(self, names: Collection[str], *, limit_seconds: float = 300) -> dict[str, int]:
        """The marks of all ``names``, once there. Raises TimedOut."""
        until = time.monotonic() + limit_seconds
        wanted = set(names)
        while left := wanted - self.seen().keys():
            if time.monotonic() > until:
                raise TimedOut(f"{len(left)} of {len(wanted)} tasks did not begin within {limit_seconds:.0f} s.")
            time.sleep(_LOOK_SECONDS)
        return {name: self._seen[name] for name in wanted}

    def close(self) -> None:
        """Close the file."""
        self._file.close()
