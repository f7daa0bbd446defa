"""Work that leaves the processor to all other: long, and nobody waits for the next second of it.

``python -I -S low_priority.py NICENESS PROGRAM ARGUMENT...`` becomes the program. The file imports nothing of Winnow's,
because it runs before each such child. The structure is that of sched_setattr(2).
"""

import ctypes
import os
import platform
import signal
import struct
import sys

_SCHED_SETATTR = {"x86_64": 314, "aarch64": 274}
_SLICE_NS = 100_000_000
"""The longest that Linux allows. Whatever wakes up with a shorter one takes the processor at once."""


def lower_priority(niceness: int) -> None:
    """Lowers the priority of the calling thread, and of the threads and processes that it starts from then on.

    Niceness alone gives others the larger share of a processor, and lets them wait for it up to a few milliseconds each
    time they wake up. A long slice ends that wait, since Linux 6.12; an earlier kernel ignores it.
    """
    os.nice(niceness)
    number = _SCHED_SETATTR.get(platform.machine())
    if number is None:
        return
    attributes = struct.pack("=IIQiIQQQ", 48, os.SCHED_OTHER, 0, os.nice(0), 0, _SLICE_NS, 0, 0)
    # A container may forbid the call. Niceness holds then, and that is what a kernel without slices has, too.
    ctypes.CDLL(None).syscall(number, 0, attributes, 0)


if __name__ == "__main__":
    lower_priority(int(sys.argv[1]))
    for ignored in (signal.SIGPIPE, signal.SIGXFSZ):  # by Python; the program would go on ignoring them
        signal.signal(ignored, signal.SIG_DFL)
    os.execv(sys.argv[2], sys.argv[2:])  # noqa: S606 - that is its purpose
