"""Routes of a worker: which actor handles which command, with its retries and time limits."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from winnow_contracts.commands import Command
from winnow_journal.task import Task


@dataclass(frozen=True, kw_only=True)
class Policy:
    """A route's retries and time limits, in seconds.

    ``retries`` counts retries after temporary errors; their delay grows exponentially from ``backoff_seconds``, with
    full jitter. ``limit_seconds`` limits one attempt. A command that waited longer than ``max_age_seconds`` ends as
    timeout; by default none is too old. The age counts from the command's creation or its ``not_before``, or from when
    this node last began to take from the lane, whichever is later: what waits while nobody takes it does not age.
    """

    retries: int
    backoff_seconds: float
    limit_seconds: float
    max_age_seconds: float = math.inf


@dataclass(frozen=True, kw_only=True)
class Route:
    """One command, the actor that handles it, and its policy.

    Example::

        Route(
            command=TranscribeAudio,
            actor=transcribe,  # def transcribe(task: Task, command: TranscribeAudio) -> None
            policy=Policy(retries=5, backoff_seconds=2, limit_seconds=3_600),
        )
    """

    command: type[Command]
    actor: Callable[[Task, Any], None]
    policy: Policy


@dataclass(frozen=True, kw_only=True)
class Dependency:
    """Something that a service cannot work without. ``probe`` raises WinnowError if it does not answer."""

    name: str
    probe: Callable[[], None]


class Background(Protocol):
    """A service that runs beside a worker, from the worker's start to its end."""

    def start(self) -> None:
        """Start; returns at once."""

    def stop(self) -> None:
        """Stop; returns once it has stopped."""
