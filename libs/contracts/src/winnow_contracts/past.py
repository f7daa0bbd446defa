"""What index knows of a task that comes to a node without a record of it."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Past:
    """The answer to "what became of this task elsewhere?".

    ``ended``: nothing is to be done and nothing that follows from it can be missing, so its message may be acked.
    ``covered``: it has not ended, but a journal that stands holds a later copy of it, which will come.
    ``settled``: it was begun, and no attempt that index knows of can have died with its process: each has ended, or a
    later one has.
    ``open_elsewhere``: an attempt that another journal tells of may have died with its process.
    ``deaths_alone``: how often it killed its process while it ran alone, anywhere.
    """

    ended: bool = False
    covered: bool = False
    settled: bool = False
    open_elsewhere: bool = False
    deaths_alone: int = 0
