"""What people ask of running work: jobs cancelled, lanes paused, commands sent again. News of it goes over a fanout.

Index keeps the set of what is cancelled and paused. To send again is asked once: nobody keeps it.
"""

from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True, kw_only=True)
class ControlSet:
    """The whole durable set. ``cancelled`` maps job to the last run that is cancelled, ``paused`` lane to since when.

    Times are Unix milliseconds. A job leaves the set when no message of it can be on its way any more.
    """

    cancelled: dict[str, int] = field(default_factory=dict)
    paused: dict[str, int] = field(default_factory=dict)


class ControlKind(StrEnum):
    """What was asked."""

    CANCEL = "cancel"
    PAUSE = "pause"
    RESUME = "resume"
    RESEND = "resend"


@dataclass(frozen=True, kw_only=True)
class ControlMessage:
    """One change of the set, or a job to send again: ``name`` is a job (``run``: its last cancelled run) or a lane."""

    kind: ControlKind
    name: str
    run: int = 0
