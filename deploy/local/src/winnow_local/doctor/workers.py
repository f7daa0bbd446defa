"""Reports nodes that went silent without a goodbye."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from winnow_contracts.heartbeats import NodeState
from winnow_local.doctor.finding import RESTART, DoctorFinding

_FORGOTTEN_AFTER = timedelta(days=1)
"""A node that is silent for longer was taken away on purpose."""


def look(items: Iterable[dict[str, Any]], now: datetime | None = None) -> Iterator[DoctorFinding]:
    """A finding for each node that went silent within a day; ``items`` is the answer of ``/v1/ops/workers``."""
    now = now or datetime.now(UTC)
    for item in items:
        silence = now - datetime.fromisoformat(item["heartbeat_at"])
        if item["state"] == NodeState.SILENT and silence < _FORGOTTEN_AFTER:
            yield DoctorFinding(
                kind="node_silent",
                what=item["node"],
                detail=f"Nothing was heard of this {item['service']} node (process {item['pid']} on {item['host']}) for"
                f" {silence.total_seconds():.0f} s, and it said no goodbye: it was killed, hangs, or does not reach"
                " the broker.",
                mend=RESTART,
            )
