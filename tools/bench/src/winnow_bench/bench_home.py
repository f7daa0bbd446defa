"""A bench's own folder, and its progress on a terminal."""

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

from winnow_harness.chaos.progress import RunProgress
from winnow_local.foreground import end_on_signals
from winnow_local.settings import read_settings


@contextlib.contextmanager
def bench_home(bench: str) -> Iterator[tuple[Path, RunProgress]]:
    """Gives an empty folder for the bench's servers, and what shows its progress.

    The folder is removed afterwards; a bench that failed leaves it, with its logs, until it runs again. A signal ends
    the bench in order.
    """
    home = read_settings().home.root / f"bench-{bench}"
    shutil.rmtree(home, ignore_errors=True)
    end_on_signals()
    progress = RunProgress()
    try:
        yield home, progress
    finally:
        progress.end()
    shutil.rmtree(home, ignore_errors=True)
