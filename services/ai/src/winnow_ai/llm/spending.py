"""Counts what AI calls cost in the metrics."""

from winnow_base import metrics
from winnow_contracts.usage import Spending


def observe_spending(spending: Spending) -> None:
    """Count an answer with its tokens and cost, or as a cache hit."""
    if spending.cached:
        metrics.CACHE_HITS.labels(spending.use).inc()
        return
    metrics.AI_TOKENS.labels(spending.model, "in").inc(spending.tokens_in)
    metrics.AI_TOKENS.labels(spending.model, "out").inc(spending.tokens_out)
    metrics.AI_COST.labels(spending.model).inc(spending.cost_usd or 0)
