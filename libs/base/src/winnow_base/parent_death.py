"""Ties a process to the one that forked it: whatever kills the parent ends the child too. Linux only."""

import ctypes
import os
import signal

_LIBC = ctypes.CDLL(None, use_errno=True)  # loaded before a fork, after which as little as possible should happen
_PR_SET_PDEATHSIG = 1
"""prctl(2): the signal that the kernel sends to a process whose parent dies."""


def die_with(parent: int) -> None:
    """Has the kernel kill this process when its parent dies. Call it in the child, with the process id of the parent.

    To the kernel the parent is the thread that forked; let that be one that lives as long as its process. Raises
    OSError where the kernel refuses.
    """
    if _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG) failed")
    if os.getppid() != parent:  # the parent died before prctl took effect
        os.kill(os.getpid(), signal.SIGKILL)
