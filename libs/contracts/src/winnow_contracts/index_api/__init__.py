"""What other services ask index, and what it answers: one dataclass a request, one an answer.

A route is added by its request and its answer here; index serves it, and whoever holds an ``IndexClient`` calls it.
"""

from typing import Any

from winnow_contracts import places, rate_limits
from winnow_contracts.index_api import (
    dead_tasks,
    jobs,
    keys,
    lanes,
    media,
    nodes,
    operators,
    photos,
    search,
    trace,
    usage,
)
from winnow_contracts.internal_api import IndexRequest

REQUESTS: tuple[type[IndexRequest[Any]], ...] = (
    *media.REQUESTS,
    *jobs.REQUESTS,
    *trace.REQUESTS,
    *keys.REQUESTS,
    *search.REQUESTS,
    *photos.REQUESTS,
    *usage.REQUESTS,
    *dead_tasks.REQUESTS,
    *operators.REQUESTS,
    *lanes.REQUESTS,
    *nodes.REQUESTS,
    *rate_limits.REQUESTS,
    *places.REQUESTS,
)
"""Every request that index answers."""
