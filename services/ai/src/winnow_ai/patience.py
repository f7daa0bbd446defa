"""How long a call may take: its limit runs from its last progress, and it is called only when its work can begin."""

import asyncio
from collections.abc import Awaitable, Callable

from winnow_ai import refusals

Progress = Callable[[float], None]
"""Told how much is done, in seconds of audio; only ever more."""


async def in_time(
    limit_seconds: float, call: Callable[[Progress], Awaitable[bytes]], progress: Progress | None = None
) -> bytes:
    """The answer of ``call``. Raises TimedOut ``limit_seconds`` after it began, or after it last made progress."""
    most = 0.0
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(limit_seconds) as deadline:

            def heard(seconds: float) -> None:
                nonlocal most
                if seconds > most:
                    most = seconds
                    deadline.reschedule(loop.time() + limit_seconds)
                    if progress is not None:
                        progress(seconds)

            return await call(heard)
    except TimeoutError as error:
        raise refusals.too_slow() from error


def unheard(seconds: float) -> None:
    """Nobody listens to progress."""
