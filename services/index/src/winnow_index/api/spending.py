"""The route that gives a tenant's AI usage and cost on a day."""

from datetime import date

from flask import Flask, request

from winnow_contracts.errors import BadInput
from winnow_contracts.index_api.usage import DayUsage, ReadUsage
from winnow_index.api.request_args import needed
from winnow_index.api.serving import serves
from winnow_index.usage.usage import SpentDays, today


def add(app: Flask, days: SpentDays) -> None:
    """Add the route."""

    @serves(app, ReadUsage)
    def spending() -> DayUsage:
        return days.day(needed("tenant_id"), _day())


def _day() -> date:
    """The query argument ``day`` in UTC, by default today."""
    given = request.args.get("day")
    if not given:
        return today()
    try:
        return date.fromisoformat(given)
    except ValueError as error:
        raise BadInput("day must be a date such as 2026-01-31.", code="invalid-field") from error
