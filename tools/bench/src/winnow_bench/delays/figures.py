"""The figures of ``winnow bench delays``, and how they are shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from winnow_bench.measures import quantile


@dataclass(frozen=True, kw_only=True)
class Lateness:
    """How late the delays of one side ended, in seconds after their time, the median and the most.

    ``unseen`` counts those that had not ended when the bench stopped waiting; they are in neither figure.
    """

    tried: int
    unseen: int
    median_seconds: float | None
    most_seconds: float | None


def lateness(waits_seconds: Sequence[float | None], delay_seconds: float) -> Lateness:
    """From the waits of one side, None for one that was not seen to end."""
    late = sorted(wait - delay_seconds for wait in waits_seconds if wait is not None)
    return Lateness(
        tried=len(waits_seconds),
        unseen=len(waits_seconds) - len(late),
        median_seconds=round(quantile(late, 0.5), 3) if late else None,
        most_seconds=round(late[-1], 3) if late else None,
    )


def table(found: Mapping[str, Lateness], *, far: int, limit_seconds: float) -> str:
    """The lateness of each side as text."""
    lines = [f"a delay of 1 s behind {far} far ones, seconds late", f"{'':<16} {'median':>8} {'most':>8}"]
    for side, one in found.items():
        shown = f"{side:<16} {_seconds(one.median_seconds):>8} {_seconds(one.most_seconds):>8}"
        unseen = f"   {one.unseen} of {one.tried} did not end within {limit_seconds:.0f} s" if one.unseen else ""
        lines.append(shown + unseen)
    return "\n".join(lines)


def _seconds(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"
