"""How many processors this process may use: in a container fewer than the machine has."""

import math
import os
from pathlib import Path

_QUOTA = Path("/sys/fs/cgroup/cpu.max")
"""The limit of the process's control group (version 2): microseconds of processor, or ``max``, in each period."""


def usable_cores(quota: Path = _QUOTA) -> int:
    """The processors of this process's affinity, or its control group's share of them, rounded up; one at least."""
    cores = len(os.sched_getaffinity(0))
    try:
        limit, period = quota.read_text(encoding="ascii").split()
    except FileNotFoundError:  # the root group has no limit, nor has a kernel without version 2
        return cores
    return cores if limit == "max" else min(cores, math.ceil(int(limit) / int(period)))
