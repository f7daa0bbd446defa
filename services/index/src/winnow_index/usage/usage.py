"""AI usage: stores one row per call that events report, and adds the costs up by day."""

import math
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from winnow_contracts.events import SequencedEvent, TaskEvent
from winnow_contracts.index_api.usage import DayUsage, ModelUsage, TenantDay, TenantDays
from winnow_index.database import Database, Transaction
from winnow_index.usage.budgets import Budgets
from winnow_index.words import normal

_EPOCH = date(1970, 1, 1)
_MOST_TOKENS = 10**12
_MOST_USD = 10**6
"""The highest plausible cost of one call. A higher one is a mistake and would hide the day's true sum."""


class SpentDays:
    """Reads usage by day (UTC), of a tenant or of all. All methods raise Unavailable if PostgreSQL does not answer."""

    def __init__(self, database: Database, budgets: Budgets) -> None:
        self._database = database
        self._budgets = budgets

    def day(self, tenant_id: str, day: date) -> DayUsage:
        """US dollars spent and allowed (0 means no limit), and the usage by model and use."""
        with self._database.transaction() as transaction:
            spent_usd = spent_on(transaction, tenant_id, day)
            rows = transaction.rows("list_spending", {"tenant_id": tenant_id, "day": day_number(day)})
        return DayUsage(
            day=day.isoformat(),
            spent_usd=spent_usd,
            limit_usd=self._budgets.limit_usd(tenant_id),
            by_model=tuple(ModelUsage(model=row["model"], use=row["use"], **cost_fields(row)) for row in rows),
        )

    def last(self, days: int) -> TenantDays:
        """What each tenant spent on each of the last days, today among them, as far as events have arrived."""
        last = today()
        first = last - timedelta(days=days - 1)
        with self._database.transaction() as transaction:
            rows = transaction.rows("list_spent_days", {"first_day": day_number(first)})
        return TenantDays(
            first_day=first.isoformat(),
            last_day=last.isoformat(),
            items=tuple(
                TenantDay(
                    day=(_EPOCH + timedelta(days=row["day"])).isoformat(),
                    tenant_id=row["tenant_id"],
                    spent_usd=float(row["spent_usd"]),
                )
                for row in rows
            ),
        )


def spent_on(transaction: Transaction, tenant_id: str, day: date) -> float:
    """US dollars spent on the day, as far as events have arrived."""
    row = transaction.row("read_spent_of_day", {"tenant_id": tenant_id, "day": day_number(day)})
    assert row is not None
    return float(row["spent_usd"])


def today() -> date:
    """The current day in UTC."""
    return datetime.now(UTC).date()


def spending_rows(told: Iterable[tuple[str, SequencedEvent]]) -> list[tuple[Any, ...]]:
    """One row per call that these events report, with their journals, by tenant and time.

    An entry that is not a valid ``Spending`` is left out, so that it cannot block the batch. A row's key is the event's
    number in its journal and the call's position in the event, so a call counts once however often its event comes.
    """
    ordered = sorted(told, key=lambda pair: (pair[1].event.tenant_id, pair[1].event.at_ms))
    return [(journal_id, one.seq, *row) for journal_id, one in ordered for row in _rows(one.event)]


def _rows(event: TaskEvent) -> Iterator[tuple[Any, ...]]:
    spent = event.detail.get("spent")
    for place, told in enumerate(spent if isinstance(spent, list) else ()):
        call = _call(told)
        if call is not None:
            yield (place, event.tenant_id, event.job_id, event.task_id, event.at_ms, *call)


def _call(call: Any) -> tuple[Any, ...] | None:
    """Use, model, tokens in and out, seconds of audio, cost, and whether it was cached; None if it is no valid call."""
    if not isinstance(call, dict):
        return None
    use, model, cached = call.get("use"), call.get("model"), call.get("cached", False)
    tokens_in, tokens_out, cost_usd = call.get("tokens_in", 0), call.get("tokens_out", 0), call.get("cost_usd")
    seconds = call.get("audio_seconds", 0.0)
    named = isinstance(use, str) and isinstance(model, str) and use and model and type(cached) is bool
    if (
        not named
        or not _is_count(tokens_in)
        or not _is_count(tokens_out)
        or not all(map(_is_amount, (cost_usd, seconds)))
    ):
        return None
    return (
        normal(str(use)),
        normal(str(model)),
        tokens_in,
        tokens_out,
        seconds or 0,
        None if cached else cost_usd,
        cached,
    )


def _is_count(value: Any) -> bool:
    return type(value) is int and 0 <= value <= _MOST_TOKENS


def _is_amount(value: Any) -> bool:
    return value is None or (type(value) in (int, float) and math.isfinite(value) and 0 <= value <= _MOST_USD)


def day_number(day: date) -> int:
    """Days since 1970, the form in which the tables store a day."""
    return (day - _EPOCH).days


def cost_fields(row: dict[str, Any]) -> dict[str, Any]:
    """The fields of ``AiCosts``: calls, cached answers, tokens, seconds of audio and US dollars."""
    counts = {name: int(row[name]) for name in ("calls", "cached", "tokens_in", "tokens_out")}
    cost_usd = row["cost_usd"]
    costs = {"audio_seconds": row["audio_seconds"], "cost_usd": None if cost_usd is None else float(cost_usd)}
    return {**counts, **costs}
