"""Control: what people ask of running work. Jobs are cancelled, lanes paused, commands published again.

Changes are broadcast over a fanout. Index keeps the set of what is cancelled and paused. That a job is to be sent again
or is watched is broadcast, and nobody keeps it.
"""

from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True, kw_only=True)
class ControlSet:
    """The whole durable control set.

    ``cancelled`` maps a job to its last cancelled run, ``paused`` a lane to when it was paused (Unix milliseconds). A
    job leaves the set once no message of it can be on its way.
    """

    cancelled: dict[str, int] = field(default_factory=dict)
    paused: dict[str, int] = field(default_factory=dict)


class ControlKind(StrEnum):
    """The kind of a control message."""

    CANCEL = "cancel"
    PAUSE = "pause"
    RESUME = "resume"
    RESEND = "resend"
    WATCH = "watch"


@dataclass(frozen=True, kw_only=True)
class ControlMessage:
    """One change of the set, a job to resend, or a job whose live events somebody wants to hear for the next minute.

    ``name`` is a job (``run``: its last cancelled run) or a lane.
    """

    kind: ControlKind
    name: str
    run: int = 0
