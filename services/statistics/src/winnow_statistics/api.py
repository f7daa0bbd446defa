"""The routes of what the task history adds up to. Index's internal API finds them by their entry point."""

from flask import Flask

from winnow_contracts.index_api.activity import Activity, ReadActivity
from winnow_index.api.request_args import whole
from winnow_index.api.serving import serves
from winnow_index.database import Database
from winnow_statistics.activity import RecentActivity


def add(app: Flask, database: Database) -> None:
    """Add the routes."""
    recent = RecentActivity(database)

    @serves(app, ReadActivity)
    def activity() -> Activity:
        return recent.last(whole("minutes", 60, at_least=1, at_most=1440))
