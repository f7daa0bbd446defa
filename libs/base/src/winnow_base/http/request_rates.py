"""How many requests a minute each key may make of one node, counted over all of the node's processes."""

import os
import struct
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from pathlib import Path

WINDOW_SECONDS = 60.0
_TIME = struct.Struct("<d")


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A key's standing after a request: ``wait_seconds`` is 0 if it is within its rate.

    ``left`` requests may come at once, and in ``reset_seconds`` all ``quota`` of a minute again.
    """

    quota: int
    left: int
    reset_seconds: int
    wait_seconds: float

    def headers(self) -> dict[str, str]:
        """The headers that tell a client, as draft-ietf-httpapi-ratelimit-headers-11 writes them."""
        return {
            "RateLimit-Policy": f'"key";q={self.quota};w={WINDOW_SECONDS:.0f}',
            "RateLimit": f'"key";r={self.left};t={self.reset_seconds}',
        }


class RequestRates:
    """Counts requests by key. Safe for threads, and for processes that share ``folder``.

    A key has ``per_minute`` requests and gets each back evenly over the minute after it: what is kept is the time at
    which all are there again. Processes take no lock from each other, as one that is stopped would hold up the rest:
    two that count in the same microseconds count one request.
    """

    def __init__(self, folder: Path, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._folder = folder
        self._quota = per_minute
        self._clock = clock
        self._lock = threading.Lock()
        self._files: dict[str, int] = {}

    def take(self, key_id: str) -> Standing:
        """Count a request of the key, whose id must be good for a file's name. One that is refused costs nothing."""
        each = WINDOW_SECONDS / self._quota
        with self._lock:
            file = self._file(key_id)
            now = self._clock()
            full_at = max(_read(file), now)
            if full_at > now + WINDOW_SECONDS:  # of before the machine started anew
                full_at = now
            wait_seconds = max(0.0, full_at + each - now - WINDOW_SECONDS)
            if not wait_seconds:
                full_at += each
                os.pwrite(file, _TIME.pack(full_at), 0)
        return Standing(
            quota=self._quota,
            left=max(0, int((now + WINDOW_SECONDS - full_at) / each + 1e-6)),
            reset_seconds=ceil(full_at - now),
            wait_seconds=wait_seconds,
        )

    def _file(self, key_id: str) -> int:
        if key_id not in self._files:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._files[key_id] = os.open(self._folder / key_id, os.O_RDWR | os.O_CREAT, 0o600)
        return self._files[key_id]


def _read(file: int) -> float:
    kept = os.pread(file, _TIME.size, 0)
    return float(_TIME.unpack(kept)[0]) if len(kept) == _TIME.size else float("-inf")
