"""Measures what processes use, from /proc: a part is a process with all its descendants. Linux only."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")


@dataclass(frozen=True, kw_only=True)
class Usage:
    """CPU time used so far and memory held now by a process and its descendants.

    ``cpu_seconds`` includes descendants that ended. ``pss_bytes`` is the kernel's proportional set size: shared memory
    is divided among its users, so that the sum over all is the real use.
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
    """Returns the usage of each root by its name; a root that does not exist has no processes.

    A process below another root counts only there. Raises PermissionError.
    """
    processes = list(_processes())
    found = {name: _below(root, processes, set(roots.values()) - {root}) for name, root in roots.items()}
    return {name: _sum([one for one in processes if one.pid in pids]) for name, pids in found.items()}


def descendants(root: int) -> set[int]:
    """Returns a process and everything below it."""
    return _below(root, list(_processes()), set())


def _processes() -> Iterator[_Process]:
    tick_seconds = 1 / os.sysconf("SC_CLK_TCK")
    for folder in _PROC.iterdir():
        if folder.name.isdigit():
            try:
                # The name before it may contain anything, spaces and parentheses too.
                fields = (folder / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
            except (FileNotFoundError, ProcessLookupError):  # it has just ended
                continue
            # proc_pid_stat(5): parent; user and system time of the process, and of the children it has waited for.
            ticks = sum(int(field) for field in fields[11:15])
            yield _Process(pid=int(folder.name), parent=int(fields[1]), cpu_seconds=ticks * tick_seconds)


def _below(root: int, processes: list[_Process], others: set[int]) -> set[int]:
    """The root and its descendants, without ``others`` and their descendants."""
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
