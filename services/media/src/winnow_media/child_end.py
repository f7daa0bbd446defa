"""Why a child process ended without success: its own error, a limit that was set for it, or somebody outside."""

import os
import signal
from dataclasses import dataclass, field
from pathlib import Path

from winnow_contracts.errors import BadInput, TryAlone
from winnow_media.oom_kills import count_oom_kills

_LIMIT_SIGNALS = (signal.SIGXCPU, signal.SIGXFSZ)
_MOST_OF_LIMIT = 0.5
"""From this part of the processor limit on, a SIGKILL is taken for the limit's. The kernel counts whole ticks towards
the limit and tells the real time: on a busy machine the two differ by a third and more."""
_NO_MEMORY = ("Cannot allocate memory", "malloc of size")


class ChildFailed(Exception):
    """A child ended with its own error. ``messages`` is the end of its standard error, which is not for users."""

    def __init__(self, name: str, code: int, messages: str) -> None:
        super().__init__(f"{name} ended with {code}")
        self.code = code
        self.messages = messages


@dataclass(frozen=True, kw_only=True)
class ChildJudge:
    """Judges the end of one child. Made when the child starts; ``cpu_seconds`` is its limit of processor time."""

    name: str
    cpu_seconds: int
    oom_kills: int | None = field(default_factory=count_oom_kills)

    def judge(self, code: int, messages: str, used_seconds: float) -> None:
        """Return if the exit code is 0. ``used_seconds`` is the processor time that the child took.

        Raises ChildFailed, BadInput (``resource-limit``) if a limit ended the child, TryAlone if it got a SIGKILL from
        outside. Call it only if this process sent none.
        """
        if code == 0:
            return
        # With a lower soft CPU limit ffmpeg would end "normally" with 255. With soft = hard the kernel kills it, as it
        # kills any process of a container whose memory runs out. Only the first is the file's doing.
        is_over_cpu = code == -signal.SIGKILL and used_seconds >= self.cpu_seconds * _MOST_OF_LIMIT
        if is_over_cpu or -code in _LIMIT_SIGNALS or any(words in messages for words in _NO_MEMORY):
            raise over_limit(self.name)
        if code == -signal.SIGKILL:
            raise TryAlone(
                self._killed(), verdict=over_limit(self.name), hint="It is tried once more, with nothing beside it."
            )
        raise ChildFailed(self.name, code, messages)

    def _killed(self) -> str:
        killed = f"{self.name} was killed from outside"
        if self.oom_kills is None:
            return f"{killed}."
        if self.oom_kills == count_oom_kills():
            return f"{killed}, and not because the node's memory ran out."
        return f"{killed}, where the node's memory ran out."


def used_seconds(process_id: int) -> float:
    """The processor time of a process that has ended, while nobody has read its end."""
    fields = Path(f"/proc/{process_id}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def over_limit(name: str) -> BadInput:
    """The verdict on a file whose decoding takes too much."""
    return BadInput(
        f"Decoding the file takes more memory, computing or space than is allowed ({name} was stopped).",
        code="resource-limit",
        hint="Convert the recording to a common format, such as MP4 with H.264 and AAC, and upload that.",
    )
