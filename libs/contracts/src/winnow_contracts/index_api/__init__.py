"""Other services' requests to index, and its answers: one dataclass for each request and each answer.

Add a route by adding its request and its answer here. Index serves it; every holder of an ``IndexClient`` can call it.
"""

from typing import Any

from winnow_contracts import places, rate_limits
from winnow_contracts.index_api import (
    account_sessions,
    accounts,
    activity,
    audit,
    dead_tasks,
    duplicates,
    facets,
    feed_looks,
    feeds,
    job_changes,
    jobs,
    keys,
    lanes,
    limits,
    media,
    nodes,
    operators,
    photos,
    reports,
    response_cache,
    schedules,
    search,
    statistics,
    tasks,
    tenants,
    trace,
    usage,
    webhook_deliveries,
    webhooks,
    workers,
)
from winnow_contracts.internal_api import IndexRequest

REQUESTS: tuple[type[IndexRequest[Any]], ...] = (
    *media.REQUESTS,
    *facets.REQUESTS,
    *jobs.REQUESTS,
    *job_changes.REQUESTS,
    *trace.REQUESTS,
    *keys.REQUESTS,
    *search.REQUESTS,
    *photos.REQUESTS,
    *usage.REQUESTS,
    *tenants.REQUESTS,
    *response_cache.REQUESTS,
    *dead_tasks.REQUESTS,
    *audit.REQUESTS,
    *tasks.REQUESTS,
    *operators.REQUESTS,
    *workers.REQUESTS,
    *activity.REQUESTS,
    *statistics.REQUESTS,
    *duplicates.REQUESTS,
    *lanes.REQUESTS,
    *limits.REQUESTS,
    *schedules.REQUESTS,
    *reports.REQUESTS,
    *accounts.REQUESTS,
    *account_sessions.REQUESTS,
    *webhooks.REQUESTS,
    *webhook_deliveries.REQUESTS,
    *feeds.REQUESTS,
    *feed_looks.REQUESTS,
    *nodes.REQUESTS,
    *rate_limits.REQUESTS,
    *places.REQUESTS,
)
"""Every request that index answers."""
