"""How a user wants a job to be run."""

from dataclasses import dataclass

from winnow_contracts.queues import Priority


@dataclass(frozen=True, kw_only=True)
class JobOptions:
    """The options of a job, as its gateway accepted them.

    ``priority`` is whether somebody waits for it, or it may stand behind all other work.
    """

    priority: Priority = Priority.NORMAL
