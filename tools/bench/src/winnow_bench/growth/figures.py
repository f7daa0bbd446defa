"""The figures of ``winnow bench growth``: what a job costs and how large the files are, in windows of jobs."""

import statistics
from dataclasses import dataclass

_MIB = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Window:
    """Some jobs in a row: processor and wall time for one of them, maintenance included, and the files after them."""

    jobs: int
    cpu_ms: float
    wall_ms: float
    database_bytes: int
    wal_bytes: int


@dataclass(frozen=True, kw_only=True)
class Growth:
    """All windows of a run. ``stops``: how often a worker would have stopped to consume."""

    jobs: int
    cap_bytes: int
    per_second: int
    stops: int
    windows: tuple[Window, ...]

    @property
    def cpu_ratio(self) -> float:
        """What a job of the last window costs in processor time, over one of the first."""
        return round(self.windows[-1].cpu_ms / self.windows[0].cpu_ms, 3)

    @property
    def wall_ratio(self) -> float:
        """The same in wall time, which tells of everything else that the machine does."""
        return round(self.windows[-1].wall_ms / self.windows[0].wall_ms, 3)

    @property
    def largest_bytes(self) -> tuple[int, int]:
        """The most that database and log had together in the first half of the windows, and in the second."""
        sizes = [window.database_bytes + window.wal_bytes for window in self.windows]
        half = (len(sizes) + 1) // 2
        return max(sizes[:half]), max(sizes[half:] or sizes)


def table(found: Growth, most_lines: int = 10) -> str:
    """The figures as text, with ``most_lines`` of the windows."""
    first, second = found.largest_bytes
    lines = [
        f"{found.jobs} finished jobs at {found.per_second} a second through a cap of {found.cap_bytes / _MIB:.0f} MiB",
        f"{'jobs':>9} {'CPU ms':>8} {'wall ms':>8} {'db MiB':>8} {'wal MiB':>8}",
    ]
    ended = 0
    step = max(1, len(found.windows) // most_lines)
    for number, window in enumerate(found.windows, 1):
        ended += window.jobs
        if number == 1 or number == len(found.windows) or number % step == 0:
            lines.append(
                f"{ended:>9} {window.cpu_ms:>8.3f} {window.wall_ms:>8.3f}"
                f" {window.database_bytes / _MIB:>8.1f} {window.wal_bytes / _MIB:>8.1f}"
            )
    return "\n".join(
        [
            *lines,
            f"stops {found.stops}",
            f"a job of the last window over one of the first: CPU {found.cpu_ratio}, wall {found.wall_ratio};"
            f" median CPU {statistics.median(window.cpu_ms for window in found.windows):.3f} ms",
            f"largest files: {first / _MIB:.1f} MiB in the first half, {second / _MIB:.1f} MiB in the second",
        ]
    )
