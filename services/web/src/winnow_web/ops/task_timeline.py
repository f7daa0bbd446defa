"""Draws the life of a task: how long it waited, and each attempt with its steps, one below the other."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from winnow_contracts.index_api.tasks import TaskDetail
from winnow_contracts.index_api.trace import AttemptView
from winnow_contracts.states import UNSPENT, Outcome
from winnow_web.ops.plot_axes import figure_text, figures
from winnow_web.ops.plots import WIDTH, Tick
from winnow_web.words import spent

MOST_ATTEMPTS = 20
"""So many of the latest attempts are drawn."""
_LEFT, _RIGHT, _ROW, _FOOT = 84.0, WIDTH - 24.0, 22, 22
_UNITS = ((86_400_000, "days"), (3_600_000, "hours"), (60_000, "minutes"), (1000, "seconds"), (1, "milliseconds"))


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One stretch of time in units of the drawing; ``look`` is its class, ``steps`` the places where steps ended."""

    label: str
    look: str
    top: int
    left: float
    wide: float
    steps: tuple[float, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Timeline:
    """A task's life in units of the drawing. ``unit`` is what the ticks count since it was enqueued."""

    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    unit: str
    about: str
    height: int
    left: float = _LEFT
    right: float = _RIGHT
    width: int = WIDTH


def timeline(task: TaskDetail, at_ms: int) -> Timeline | None:
    """Returns the drawing as of ``at_ms`` (Unix milliseconds); None if no time of the task is known."""
    attempts = [one for one in task.attempts_made if one.started_at][-MOST_ATTEMPTS:]
    begins = [_ms(text) for text in (task.enqueued_at, *(one.started_at for one in attempts)) if text]
    if not begins:
        return None
    first, last = min(begins), max([*begins, *(_end(one, at_ms) for one in attempts)])
    if not attempts:
        last = max(last, _ms(task.ended_at) if task.ended_at else at_ms)
    unit_ms, unit = next((one for one in _UNITS if last - first >= 2 * one[0]), _UNITS[-1])
    levels = figures((last - first) / unit_ms)
    per_ms = (_RIGHT - _LEFT) / (levels[-1] * unit_ms)

    def x(moment_ms: int) -> float:
        return round(_LEFT + per_ms * (moment_ms - first), 1)

    def bar(row: int, label: str, look: str, begin: int, end: int, steps: tuple[float, ...] = ()) -> Bar:
        wide = max(1.5, round(x(end) - x(begin), 1))
        return Bar(label=label, look=look, top=row * _ROW, left=x(begin), wide=wide, steps=steps)

    begun = _ms(attempts[0].started_at) if attempts else last
    bars = [bar(0, "waits", "waits", first, begun)] if begun > first else []
    for one in attempts:
        steps = tuple(x(_ms(step.at)) for step in task.steps if step.attempt_id == one.attempt_id)
        look, label = _look(one.outcome), f"attempt {one.number}"
        bars.append(bar(len(bars), label, look, _ms(one.started_at), _end(one, at_ms), steps))
    return Timeline(
        bars=tuple(bars),
        ticks=tuple(Tick(at=x(round(first + level * unit_ms)), label=figure_text(level)) for level in levels),
        unit=unit,
        about=" ".join(_said(attempts, begun - first, at_ms)),
        height=len(bars) * _ROW + _FOOT,
    )


def _said(attempts: list[AttemptView], waited_ms: int, at_ms: int) -> Iterator[str]:
    """What is to be seen, for those who do not see it."""
    yield f"Waited {spent(waited_ms)}."
    for one in attempts:
        took = spent(_end(one, at_ms) - _ms(one.started_at))
        yield f"Attempt {one.number} on {one.node}: {one.outcome or 'runs'}, {took}."


def _look(outcome: str | None) -> str:
    if outcome is None:
        return "runs"
    if outcome == Outcome.COMPLETED:
        return "well"
    return "look" if outcome in UNSPENT or outcome in (Outcome.CANCELLED, Outcome.INTERRUPTED) else "trouble"


def _end(attempt: AttemptView, at_ms: int) -> int:
    """When it ended; the present for one that runs."""
    ended = attempt.ended_at or (attempt.started_at if attempt.outcome else None)
    return _ms(ended) if ended else max(at_ms, _ms(attempt.started_at))


def _ms(instant: str | None) -> int:
    return round(datetime.fromisoformat(instant or "").timestamp() * 1000)
