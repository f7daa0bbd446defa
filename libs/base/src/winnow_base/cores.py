"""How many processors this process may use: in a container fewer than the machine has."""

import math
import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

_GROUPS = Path("/sys/fs/cgroup")
"""Where the control groups (version 2) are."""
_OWN = Path("/proc/self/cgroup")
"""Names the group that this process is in."""


def usable_cores(groups: Path = _GROUPS, own: Path = _OWN) -> int:
    """The processors of this process's affinity, or of the narrowest limit on its control group, rounded up."""
    return min([len(os.sched_getaffinity(0)), *map(math.ceil, _limits(groups, own))])


def _limits(groups: Path, own: Path) -> Iterator[float]:
    """How many processors its group may use, and each group around it, where they have a limit."""
    for group in _around(own):
        try:
            # Microseconds of processor, or "max", in each period.
            limit, period = (groups / group / "cpu.max").read_text(encoding="ascii").split()
        except FileNotFoundError:  # the root group has no limit, nor has a group of version 1
            continue
        if limit != "max":
            yield int(limit) / int(period)


def _around(own: Path) -> Iterator[PurePosixPath]:
    """The process's group and those around it, inmost first. In a container its own group is usually the root."""
    for line in own.read_text(encoding="utf-8").splitlines():
        if line.startswith("0::/"):
            group = PurePosixPath(line.removeprefix("0::/"))
            yield from (group, *group.parents)
