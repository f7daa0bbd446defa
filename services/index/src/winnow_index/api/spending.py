"""The routes that give AI usage and cost: of a tenant on a day, and of all tenants by day."""

from datetime import date

from flask import Flask, request

from winnow_contracts.errors import BadInput
from winnow_contracts.index_api.usage import DayUsage, ListSpentDays, ReadUsage, TenantDays
from winnow_index.api.request_args import needed, whole
from winnow_index.api.serving import serves
from winnow_index.usage.usage import SpentDays, today


def add(app: Flask, days: SpentDays) -> None:
    """Add the routes."""

    @serves(app, ReadUsage)
    def spending() -> DayUsage:
        return days.day(needed("tenant_id"), _day())

    @serves(app, ListSpentDays)
    def spent_days() -> TenantDays:
        return days.last(whole("days", 30, at_least=1, at_most=366))


def _day() -> date:
    """The query argument ``day`` in UTC, by default today."""
    given = request.args.get("day")
    if not given:
        return today()
    try:
        return date.fromisoformat(given)
    except ValueError as error:
        raise BadInput("day must be a date such as 2026-01-31.", code="invalid-field") from error
