"""What every peer's tasks do, and what its adapter is told. Standard library only: Winnow is not there.

A job is a number. Its tasks are numbered by step: a chain has 1, 2 and 3, a single task is a step 3. Each body writes
a line as it begins and one as it ends, so that the bench sees what ran, when, and how often.
"""

import asyncio
import os
import sys
import time

AMQP_URL = os.environ["PEER_AMQP_URL"]
POSTGRES_URL = os.environ["PEER_POSTGRES_URL"]
"""Of a database of the peer's own, which its role owns."""
FOLDER = os.environ["PEER_FOLDER"]
"""For whatever the peer keeps in files."""
THREADS = int(os.environ["PEER_THREADS"])
"""How many tasks may run at once."""
LAST_STEP = 3
LEASE_SECONDS = 30
"""After this silence a worker counts as dead, where a peer has such a setting."""
POLL_SECONDS = 0.1
"""How often a peer that polls asks for work."""

_WORK_SECONDS = int(os.environ["PEER_WORK_MS"]) / 1000
_MARKS = os.open(os.environ["PEER_MARKS"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)


def body(job: int, step: int) -> None:
    """The work of one task."""
    _mark(job, step, "began")
    if _WORK_SECONDS:
        time.sleep(_WORK_SECONDS)
    _mark(job, step, "ended")


async def body_async(job: int, step: int) -> None:
    """The same for a peer whose tasks are coroutines."""
    _mark(job, step, "began")
    if _WORK_SECONDS:
        await asyncio.sleep(_WORK_SECONDS)
    _mark(job, step, "ended")


def run_module(*words: str) -> None:
    """Goes on as ``python -m WORDS``: a peer's own worker program, in the same process."""
    os.execv(sys.executable, (sys.executable, "-m", *words))  # noqa: S606 - the interpreter that runs this


def _mark(job: int, step: int, what: str) -> None:
    os.write(_MARKS, f"{job} {step} {what} {time.monotonic_ns()}\n".encode())
