"""Foretells when an endpoint will have heard each recording in its line."""

from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any

_CALL_SECONDS = 300.0
"""The most sound in one call with ai's usual setting: a longer recording is heard in several."""
_MOST_SPENT = 0.9
"""The largest share of its time that a call can have behind it, even if it takes longer than estimated."""


def heard_after(
    left: Mapping[str, float],
    calls: Sequence[Mapping[str, Any]],
    *,
    places: int,
    cost: float,
    untold_seconds: float,
) -> dict[str, tuple[float, int]]:
    """By job id, in how many seconds its recording is heard, and how many others are heard before it.

    ``left`` is the sound (seconds) that is not heard yet, by job id, in the order in which they get a place. ``calls``
    run now, in the order in which they came. The endpoint takes so many at once as it has ``places`` and works on one
    after the other, with ``cost`` seconds for a second of sound. A recording of several calls keeps its place, but each
    call goes behind those that are there already. For ``untold_seconds`` no call has told what it has done.
    """
    unsent = {job_id: seconds for job_id, seconds in left.items() if seconds > 0}
    queue: deque[tuple[str, float]] = deque()

    def send(job_id: str, most_seconds: float = _CALL_SECONDS) -> None:
        seconds = min(unsent[job_id], most_seconds)
        unsent[job_id] -= seconds
        queue.append((job_id, seconds))

    for call in calls:
        if call["job_id"] in unsent:
            send(call["job_id"], call["call_seconds"] or _CALL_SECONDS)
    running = len(queue)
    begun = {job_id for job_id, _ in queue}
    waiting = deque(job_id for job_id in unsent if job_id not in begun)
    heard: dict[str, tuple[float, int]] = {}
    now_seconds = 0.0
    while queue or waiting:
        while waiting and len(queue) < places:
            send(waiting.popleft())
        job_id, seconds = queue.popleft()
        takes_seconds = seconds * cost
        if running:
            # It continues between two reports, but is not done before it reports its end.
            spent_seconds = min(untold_seconds, _MOST_SPENT * takes_seconds)
            untold_seconds -= spent_seconds
            takes_seconds -= spent_seconds
            running -= 1
        now_seconds += takes_seconds
        if unsent[job_id] > 0:
            send(job_id)
        elif all(other != job_id for other, _ in queue):
            heard[job_id] = (now_seconds, len(heard))
    return heard
