"""Control: what people ask of running work. Jobs are cancelled, lanes paused, commands published again.

Changes are broadcast over a fanout. Index keeps the set of what is cancelled and paused. That a job is to be sent again
or is watched is broadcast, and nobody keeps it.
"""

from dataclasses import dataclass, field
from enum import StrEnum

EVERY_RUN = 2**31 - 1
"""The last cancelled run of a job that was deleted: no run of it begins any more."""


@dataclass(frozen=True, kw_only=True)
class ControlSet:
    """The whole durable control set.

    ``cancelled`` maps a job to its last cancelled run, ``paused`` a lane to when it was paused (Unix milliseconds). A
    job leaves the set once no message of it can be on its way. ``now_ms`` is the database's time at which index told
    the set (Unix milliseconds), 0 from an index of an earlier version; it is no part of the set.
    """

    cancelled: dict[str, int] = field(default_factory=dict)
    paused: dict[str, int] = field(default_factory=dict)
    now_ms: int = field(default=0, compare=False)


class ControlKind(StrEnum):
    """The kind of a control message."""

    CANCEL = "cancel"
    PAUSE = "pause"
    RESUME = "resume"
    RESEND = "resend"
    WATCH = "watch"


@dataclass(frozen=True, kw_only=True)
class ControlMessage:
    """One change of the set, a job to resend, or whose live events somebody wants to hear for the next minute.

    ``name`` is a job (``run``: its last cancelled run), a lane, or the tenant of whose jobs all are watched.
    """

    kind: ControlKind
    name: str
    run: int = 0
