"""What processes use of the machine, from /proc: a part is a process with everything below it. Linux only."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")


@dataclass(frozen=True, kw_only=True)
class Usage:
    """What a process and all below it have used so far and hold now.

    ``cpu_seconds`` counts those that ended, too. ``pss_bytes`` is the kernel's proportional set size: what several
    processes share is divided among them, so that the sum over all is what the machine holds for them.
    """

    processes: int
    cpu_seconds: float
    pss_bytes: int


@dataclass(frozen=True, kw_only=True)
class _Process:
    pid: int
    parent: int
    cpu_seconds: float


def usages(roots: Mapping[str, int]) -> dict[str, Usage]:
    """The usage of each root by its name; a root that is not there has no processes. What is below another root counts
    there alone. Raises PermissionError.
    """
    processes = list(_processes())
    found = {name: _below(root, processes, set(roots.values()) - {root}) for name, root in roots.items()}
    return {name: _sum([one for one in processes if one.pid in pids]) for name, pids in found.items()}


def _processes() -> Iterator[_Process]:
    tick_seconds = 1 / os.sysconf("SC_CLK_TCK")
    for folder in _PROC.iterdir():
        if folder.name.isdigit():
            try:
                # The name before it may hold anything, spaces and parentheses too.
                fields = (folder / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
            except (FileNotFoundError, ProcessLookupError):  # it has just ended
                continue
            # proc_pid_stat(5): its parent; its own time and that of the children it has waited for, user and system.
            ticks = sum(int(field) for field in fields[11:15])
            yield _Process(pid=int(folder.name), parent=int(fields[1]), cpu_seconds=ticks * tick_seconds)


def _below(root: int, processes: list[_Process], others: set[int]) -> set[int]:
    """The root and its descendants but for ``others`` and theirs."""
    found, grown = {root}, True
    while grown:
        more = {one.pid for one in processes if one.parent in found} - found - others
        found |= more
        grown = bool(more)
    return found


def _sum(processes: list[_Process]) -> Usage:
    return Usage(
        processes=len(processes),
        cpu_seconds=sum(one.cpu_seconds for one in processes),
        pss_bytes=sum(_pss_bytes(one.pid) for one in processes),
    )


def _pss_bytes(pid: int) -> int:
    try:
        lines = (_PROC / str(pid) / "smaps_rollup").read_text(encoding="ascii").splitlines()
    except (FileNotFoundError, ProcessLookupError):  # it has just ended
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
