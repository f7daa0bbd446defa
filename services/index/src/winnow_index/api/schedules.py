"""Routes that show operators the schedules, their runs, and the lanes' depths that one keeps; and have one run now."""

from flask import Flask

from winnow_contracts.index_api.lanes import LaneStats, ListLaneStats
from winnow_contracts.index_api.schedules import (
    ListScheduleRuns,
    ListSchedules,
    RunSchedule,
    ScheduleRuns,
    ScheduleRunView,
    Schedules,
)
from winnow_index.api.request_args import body, text, whole
from winnow_index.api.serving import serves
from winnow_index.schedules.queue_statistics import QueueStatistics
from winnow_index.schedules.schedule_reads import ScheduleReads


def add(app: Flask, schedules: ScheduleReads, lanes: QueueStatistics) -> None:
    """Add the routes."""

    @serves(app, ListSchedules)
    def schedule_list() -> Schedules:
        return schedules.all()

    @serves(app, ListScheduleRuns)
    def schedule_runs(name: str) -> ScheduleRuns:
        return schedules.runs(name, whole("limit", 20, at_least=1, at_most=100))

    @serves(app, ListLaneStats)
    def lane_stats() -> LaneStats:
        minutes = whole("minutes", 60, at_least=1, at_most=1440)
        return lanes.since(minutes, whole("slice_minutes", 1, at_least=1, at_most=60))

    @serves(app, RunSchedule)
    def run_schedule(name: str) -> ScheduleRunView:
        return schedules.ask(name, text(body(), "who"))
