"""The journals and queues of a stack's machine, in addition to its gateway. The stack's package supplies them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from pathlib import Path

from winnow_contracts.node_api import JobRecords


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

    journals: Mapping[str, Callable[[str], JobRecords | None]] = field(default_factory=dict)
    adopted: Mapping[str, Path] = field(default_factory=dict)
    queues: Callable[[tuple[str, ...]], dict[str, QueueState | None]] | None = None


def this_machine() -> Machine:
    """The machine as the installed stack describes it, by an entry point of the group ``winnow.machine``."""
    for entry in entry_points(group="winnow.machine"):
        found: Machine = entry.load()()
        return found
    return Machine()
