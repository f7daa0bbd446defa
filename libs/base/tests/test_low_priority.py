"""Work of low priority: its niceness, its slice, and who has them."""

import ctypes
import os
import platform
import struct
import subprocess
import sys
import threading

from winnow_base import low_priority

_SCHED_GETATTR = {"x86_64": 315, "aarch64": 275}
_PROGRAM = [sys.executable, "-I", "-S", low_priority.__file__]


def test_a_program_runs_with_the_niceness_that_was_asked_for() -> None:
    told = subprocess.run([*_PROGRAM, "7", "/bin/cat", "/proc/self/stat"], capture_output=True, check=True).stdout
    assert int(told.rsplit(b")", 1)[1].split()[16]) == os.nice(0) + 7


def test_a_thread_lowers_itself_and_those_it_starts_and_nobody_else() -> None:
    seen: list[tuple[int, int]] = []

    def look() -> None:
        seen.append((os.nice(0), slice_ns()))

    def lower() -> None:
        low_priority.lower_priority(3)
        look()
        started = threading.Thread(target=look)
        started.start()
        started.join()

    before = os.nice(0), slice_ns()
    lowered = threading.Thread(target=lower)
    lowered.start()
    lowered.join()
    look()
    longest = 100_000_000 if before[1] else 0  # a kernel before 6.12 has no slices
    assert seen == [(before[0] + 3, longest), (before[0] + 3, longest), before]


def slice_ns() -> int:
    """The calling thread's slice; 0 where the kernel tells none."""
    attributes = ctypes.create_string_buffer(48)
    failed = ctypes.CDLL(None).syscall(_SCHED_GETATTR[platform.machine()], 0, attributes, 48, 0)
    assert not failed
    return int(struct.unpack("=IIQiIQQQ", attributes.raw)[5])
