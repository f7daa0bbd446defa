"""Starts each part as soon as all it needs is ready, independent parts in parallel."""

import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from winnow_contracts.errors import Unavailable
from winnow_local.part import Part


@dataclass(frozen=True, kw_only=True)
class _Result:
    part: Part
    error: BaseException | None


def start_in_order(
    parts: Sequence[Part], start: Callable[[Part, Callable[[], None]], None], ready: Callable[[Part], None]
) -> None:
    """Runs ``start(part, check)`` for every part, in order of need, and ``ready(part)`` in this thread after each.

    The first error ends the start and is raised; the other running ``start`` calls get it through ``check``.
    """
    cancelled = threading.Event()

    def check() -> None:
        if cancelled.is_set():
            raise Unavailable("The start was given up.", dependency="stack")

    def run(part: Part) -> None:
        try:
            start(part, check)
        except BaseException as error:  # noqa: BLE001 - handed to the thread that waits for the result, which raises it
            results.put(_Result(part=part, error=error))
        else:
            results.put(_Result(part=part, error=None))

    results: queue.SimpleQueue[_Result] = queue.SimpleQueue()
    waiting = {part.name: part for part in parts}
    missing = set(waiting)
    try:
        while missing:
            for part in [part for part in waiting.values() if not missing.intersection(part.needs)]:
                del waiting[part.name]
                # A daemon: a slow preparation must not delay the end of an interrupted start.
                threading.Thread(target=run, args=(part,), name=f"start-{part.name}", daemon=True).start()
            result = results.get()
            if result.error is not None:
                raise result.error
            missing.discard(result.part.name)
            ready(result.part)
    finally:
        cancelled.set()
