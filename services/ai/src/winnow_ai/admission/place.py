"""Admits one call: stand in line, enter, call, leave. A task far from the front is snoozed in the broker."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from winnow_ai.admission.desk import Desk
from winnow_ai.budget import budget_spent
from winnow_ai.clock import Clock
from winnow_contracts.envelope import Envelope
from winnow_contracts.errors import RateLimited, Snoozed, TimedOut
from winnow_contracts.identity import job_created_ms
from winnow_contracts.places import CallOutcome, PlaceAnswer, PlaceLeft, PlaceVerdict, PlaceWish
from winnow_contracts.queues import Priority
from winnow_journal.task import Task

_RENEW_MS = 3_000
_BULK_LATER_MS = 10 * 365 * 86_400_000
"""Work in bulk stands behind everything that somebody waits for, in its own order: as if it had come years later."""


@dataclass(frozen=True, kw_only=True)
class Admission:
    """The line for one kind of call at one endpoint.

    ``told`` returns how many concurrent calls the endpoint advertises, 0 where it does not. ``ceiling`` is the most
    that Winnow makes, over all nodes.
    """

    desk: Desk
    clock: Clock
    api: str
    what: str
    """Its name in messages for people, for example ``speech model``."""
    told: Callable[[], int]
    ceiling: int
    per_minute: int | None = None
    """The most calls a minute over all nodes, 0 for no such limit; None if the rate limiter counts these calls."""

    @property
    def at_once(self) -> int:
        """The most concurrent calls, over all nodes."""
        return min(self.told() or self.ceiling, self.ceiling)

    @contextmanager
    def stand(
        self,
        task: Task,
        *,
        work_seconds: float = 0.0,
        left_seconds: Callable[[], float] = lambda: 0.0,
        part: str = "",
    ) -> Iterator["Place"]:
        """Stand in line for the length of the block. Raises Snoozed if the task is far from the front, and Refused
        (``budget-spent``).

        ``work_seconds`` is the length of audio in this call, ``left_seconds`` tells the length that the task still has
        to do, calls that run included. ``part`` names an additional call of the same task; it is admitted only while
        nobody else waits, and told later what it does (``Place.takes``).
        """
        wish = PlaceWish(
            api=self.api,
            holder=f"{task.envelope.task_id} {part}".strip(),
            job_id=task.envelope.command.job_id,
            order_ms=_order_ms(task.envelope),
            told=self.told(),
            ceiling=self.ceiling,
            spare=bool(part),
            tenant_id=task.envelope.command.tenant_id,
            per_minute=self.per_minute,
        )
        place = Place(self, task, wish, work_seconds, left_seconds)
        place.ask()
        outcome = CallOutcome.OTHER
        try:
            yield place
            outcome = CallOutcome.OK
        except (RateLimited, TimedOut):
            outcome = CallOutcome.BUSY
            raise
        finally:
            if not place.asleep:
                self.desk.leave(place.left(outcome))


def _order_ms(envelope: Envelope) -> int:
    """The order in line: since when the job's run exists, in Unix milliseconds, and later for work in bulk.

    By the time of the upload, because a short file is prepared sooner than a long one that came before it. A later run
    of an old job came when its task did.
    """
    since_ms = job_created_ms(envelope.command.job_id) if envelope.run == 1 else None
    return (since_ms or envelope.created_ms) + (_BULK_LATER_MS if envelope.priority is Priority.BULK else 0)


class Place:
    """One call's position in the line. Only the task's thread may use it, except for ``done``."""

    def __init__(
        self,
        admission: Admission,
        task: Task,
        wish: PlaceWish,
        work_seconds: float,
        left_seconds: Callable[[], float],
    ) -> None:
        self._admission = admission
        self._task = task
        self._wish = wish
        self._work_seconds = work_seconds
        self._left_seconds = left_seconds
        self._done_share = 0.0
        self._told_work_seconds = 0.0
        self._inside_ms = 0
        self._called = False
        self._renewed_ms = 0
        self.asleep = False

    def enter(self, while_true: Callable[[], bool] = lambda: True) -> bool:
        """Wait until the call is admitted. True: make the call. False: ``while_true`` became false first.

        Raises Snoozed if too many others go first, Refused (``budget-spent``), and whatever ``Task.check`` raises when
        the task must end.
        """
        while not self._inside_ms:
            if not while_true():
                return False
            self._task.check()
            answer = self.ask()
            if answer.verdict is not PlaceVerdict.ADMITTED:
                self._admission.clock.sleep(answer.wait_ms / 1000)
        self._called = True
        return True

    def ask(self) -> PlaceAnswer:
        """Ask for a place, or renew it. Raises Snoozed if too many others go first, and Refused (``budget-spent``)."""
        admission = self._admission
        answer = admission.desk.wish(self._wish_now(0.0))
        match answer.verdict:
            case PlaceVerdict.ADMITTED:
                self._inside_ms = self._inside_ms or admission.clock.now_ms()
                self._renewed_ms = admission.clock.now_ms()
            case PlaceVerdict.SNOOZE:
                self.asleep = True
                raise Snoozed(
                    f"the {admission.what} is busy; {answer.ahead} go before", wait_seconds=answer.wait_ms / 1000
                )
            case PlaceVerdict.BUDGET_SPENT:
                self.asleep = True
                raise budget_spent(answer.spent_usd, answer.limit_usd)
        return answer

    def takes(self, work_seconds: float) -> None:
        """Say the length of audio in this call, where that was not known when it stood in line."""
        self._work_seconds = work_seconds

    def done(self, share: float) -> None:
        """Note how much of this call's work is done, 0 to 1. Safe from any thread; ``check`` reports it."""
        self._done_share = min(share, 1.0)

    def check(self) -> None:
        """Renew the place, report progress, and raise if the task must end. Call it often while the call runs."""
        self._task.check_call()
        now_ms = self._admission.clock.now_ms()
        if now_ms - self._renewed_ms >= _RENEW_MS:
            self._renewed_ms = now_ms
            self._renew()

    def _renew(self) -> None:
        done_seconds = self._done_share * self._work_seconds
        fresh_seconds = done_seconds - self._told_work_seconds
        self._told_work_seconds = done_seconds
        self._admission.desk.wish(replace(self._wish_now(done_seconds), calling=True, work_seconds=fresh_seconds))

    def _wish_now(self, done_seconds: float) -> PlaceWish:
        return replace(
            self._wish,
            left_seconds=max(0.0, self._left_seconds() - done_seconds),
            call_seconds=max(0.0, self._work_seconds - done_seconds),
        )

    def left(self, outcome: CallOutcome) -> PlaceLeft:
        """The report to send when the call is over."""
        called = outcome is not CallOutcome.OTHER and self._called  # not called: the answer was in the store
        seconds = (self._admission.clock.now_ms() - self._inside_ms) / 1000 if called else 0.0
        return PlaceLeft(
            api=self._wish.api,
            holder=self._wish.holder,
            outcome=outcome if called else CallOutcome.OTHER,
            seconds=seconds,
            work_seconds=self._work_seconds if called else 0.0,
            told_work_seconds=self._told_work_seconds if called else 0.0,
        )
