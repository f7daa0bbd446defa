"""Two loops of clients in a process of their own: as fast as it goes (closed), and at a fixed rate (open)."""

import itertools
import multiprocessing
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol


class Client(Protocol):
    """One of several callers: sends one thing when called. Raises WinnowError."""

    def __call__(self) -> None:
        """Send one thing, and return when it is accepted."""

    def close(self) -> None:
        """End."""


@dataclass(frozen=True, kw_only=True)
class Answers:
    """What the clients of one loop saw: milliseconds until each answer, sorted, and how long the whole loop took."""

    waits_ms: tuple[float, ...]
    seconds: float

    @property
    def per_second(self) -> float:
        """Answers in a second."""
        return len(self.waits_ms) / self.seconds


def closed_loop(connect: Callable[[], Client], *, clients: int, seconds: float) -> Answers:
    """Each client sends again as soon as it is answered, for so many seconds. Raises what a client raises."""

    def work(client: Client, began: float, waits: list[float]) -> None:
        while (asked := time.perf_counter()) < began + seconds:
            client()
            waits.append(time.perf_counter() - asked)

    return _together(connect, clients, work)


def open_loop(connect: Callable[[], Client], *, clients: int, seconds: float, per_second: float) -> Answers:
    """Something is sent whenever its time has come, by the next client that is free. Raises what a client raises.

    A wait counts from the time at which it was due: where all clients still wait, that is part of it.
    """
    numbers, most = itertools.count(), round(seconds * per_second)

    def work(client: Client, began: float, waits: list[float]) -> None:
        while (number := next(numbers)) < most:
            due = began + number / per_second
            time.sleep(max(0.0, due - time.perf_counter()))
            client()
            waits.append(time.perf_counter() - due)

    return _together(connect, clients, work)


def in_another_process(loop: Callable[..., Answers], connect: Callable[[], Client], **options: float) -> Answers:
    """The loop from a process of its own, so that the clients' work hinders nobody here."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(loop, (connect,), options)


def _together(
    connect: Callable[[], Client], clients: int, work: Callable[[Client, float, list[float]], None]
) -> Answers:
    """Runs the clients in threads that begin together, each once it was answered a first time."""
    waits: list[float] = []
    errors: list[Exception] = []
    began: list[float] = []
    ready = threading.Barrier(clients, action=lambda: began.append(time.perf_counter()))

    def one() -> None:
        try:
            client = connect()
            try:
                client()
                ready.wait()
                work(client, began[0], waits)
            finally:
                client.close()
        except Exception as error:  # noqa: BLE001 - it is raised again in the thread that waits
            errors.append(error)
            ready.abort()

    threads = [threading.Thread(target=one) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return Answers(waits_ms=tuple(sorted(wait * 1000 for wait in waits)), seconds=time.perf_counter() - began[0])
