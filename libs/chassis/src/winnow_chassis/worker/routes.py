"""Which function answers which command, and how patiently."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from winnow_contracts.commands import Command
from winnow_journal.task import Task


@dataclass(frozen=True, kw_only=True)
class Policy:
    """Retries after temporary errors (exponential from ``backoff_seconds``, full jitter) and time limits.

    ``max_age_seconds`` counts from the command's creation or its ``not_before``; older ones end as timeout.
    """

    retries: int
    backoff_seconds: float
    limit_seconds: float
    max_age_seconds: float = 86_400


@dataclass(frozen=True, kw_only=True)
class Route:
    """One command, the actor that answers it, and its policy."""

    command: type[Command]
    actor: Callable[[Task, Any], None]
    policy: Policy


@dataclass(frozen=True, kw_only=True)
class Dependency:
    """Something without which a service does no work. ``probe`` raises WinnowError when it does not answer."""

    name: str
    probe: Callable[[], None]


class Background(Protocol):
    """Something that runs beside a worker for as long as it lives."""

    def start(self) -> None:
        """Begin; returns at once."""

    def stop(self) -> None:
        """End; returns when it has ended."""
