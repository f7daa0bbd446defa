"""Task history: index's answer about a task that a node has no record of."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class TaskHistory:
    """The answer to "what became of this task elsewhere?".

    ``ended``: the task needs no work, and nothing that follows from it can be missing, so its message may be acked.
    ``later_retry_exists``: the task has not ended, but a journal that is not lost holds a later copy, which will come.
    ``no_open_attempts``: the task was begun, and no attempt that index knows of can have died with its process, because
    each has ended, or a later one has. ``open_on_other_node``: an attempt that another journal reported may have died
    with its process. ``isolated_crashes``: how often the task killed its process while it ran alone, on any node.
    """

    ended: bool = False
    later_retry_exists: bool = False
    no_open_attempts: bool = False
    open_on_other_node: bool = False
    isolated_crashes: int = 0
