"""The ledger of a run: what happened to every accepted job, and what ran more than once."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from winnow_harness.chaos.executions import Execution
from winnow_harness.chaos.load import Accepted
from winnow_harness.chaos.recovery import Recovery
from winnow_harness.chaos.repeats import Repeat
from winnow_harness.chaos.spread import Spread, spread
from winnow_harness.chaos.statuses import FINAL, JobState
from winnow_harness.chaos.striker import Struck

_ASKED_TO_FAIL = frozenset(("permanent", "die"))


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """The counts, each defined in ``report.WORDS``; the lists name the cases behind a count that should be 0."""

    accepted: int
    completed: int
    dead: int
    cancelled: int
    jobs_lost: int
    repeats_in_flight: int
    repeats_beyond: int
    effects_twice: int
    superseded: int
    unknown: int
    chaos_recovery_time_s: Spread | None
    chaos_recovery_with_parent_time_s: Spread | None
    recoveries_left_out: int
    executions: int
    asked_to_fail: int
    surprises: tuple[str, ...]
    lost_jobs: tuple[str, ...]
    effects_twice_jobs: tuple[str, ...]
    effects_missing_jobs: tuple[str, ...]
    repeats: tuple[Repeat, ...]
    recoveries: tuple[Recovery, ...]
    struck: tuple[Struck, ...]

    @property
    def keeps_the_promise(self) -> bool:
        """Whether nothing was lost, and nothing was applied twice or not at all."""
        return not (self.jobs_lost or self.effects_twice or self.effects_missing_jobs)

    @property
    def is_good(self) -> bool:
        """Whether the guarantee held and every job ended as requested; the plan explains no other end."""
        return self.keeps_the_promise and not self.surprises


def make_ledger(
    *,
    accepted: Sequence[Accepted],
    states: Mapping[str, JobState],
    executions: Sequence[Execution],
    repeats: Sequence[Repeat],
    recoveries: Sequence[Recovery],
    struck: Sequence[Struck],
    superseded: int,
    unknown: int,
) -> Ledger:
    """Builds the ledger. A job that index does not know, or that has not ended, is lost."""
    ends = Counter(_status(one, states) for one in accepted)
    lost = [one.job_id for one in accepted if _status(one, states) not in FINAL]
    twice = [job_id for job_id, state in states.items() if state.applied_twice]
    missing = [job_id for job_id, state in states.items() if state.is_missing_its_result]
    return Ledger(
        accepted=len(accepted),
        completed=ends["done"],
        dead=ends["failed"],
        cancelled=ends["cancelled"],
        jobs_lost=len(lost),
        repeats_in_flight=sum(repeat.in_flight for repeat in repeats),
        repeats_beyond=sum(not repeat.in_flight for repeat in repeats),
        effects_twice=len(twice),
        superseded=superseded,
        unknown=unknown,
        chaos_recovery_time_s=spread(_counted(recoveries, with_parent=False)),
        chaos_recovery_with_parent_time_s=spread(_counted(recoveries, with_parent=True)),
        recoveries_left_out=sum(bool(one.left_out) for one in recoveries),
        executions=len(executions),
        asked_to_fail=sum(_asked(one) in _ASKED_TO_FAIL for one in accepted),
        surprises=tuple(line for one in accepted if (line := _surprise(one, _status(one, states)))),
        lost_jobs=tuple(lost),
        effects_twice_jobs=tuple(twice),
        effects_missing_jobs=tuple(missing),
        repeats=tuple(repeats),
        recoveries=tuple(recoveries),
        struck=tuple(struck),
    )


def _counted(recoveries: Sequence[Recovery], *, with_parent: bool) -> list[float]:
    return [
        one.seconds
        for one in recoveries
        if one.seconds is not None and not one.left_out and one.with_parent == with_parent
    ]


def _status(one: Accepted, states: Mapping[str, JobState]) -> str:
    state = states.get(one.job_id)
    return state.status if state else "unknown"


def _asked(one: Accepted) -> str:
    return one.wish.misbehave if one.wish else ""


def _surprise(one: Accepted, status: str) -> str:
    """Describes a job that did not end as requested; empty for the others."""
    expected = {"failed"} if _asked(one) in _ASKED_TO_FAIL else {"done"}
    if one.wish and one.wish.cancel_after_seconds is not None:
        expected.add("cancelled")
    if status not in FINAL or status in expected:
        return ""
    return f"{one.job_id} was to be {' or '.join(sorted(expected))} and is {status}"
