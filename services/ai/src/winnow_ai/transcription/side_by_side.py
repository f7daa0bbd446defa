"""Runs parts of one task concurrently: its own thread takes them in order, helpers take more while places are free."""

from collections import deque
from collections.abc import Callable, Iterable
from functools import partial
from typing import Generic, TypeVar

from winnow_base.background import start_thread
from winnow_contracts.errors import RateLimited, Snoozed

P = TypeVar("P")
R = TypeVar("R")


class SideBySide(Generic[P, R]):
    """The parts of one task, each worked on once. The results keep their order."""

    def __init__(self, pieces: Iterable[P]) -> None:
        self._pieces = list(pieces)
        self._left = deque(range(len(self._pieces)))
        self._results: dict[int, R] = {}
        self._fault: BaseException | None = None

    @property
    def open(self) -> bool:
        """Whether a part is left that nobody took."""
        return bool(self._left) and self._fault is None

    @property
    def done(self) -> int:
        """How many parts are done."""
        return len(self._results)

    def take(self, work: Callable[[P], R]) -> None:
        """Work on the next part, if one is left."""
        try:
            number = self._left.popleft()
        except IndexError:
            return
        try:
            self._results[number] = work(self._pieces[number])
        except BaseException:
            self._left.appendleft(number)
            raise

    def run(self, work: Callable[[P], R], helpers: Iterable[Callable[[], None]] = ()) -> list[R]:
        """All results, in order. Each helper runs in its own thread and takes parts while any is ``open``.

        Raises what the work raises. An error in a helper ends the whole run, except that a busy endpoint ends only that
        helper. Running calls are always waited for, because they are paid for.
        """
        threads = [
            start_thread("side by side", "takes parts of another thread's task", partial(self._helped, one))
            for one in helpers
        ]
        try:
            self._all(work)
        finally:
            left, self._left = self._left, deque()
            for thread in threads:
                thread.join()
            self._left += left
        self._all(work)  # parts that a helper gave back after the last was taken
        if self._fault is not None:
            raise self._fault
        return [self._results[number] for number in range(len(self._pieces))]

    def _all(self, work: Callable[[P], R]) -> None:
        while self.open:
            self.take(work)

    def _helped(self, helper: Callable[[], None]) -> None:
        try:
            helper()
        except (Snoozed, RateLimited):
            pass  # busy: the task's own thread continues alone
        except BaseException as error:  # noqa: BLE001 - raised again in the task's own thread
            self._fault = self._fault or error
