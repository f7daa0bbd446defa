"""Finds the process that does a part's work: the one that crashes, runs out of memory, or must be killed by a test."""

from pathlib import Path

_PREFORK = b"winnow_base.prefork"


def process_at_work(pid: int) -> int:
    """Returns the child if process ``pid`` only restarts it (``winnow_base.prefork``), otherwise ``pid`` itself.

    Returns 0 for 0, and if there is no child now.
    """
    try:
        if not pid or _PREFORK not in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0"):
            return pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except (FileNotFoundError, ProcessLookupError):  # it has just ended
        return 0
    return int(children[0]) if children else 0
