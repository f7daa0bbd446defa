"""The load of a run: clients that submit jobs at their times, and cancel some."""

import queue
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from winnow_contracts.envelope import now_ms
from winnow_harness.chaos.client import CALL_SECONDS, CallRefused, Client
from winnow_harness.chaos.submission import Submission
from winnow_harness.chaos.wishes import WorkItem

_CLIENTS = 8


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """A job that was answered with 202. ``wish`` is None for a recording."""

    job_id: str
    at_ms: int
    wish: WorkItem | None


class Load:
    """Eight clients side by side. ``refused`` describes the requests that the gateway rejected."""

    def __init__(self, client: Client, seed: int) -> None:
        self._client = client
        self._seed = seed
        self._lock = threading.Lock()
        self._accepted: dict[str, Accepted] = {}
        self._submissions: dict[str, Submission] = {}
        self._unanswered = 0
        self.refused: list[str] = []
        self._work: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []
        self._cancels: list[threading.Timer] = []

    @property
    def accepted(self) -> list[Accepted]:
        """The jobs accepted until now."""
        with self._lock:
            return list(self._accepted.values())

    @property
    def submissions(self) -> list[Submission]:
        """The jobs asked for until now, with the answer that the client saw."""
        with self._lock:
            return list(self._submissions.values())

    @property
    def is_done(self) -> bool:
        """Whether every request was sent and answered."""
        return self._unanswered == 0

    def accepted_before(self, at_ms: int) -> list[str]:
        """The jobs accepted before a moment."""
        return [one.job_id for one in self.accepted if one.at_ms < at_ms]

    def start(self, wishes: Sequence[WorkItem], recordings: Sequence[tuple[float, Path]]) -> None:
        """Starts to submit drills and recordings, each at its seconds from now."""
        asks: list[tuple[float, Callable[[], None]]] = [
            *((wish.due_seconds, lambda wish=wish: self._ask_drill(wish)) for wish in wishes),
            *((due, lambda n=n, file=file: self._ask_file(n, file)) for n, (due, file) in enumerate(recordings)),
        ]
        asks.sort(key=lambda ask: ask[0])
        self._unanswered = len(asks)
        self._threads = [threading.Thread(target=self._tell_time, args=(asks,), daemon=True)]
        self._threads += [threading.Thread(target=self._serve, daemon=True) for _ in range(_CLIENTS)]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Submits nothing more."""
        self._stop.set()
        self._client.stop()
        for cancel in self._cancels:
            cancel.cancel()
        for _ in range(_CLIENTS):
            self._work.put(None)
        for thread in self._threads:
            thread.join(timeout=CALL_SECONDS)

    def _tell_time(self, asks: Sequence[tuple[float, Callable[[], None]]]) -> None:
        began = time.monotonic()
        for due_seconds, ask in asks:
            if self._stop.wait(max(began + due_seconds - time.monotonic(), 0)):
                return
            self._work.put(ask)

    def _serve(self) -> None:
        while (ask := self._work.get()) is not None:
            ask()

    def _ask_drill(self, wish: WorkItem) -> None:
        key = f"chaos-{self._seed}-drill-{wish.number}"
        job_id = self._submit(
            key,
            wish,
            lambda: self._client.drill(
                key, steps=wish.steps, work_ms=wish.work_ms, misbehave=wish.misbehave, track=wish.track
            ),
        )
        if job_id is not None and wish.cancel_after_seconds is not None:
            cancel = threading.Timer(wish.cancel_after_seconds, lambda: self._work.put(lambda: self._cancel(job_id)))
            cancel.daemon = True
            self._cancels.append(cancel)
            cancel.start()

    def _ask_file(self, number: int, file: Path) -> None:
        key = f"chaos-{self._seed}-file-{number}"
        self._submit(key, None, lambda: self._client.upload(key, file.name, file.read_bytes()))

    def _submit(self, key: str, wish: WorkItem | None, ask: Callable[[], str | None]) -> str | None:
        """Asks, and notes what the client knows before and after; returns the accepted job, if any."""
        submission = Submission(key=key, wish=wish, invoked_ms=now_ms())
        with self._lock:
            self._submissions[key] = submission
        refused, job_id = "", None
        try:
            job_id = ask()
        except CallRefused as error:
            refused = error.detail
        ended_ms = now_ms()
        with self._lock:
            self._unanswered -= 1
            if refused:
                self.refused.append(refused)
                self._submissions[key] = replace(submission, ended_ms=ended_ms, answer="refused")
            elif job_id is not None:
                self._accepted[job_id] = Accepted(job_id=job_id, at_ms=ended_ms, wish=wish)
                self._submissions[key] = replace(submission, ended_ms=ended_ms, answer="accepted", job_id=job_id)
        return job_id

    def _cancel(self, job_id: str) -> None:
        self._client.cancel(job_id)
