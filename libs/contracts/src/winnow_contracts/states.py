"""Task states, and the one table of legal moves between them. Terminal states never change."""

from enum import StrEnum


class TaskState(StrEnum):
    """The state of a task in one journal."""

    PENDING = "pending"
    RUNNING = "running"
    RETRY_WAIT = "retry_wait"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    DEAD = "dead"


class Outcome(StrEnum):
    """How one attempt ended."""

    COMPLETED = "completed"
    FAILED = "failed"
    TIMEOUT = "timeout"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"
    DIED = "died"
    DEFERRED = "deferred"
    """A rate limit was reached: the task waits for the moment that is reserved for it."""
    SNOOZED = "snoozed"
    """What the task needs is busy: the task waits in the broker, and no retry is spent."""


UNSPENT = frozenset({Outcome.DEFERRED, Outcome.SNOOZED})
"""Outcomes after which the retry copy only waited, and so counts against no budget."""


MOVES: dict[tuple[TaskState, TaskState], str] = {
    (TaskState.PENDING, TaskState.RUNNING): "a worker takes the task",
    (TaskState.PENDING, TaskState.COMPLETED): "index knew its end already",
    (TaskState.PENDING, TaskState.CANCELLED): "cancelled while queued",
    (TaskState.PENDING, TaskState.DEAD): "killed its process twice while it ran alone",
    (TaskState.RUNNING, TaskState.RUNNING): "the owner died, another attempt takes over",
    (TaskState.RUNNING, TaskState.COMPLETED): "the actor returned",
    (
        TaskState.RUNNING,
        TaskState.RETRY_WAIT,
    ): "temporary error or time limit with budget left, or what it needs is busy, or its turn comes later",
    (TaskState.RUNNING, TaskState.DEAD): "permanent error, budget spent, or older than its max age",
    (TaskState.RUNNING, TaskState.CANCELLED): "cancelled while running",
    (TaskState.RUNNING, TaskState.PENDING): "interrupted by shutdown or deploy, or released after its process died",
    (TaskState.RETRY_WAIT, TaskState.RUNNING): "the retry copy arrived",
    (TaskState.RETRY_WAIT, TaskState.COMPLETED): "index knew its end already",
    (TaskState.RETRY_WAIT, TaskState.CANCELLED): "cancelled while waiting to be tried again",
    (TaskState.RETRY_WAIT, TaskState.DEAD): "killed its process twice while it ran alone, elsewhere",
}

TERMINAL = frozenset({TaskState.COMPLETED, TaskState.CANCELLED, TaskState.DEAD})


class IllegalMove(Exception):
    """A task was to make a move that the table does not list. This is a bug, never a condition to handle."""


def check_move(before: TaskState, after: TaskState) -> None:
    """Raise IllegalMove unless the table allows the move."""
    if (before, after) not in MOVES:
        raise IllegalMove(f"a task cannot move from {before} to {after}")


def mermaid() -> str:
    """The table as a Mermaid state diagram."""
    lines = ["stateDiagram-v2", "    accTitle: The states of a task and its moves between them", "    [*] --> pending"]
    lines += [f"    {before} --> {after}: {reason}" for (before, after), reason in MOVES.items()]
    lines += [f"    {state} --> [*]" for state in TaskState if state in TERMINAL]
    return "\n".join(lines)
