"""Named failpoints: every place where a crash could lose something. Tests and chaos runs kill the process there.

Nothing happens unless ``WINNOW_FAULTS_DIR`` names a folder. A point is armed by a file of its name in that folder,
whose text is the pattern of the nodes it is meant for (empty: any). The first process to reach it removes the file and
kills itself, so that each arming kills once.
"""

import fnmatch
import functools
import os
import signal
import time
from pathlib import Path

POINTS: dict[str, str] = {
    "intake.journaled": "gateway: the job is in its journal, nothing was published",
    "intake.confirmed": "gateway: the broker holds the command, nobody was told 202",
    "intake.copied": "gateway: the acceptance is in the store, nobody was told 202",
    "intake.swept": "gateway: an acceptance of the store was taken in and confirmed, its copy still stands",
    "relay.publishing": "relay: a command is about to be published",
    "relay.confirmed": "relay: the broker confirmed, the journal does not know it",
    "lane.received": "worker: a message came, the journal was not asked",
    "executor.admitted": "worker: the row says running, the actor was not called",
    "task.step_ran": "worker: a step had its effect, its record is not written",
    "task.step_recorded": "worker: a step is recorded, the next has not begun",
    "executor.ran": "worker: the actor returned, the end is not written",
    "executor.finished": "worker: the end is committed, nothing of its outbox was offered",
    "executor.confirmed": "worker: the broker holds all that follows, the message is not acked",
    "journal.committing": "journal: a durable transaction is about to commit",
    "journal.committed": "journal: a durable transaction is committed, nobody knows it",
    "shipper.shipping": "shipper: a batch of events is about to be published",
    "shipper.shipped": "shipper: the broker confirmed a batch of events, nobody noted it",
    "shipper.applied": "shipper: index answered, the watermark is not noted",
    "sentinel.missing": "sentinel: the broker lost its data, nothing was opened again",
    "sentinel.reopened": "sentinel: kept commands are open again, the sentinel does not stand yet",
    "control.heard": "control: news came, the journal's copy of the set does not have it",
    "inbox.received": "index: a batch of events came, nothing is stored",
    "inbox.stored": "index: a batch is stored, the journal has no answer",
    "inbox.answered": "index: the journal has its answer, the batch is not acked",
    "store.committing": "index: the storing transaction is about to commit",
    "store.committed": "index: the result is served, the task has not ended",
    "replay.begun": "index: the job's next run has begun, its command is not written",
    "upkeep.forgetting": "upkeep: commands are needed no more, and they are still in the journal",
}
"""Every point, with what has happened when it is reached."""

LOG = "reached.log"
"""File of the folder that gets one line for each kill: point, node, process id, Unix milliseconds."""


def failpoint(point: str) -> None:
    """Die here if the point is armed for this node."""
    folder = _folder()
    if folder is None:
        return
    armed = folder / point
    try:
        pattern = armed.read_text(encoding="utf-8").strip()
        if pattern and not fnmatch.fnmatch(os.environ.get("WINNOW_NODE", ""), pattern):
            return
        armed.unlink()
    except FileNotFoundError:
        return
    die(point)


def allowed() -> bool:
    """Whether this process may be killed on purpose."""
    return _folder() is not None


def die(why: str) -> None:
    """Kill this process as a crash would. Only where faults are allowed."""
    folder = _folder()
    assert folder is not None, "faults are not allowed here"
    line = f"{why} {os.environ.get('WINNOW_NODE', '-')} {os.getpid()} {time.time_ns() // 1_000_000}\n"
    with (folder / LOG).open("a", encoding="utf-8") as log:
        log.write(line)
    os.kill(os.getpid(), signal.SIGKILL)


@functools.cache
def _folder() -> Path | None:
    named = os.environ.get("WINNOW_FAULTS_DIR", "")
    return Path(named) if named else None
