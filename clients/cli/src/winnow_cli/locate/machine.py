"""What a stack's machine tells of a job besides its gateway: journals and queues. The stack's package hands it in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, Protocol

Row = dict[str, Any]


class Records(Protocol):
    """Every row that one journal has of a job, as its tables have them; ``body`` and ``error`` are read as JSON.

    A task row has ``alive`` besides: whether the process that ran it last lives.
    """

    @property
    def tasks(self) -> tuple[Row, ...]:
        """Tasks that the node took."""

    @property
    def steps(self) -> tuple[Row, ...]:
        """Steps that were finished."""

    @property
    def commands(self) -> tuple[Row, ...]:
        """Commands that the node sends or has sent."""

    @property
    def events(self) -> tuple[Row, ...]:
        """What index is told, or was."""

    @property
    def retries(self) -> tuple[Row, ...]:
        """Retries that were asked for."""


@dataclass(frozen=True, kw_only=True)
class QueueState:
    """A queue's messages that wait, those out with a consumer not counted, and its consumers."""

    ready: int
    consumers: int


@dataclass(frozen=True, kw_only=True)
class Machine:
    """``journals`` by node read what each has of a job, None where nothing; ``queues`` asks the broker for queues.

    ``adopted``: the folders of those journals that were adopted. Both kinds of call raise Unavailable. As it is made
    without arguments it stands for a machine without a stack: no journals, no broker.
    """

    journals: Mapping[str, Callable[[str], Records | None]] = field(default_factory=dict)
    adopted: Mapping[str, Path] = field(default_factory=dict)
    queues: Callable[[tuple[str, ...]], dict[str, QueueState | None]] | None = None


def this_machine() -> Machine:
    """The machine as the installed stack shows it, by an entry point of the group ``winnow.machine``."""
    for entry in entry_points(group="winnow.machine"):
        found: Machine = entry.load()()
        return found
    return Machine()
