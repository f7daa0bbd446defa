"""Kills at every two failpoints, one pair after the other, on one stack."""

from collections.abc import Callable
from pathlib import Path

from winnow_harness.chaos.points import Survival, pairs, survive
from winnow_harness.fixtures.drills import DrillStack

_PARTS = ("index", "media-examine", "media", "ai", "index-api", "gateway")


def run_pairs(
    home: Path, progress: Callable[[str], None], *, first: int = 0, most: int | None = None
) -> list[Survival]:
    """Runs each pair and returns its result; a pair that fails does not end the run."""
    chosen = pairs()[first:][:most]
    done: list[Survival] = []
    stack = DrillStack(home)
    try:
        stack.start()
        for number, points in enumerate(chosen, 1):
            bad = sum(bool(one.wrong) for one in done)
            progress(f"pair {number} of {len(chosen)}: {' and '.join(points)}  wrong until now: {bad}")
            for part in _PARTS:
                stack.wait_part(part)
            done.append(survive(stack, points))
    finally:
        stack.close()
    return done


def as_markdown(done: list[Survival]) -> str:
    """Returns the report of all pairs, with full details of the failed ones."""
    wrong = [one for one in done if one.wrong]
    lines = [
        "# Killed at two points",
        "",
        f"{len(done)} pairs of failpoints, {sum(len(one.killed) for one in done)} kills. "
        f"{len(wrong)} pairs with something wrong.",
        "",
    ]
    for one in wrong:
        lines += [f"## {' and '.join(one.points)}", "", *(f"* {sentence}" for sentence in one.wrong), ""]
    halves = [one for one in done if len(one.killed) < len(one.points)]
    lines += ["Pairs of which one point was not reached again:", ""] if halves else []
    lines += [f"* {' and '.join(one.points)}: killed at {', '.join(one.killed) or 'none'}" for one in halves]
    return "\n".join(lines)
