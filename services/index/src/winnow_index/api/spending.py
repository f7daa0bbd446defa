"""The route that tells what a tenant spent on a day."""

from datetime import date

from flask import Flask, Response, jsonify, request

from winnow_contracts.errors import BadInput
from winnow_index.api.questions import needed
from winnow_index.spending import SpentDays, today


def add(app: Flask, days: SpentDays) -> None:
    """Add the route."""

    @app.get("/internal/v1/spending")
    def spending() -> Response:
        return jsonify(days.day(needed("tenant_id"), _day()))


def _day() -> date:
    """The day of the address, in UTC; today where none is given."""
    given = request.args.get("day")
    if not given:
        return today()
    try:
        return date.fromisoformat(given)
    except ValueError as error:
        raise BadInput("day must be a date such as 2026-01-31.", code="invalid-field") from error
