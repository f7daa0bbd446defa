"""How often the response cache answered in place of a paid call, by day, model and use."""

from datetime import UTC, date, datetime, timedelta

from winnow_contracts.index_api.response_cache import CacheDay, ResponseCacheUse
from winnow_index.database import Database
from winnow_index.store.kept_answers import read_kept_answers

_EPOCH = date(1970, 1, 1)


class CacheUse:
    """Reads the use of the cache. Raises Unavailable if PostgreSQL does not answer."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def last(self, days: int) -> ResponseCacheUse:
        """The last days (UTC), today among them, as far as events have arrived; and what the cache holds."""
        last = datetime.now(UTC).date()
        first = last - timedelta(days=days - 1)
        with self._database.transaction() as transaction:
            rows = transaction.rows("count_cache_days", {"first_day": (first - _EPOCH).days})
        return ResponseCacheUse(
            first_day=first.isoformat(),
            last_day=last.isoformat(),
            items=tuple(CacheDay(**{**row, "day": (_EPOCH + timedelta(days=row["day"])).isoformat()}) for row in rows),
            kept=read_kept_answers(self._database),
        )
