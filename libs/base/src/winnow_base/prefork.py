"""Keeps a worker running: imports its module once, forks it, and forks the next one when it dies. Linux only.

``python -m winnow_base.prefork winnow_ai.worker --lanes default,bulk`` runs ``winnow_ai.worker.main(["--lanes",
"default,bulk"])`` in a child. Imports are most of a worker's start, above all on a busy machine; a child forked after
them is ready that much sooner. Pre-fork is the field's term, known from Apache and gunicorn.

The parent only imports. Anything that a module starts or opens at its import would be shared by all children.
"""

import gc
import importlib
import logging
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NoReturn

from winnow_base import logs
from winnow_base.memory import return_freed_memory, trim_heap
from winnow_base.parent_death import die_with

CRASHED = 70
"""The child's exit code after an uncaught exception: EX_SOFTWARE of sysexits.h."""

_LOG = logging.getLogger(__name__)
_STOPPING = frozenset((signal.SIGTERM, signal.SIGINT))
_HEARD = _STOPPING | {signal.SIGCHLD}
_SOON_SECONDS = 3.0
"""A child that dies sooner than this after its start may do so again. So the next one starts after a pause, longer each
time."""
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.1, 1.0


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Keep ``MODULE [ARGUMENT …]`` running. Exits with the exit code that ``keep`` returns."""
    words = sys.argv[1:] if arguments is None else list(arguments)
    if not words or words[0].startswith("-"):
        sys.exit("usage: python -m winnow_base.prefork MODULE [ARGUMENT …]")
    return_freed_memory()
    module = importlib.import_module(words[0])
    service = words[0].partition(".")[0].removeprefix("winnow_")
    logs.configure(service, os.environ.get("WINNOW_NODE", service), os.environ.get("WINNOW_LOG_LEVEL", "INFO"))
    # Imported objects live for ever. A garbage collection in a child would only copy the pages it shares.
    gc.collect()
    gc.freeze()
    trim_heap()
    sys.exit(keep(lambda: module.main(words[1:])))


def keep(work: Callable[[], object]) -> int:
    """Run ``work`` in a child, and in another one whenever that is killed or crashes.

    Returns the last child's exit code. A child that ends by itself, with SystemExit or by returning, is the last: it
    has done its work, or cannot start with its settings. So is one that ends after this process got SIGTERM or SIGINT,
    which it passes on. A code over 128 is that of a signal. The child dies with this process, whatever kills it.
    """
    # Block the signals and wait for them. With handlers, a signal could come between a check and a wait.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _HEARD)
    pause_seconds = 0.0
    while True:
        began = time.monotonic()
        parent, child = os.getpid(), os.fork()
        if child == 0:
            _become_child(parent, before)
            _work(work)
        end = _wait(child)
        if end.is_last:
            return end.code
        pause_seconds = _next_pause(pause_seconds, time.monotonic() - began)
        _LOG.error("A worker died; the next one is forked.", extra={"code": end.code, "pause_seconds": pause_seconds})
        if signal.sigtimedwait(_STOPPING, pause_seconds):
            return 0


@dataclass(frozen=True, kw_only=True)
class _End:
    """How a child ended. ``is_last``: a signal asked it to end, or it ended by itself."""

    code: int
    is_last: bool


def _become_child(parent: int, before: Iterable[int]) -> None:
    die_with(parent)
    # The child has a process group of its own. Ctrl-C in a terminal then reaches it once, through the parent, and
    # killing the child's group does not kill the parent.
    os.setpgid(0, 0)
    signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _work(work: Callable[[], object]) -> NoReturn:
    try:
        work()
    except Exception:  # noqa: BLE001 - a crash, unlike SystemExit, by which a program ends itself
        traceback.print_exc()
        sys.exit(CRASHED)
    sys.exit(0)


def _wait(child: int) -> _End:
    """Wait for the child's end, and pass signals on meanwhile. A child that stops or continues has not ended."""
    told = False
    while True:
        # Wait for any child: as a container's first process, this one inherits orphans.
        while (ended := os.waitpid(-1, os.WNOHANG))[0]:
            if ended[0] == child:
                code = os.waitstatus_to_exitcode(ended[1])
                died = code < 0 or code == CRASHED
                return _End(code=code if code >= 0 else 128 - code, is_last=told or not died)
        heard = signal.sigwait(_HEARD)
        if heard in _STOPPING:
            told = True
            os.kill(child, heard)


def _next_pause(last_seconds: float, lived_seconds: float) -> float:
    if lived_seconds > _SOON_SECONDS:
        return 0.0
    return min(max(last_seconds * 2, _FIRST_PAUSE_SECONDS), _LONGEST_PAUSE_SECONDS)


if __name__ == "__main__":
    main()
