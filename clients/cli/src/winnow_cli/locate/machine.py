"""The journals and queues of a stack's machine, in addition to its gateway. The stack's package supplies them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, Protocol

Row = dict[str, Any]


class Records(Protocol):
    """Every row that one journal has of a job, as its tables have them; ``body`` and ``error`` are parsed JSON.

    A task row also has ``alive``: whether the process that ran it last lives.
    """

    @property
    def tasks(self) -> tuple[Row, ...]:
        """The tasks the node accepted."""

    @property
    def steps(self) -> tuple[Row, ...]:
        """The finished steps."""

    @property
    def commands(self) -> tuple[Row, ...]:
        """The commands the node sends or has sent."""

    @property
    def events(self) -> tuple[Row, ...]:
        """The events for index, sent or not."""

    @property
    def retries(self) -> tuple[Row, ...]:
        """The requested retries."""


@dataclass(frozen=True, kw_only=True)
class QueueState:
    """A queue's waiting messages, without those a consumer holds, and its consumers."""

    ready: int
    consumers: int


@dataclass(frozen=True, kw_only=True)
class Machine:
    """A machine's journals and queues.

    ``journals`` maps a node to a function that reads the journal's rows of a job, None if it has none; ``queues`` asks
    the broker. ``adopted`` has the folders of adopted journals. Both kinds of call raise Unavailable. The default is a
    machine without a stack: no journals, no broker.
    """

    journals: Mapping[str, Callable[[str], Records | None]] = field(default_factory=dict)
    adopted: Mapping[str, Path] = field(default_factory=dict)
    queues: Callable[[tuple[str, ...]], dict[str, QueueState | None]] | None = None


def this_machine() -> Machine:
    """The machine as the installed stack describes it, by an entry point of the group ``winnow.machine``."""
    for entry in entry_points(group="winnow.machine"):
        found: Machine = entry.load()()
        return found
    return Machine()
