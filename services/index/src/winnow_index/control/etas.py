"""Estimates when recordings will be done, from measured speeds and from the recordings ahead of them in line."""

import threading
import time
from dataclasses import dataclass
from typing import Any

from winnow_contracts.envelope import now_ms
from winnow_contracts.index_api.jobs import EtaView
from winnow_index.control.calls_ahead import heard_after
from winnow_index.control.places import limit_of
from winnow_index.database import Transaction
from winnow_index.views import instant

_KEPT_SECONDS = 1.0
"""The line is read at most once in this time, because pages with many jobs ask for each job."""


@dataclass(frozen=True, kw_only=True)
class Eta:
    """The estimate for one job. ``ahead`` is the number of recordings before it at the speech model."""

    seconds: float
    ahead: int

    def view(self) -> EtaView:
        """As the internal API shows it: in how many whole seconds, and at what moment."""
        seconds = max(1, round(self.seconds))
        return EtaView(seconds=seconds, at=instant(now_ms() + 1000 * seconds), ahead=self.ahead)


class Etas:
    """The estimates of all open recordings. Safe for threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._read_at = 0.0
        self._etas: dict[str, Eta] = {}

    def all(self, transaction: Transaction) -> dict[str, Eta]:
        """Estimates by job id. A job is missing if nothing was measured yet or its length is unknown."""
        with self._lock:
            if time.monotonic() - self._read_at > _KEPT_SECONDS:
                speeds = transaction.row("read_speeds")
                assert speeds is not None
                line, calls = transaction.rows("read_open_recordings"), transaction.rows("read_calls")
                self._etas = estimate(speeds, line, calls)
                self._read_at = time.monotonic()
            return self._etas


def estimate(speeds: dict[str, Any], line: list[dict[str, Any]], calls: list[dict[str, Any]]) -> dict[str, Eta]:
    """Estimates by job id for the recordings of ``line``; ``calls`` are those that run. Both are in order."""
    if not speeds["work_seconds"]:
        return {}
    limit = limit_of(speeds)
    if not limit.cost:
        return {}
    known = {one["job_id"]: one for one in line if one["left_seconds"] is not None}
    left = {job_id: float(one["left_seconds"]) for job_id, one in known.items()}
    heard = heard_after(
        left,
        calls,
        places=limit.at_once(speeds["told"], speeds["ceiling"]),
        cost=limit.cost,
        untold_seconds=float(speeds["untold_seconds"] or 0.0),
    )
    etas: dict[str, Eta] = {}
    for job_id, one in known.items():
        line_seconds, ahead = heard.get(job_id, (0.0, 0))
        rest_seconds = float(one["seconds"] or 0) * (speeds["rest_pace"] or 0.0)
        etas[job_id] = Eta(seconds=line_seconds + rest_seconds, ahead=ahead)
    return etas
