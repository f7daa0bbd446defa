"""Routes that give operators the weekly reports."""

from datetime import date

from flask import Flask

from winnow_contracts.errors import BadInput
from winnow_contracts.index_api.reports import ListReports, ReadReport, Reports, ReportView
from winnow_index.api.request_args import whole
from winnow_index.api.serving import serves
from winnow_index.schedules.weekly_report import WeeklyReports


def add(app: Flask, reports: WeeklyReports) -> None:
    """Add the routes."""

    @serves(app, ListReports)
    def report_list() -> Reports:
        return reports.latest(whole("limit", 20, at_least=1, at_most=100))

    @serves(app, ReadReport)
    def report(week: str) -> ReportView:
        try:
            monday = date.fromisoformat(week)
        except ValueError as error:
            raise BadInput("A week is named by its Monday, such as 2026-01-26.", code="invalid-field") from error
        return reports.one(monday)
