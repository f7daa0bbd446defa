"""Draws a run as text: executions over time, and each fault below the moment it struck."""

from collections.abc import Iterable, Sequence

from winnow_harness.chaos.executions import Execution
from winnow_harness.chaos.striker import Struck

_COLUMNS = 100
_BLOCKS = " ▁▂▃▄▅▆▇█"
_LABEL = 16


def timeline(executions: Sequence[Execution], struck: Sequence[Struck]) -> str:
    """Returns lines of equal width: the rate of executions, then a row per kind of fault."""
    times = [run.began_ms for run in executions] + [one.began_ms for one in struck]
    times += [one.ended_ms for one in struck if one.ended_ms is not None]
    if not times:
        return "nothing happened"
    first, last = min(times), max(times) + 1

    def column(at_ms: int) -> int:
        return (at_ms - first) * _COLUMNS // (last - first)

    lines = [f"{'executions':<{_LABEL}}{_pace(column(run.began_ms) for run in executions)}"]
    for name in dict.fromkeys(one.fault for one in struck):
        row = [" "] * _COLUMNS
        for one in struck:
            if one.fault == name and not one.failed:
                begin = column(one.began_ms)
                end = column(one.ended_ms) if one.ended_ms is not None else begin
                row[begin : end + 1] = ["█"] * (end - begin + 1)
        lines.append(f"{name:<{_LABEL}}{''.join(row)}")
    lines.append(f"{'':<{_LABEL}}0{f'{(last - first) / 1000:.0f} s':>{_COLUMNS - 1}}")
    return "\n".join(line.rstrip() for line in lines)


def _pace(columns: Iterable[int]) -> str:
    counts = [0] * _COLUMNS
    for column in columns:
        counts[column] += 1
    most = max(counts) or 1
    # Rounded up: a column with one execution is not empty.
    return "".join(_BLOCKS[-(-count * (len(_BLOCKS) - 1) // most)] for count in counts)
