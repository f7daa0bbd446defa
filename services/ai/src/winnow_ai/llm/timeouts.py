"""Time limits of calls: they run from the last progress, or from the last moment in the endpoint's queue."""

import asyncio
from collections.abc import Awaitable, Callable

from winnow_ai.llm import provider_errors

Progress = Callable[[float], None]
"""Told how much is done, in seconds of audio; only ever more."""


def unheard(seconds: float) -> None:
    """Nobody listens to progress."""


class Deadline:
    """When a call has to have ended or made progress, ``limit_seconds`` from now. For one event loop's thread."""

    def __init__(self, limit_seconds: float, timeout: asyncio.Timeout, progress: Progress) -> None:
        self._limit_seconds = limit_seconds
        self._timeout = timeout
        self._progress = progress
        self._most = 0.0

    def heard(self, seconds: float) -> None:
        """So much is done: where that is more than ever, the limit runs from now."""
        if seconds > self._most:
            self._most = seconds
            self.waits()
            self._progress(seconds)

    def waits(self) -> None:
        """The endpoint says that the call stands in its line: the limit of its work runs from now."""
        self._timeout.reschedule(asyncio.get_running_loop().time() + self._limit_seconds)


async def in_time(
    limit_seconds: float, call: Callable[[Deadline], Awaitable[bytes]], progress: Progress = unheard
) -> bytes:
    """The answer of ``call``. Raises TimedOut ``limit_seconds`` after it began, made progress or stood in line."""
    try:
        async with asyncio.timeout(limit_seconds) as timeout:
            return await call(Deadline(limit_seconds, timeout, progress))
    except TimeoutError as error:
        raise provider_errors.too_slow() from error
