"""The routes of what the task history adds up to. Index's internal API finds them by their entry point."""

from typing import Any

from flask import Flask, request

from winnow_contracts.envelope import now_ms
from winnow_contracts.errors import BadInput
from winnow_contracts.index_api.activity import Activity, ReadActivity
from winnow_contracts.index_api.duplicates import DuplicatesPage, ListDuplicates
from winnow_contracts.index_api.response_cache import ReadResponseCache, ResponseCacheUse
from winnow_contracts.index_api.statistics import ReadStatistics, Statistics
from winnow_index.api.request_args import whole
from winnow_index.api.serving import serves
from winnow_index.database import Database
from winnow_statistics.activity import RecentActivity
from winnow_statistics.cache_use import CacheUse
from winnow_statistics.repeated_runs import RepeatedRuns, RepeatFilter
from winnow_statistics.window_statistics import WindowStatistics
from winnow_statistics.windows import Window

_DAY_MS = 86_400_000
_LATEST_MS = 1 << 53


def add(app: Flask, database: Database) -> None:
    """Add the routes."""
    recent, statistics, repeats = RecentActivity(database), WindowStatistics(database), RepeatedRuns(database)

    @serves(app, ReadActivity)
    def activity() -> Activity:
        return recent.last(whole("minutes", 60, at_least=1, at_most=1440))

    @serves(app, ReadStatistics)
    def window_statistics() -> Statistics:
        return statistics.of(_window())

    cache = CacheUse(database)

    @serves(app, ReadResponseCache)
    def cache_use() -> ResponseCacheUse:
        return cache.last(whole("days", 30, at_least=1, at_most=30))

    @serves(app, ListDuplicates)
    def duplicates() -> DuplicatesPage:
        texts: dict[str, Any] = {name: request.args.get(name) for name in ("cause", "outcome", "actor", "node")}
        wanted = RepeatFilter(**texts, since_ms=_time("since_ms"), until_ms=_time("until_ms"))
        limit = whole("limit", 20, at_least=1, at_most=100)
        return repeats.page(wanted, limit=limit, cursor=request.args.get("cursor"))


def _window() -> Window:
    """The window that is asked for. Raises BadInput if it ends before it begins."""
    until_ms, since_ms = _time("until_ms"), _time("since_ms")
    until_ms = now_ms() if until_ms is None else until_ms
    since_ms = max(0, until_ms - _DAY_MS) if since_ms is None else since_ms
    if since_ms >= until_ms:
        raise BadInput("The window ends before it begins.", code="invalid-field", hint="Give an earlier since.")
    texts = {name: request.args.get(name) for name in ("actor", "tenant_id")}
    return Window(since_ms=since_ms, until_ms=until_ms, **texts)


def _time(name: str) -> int | None:
    return whole(name, 0, at_least=0, at_most=_LATEST_MS) if name in request.args else None
