"""Routes that show and set the limits of AI calls."""

from flask import Flask

from winnow_contracts.index_api import limits as asked
from winnow_contracts.index_api.limits import LimitLog, Limits
from winnow_index.api.request_args import body, number, text, text_or_none, whole
from winnow_index.api.serving import serves
from winnow_index.control.limits import CallLimits


def add(app: Flask, limits: CallLimits) -> None:
    """Add the routes."""

    @serves(app, asked.ListLimits)
    def page() -> Limits:
        return limits.all()

    @serves(app, asked.ListLimitLog)
    def log() -> LimitLog:
        return limits.log(whole("minutes", 60, at_least=1, at_most=1440))

    @serves(app, asked.SetLimit)
    def put(name: str) -> Limits:
        given = body()
        value = round(number(given, "value", over=0.5, at_most=asked.MOST_CALLS))
        return limits.set(name, text_or_none(given, "tenant_id") or "", value, text(given, "who"))

    @serves(app, asked.ResetLimit)
    def reset(name: str) -> Limits:
        given = body()
        return limits.reset(name, text_or_none(given, "tenant_id") or "", text(given, "who"))
