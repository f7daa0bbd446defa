"""Time limits of calls, counted from the last progress or the last moment in the endpoint's own line."""

import asyncio
from collections.abc import Awaitable, Callable

from winnow_ai.llm import provider_errors

Progress = Callable[[float], None]
"""Called with the seconds of audio done so far, which never decrease."""


def unheard(seconds: float) -> None:
    """A progress callback that does nothing."""


class Deadline:
    """The moment by which a call must end or make progress: ``limit_seconds`` from now. For one event loop's thread."""

    def __init__(self, limit_seconds: float, timeout: asyncio.Timeout, progress: Progress) -> None:
        self._limit_seconds = limit_seconds
        self._timeout = timeout
        self._progress = progress
        self._most = 0.0

    def heard(self, seconds: float) -> None:
        """Note progress in seconds of audio. If it is more than before, the limit starts again."""
        if seconds > self._most:
            self._most = seconds
            self.waits()
            self._progress(seconds)

    def waits(self) -> None:
        """Note that the call still waits in the endpoint's line. The limit starts again."""
        self._timeout.reschedule(asyncio.get_running_loop().time() + self._limit_seconds)


async def in_time(
    limit_seconds: float, call: Callable[[Deadline], Awaitable[bytes]], progress: Progress = unheard
) -> bytes:
    """The result of ``call``. Raises TimedOut ``limit_seconds`` after its start, last progress or last wait in line."""
    try:
        async with asyncio.timeout(limit_seconds) as timeout:
            return await call(Deadline(limit_seconds, timeout, progress))
    except TimeoutError as error:
        raise provider_errors.too_slow() from error
