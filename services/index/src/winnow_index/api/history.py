"""Routes that say what happened to jobs and tasks, for nodes and chaos runs, and that have them sent again."""

from flask import Flask

from winnow_contracts.errors import BadInput
from winnow_contracts.index_api.nodes import (
    EndedJobs,
    FindEndedJobs,
    JobStatuses,
    ReadJobStatuses,
    ReadPast,
    ResendJob,
    ResentJob,
)
from winnow_contracts.task_history import TaskHistory
from winnow_index.api.request_args import body, job_ids, text, text_or_none
from winnow_index.api.serving import serves
from winnow_index.history.open_commands import OpenCommands
from winnow_index.history.task_history import TaskHistories

_MOST_STATUSES = 1000


def add(app: Flask, history: TaskHistories, commands: OpenCommands) -> None:
    """Add the routes."""

    @serves(app, FindEndedJobs)
    def ended() -> EndedJobs:
        return EndedJobs(ended=history.ended(job_ids(body())))

    @serves(app, ReadJobStatuses)
    def statuses() -> JobStatuses:
        return JobStatuses(jobs=history.statuses(job_ids(body(), at_most=_MOST_STATUSES)))

    @serves(app, ReadPast)
    def past() -> TaskHistory:
        given = body()
        run, retry = given.get("run"), given.get("retry", 0)
        # Nodes of before this release say "again".
        possible_duplicate = given.get("possible_duplicate", given.get("again", False))
        if type(run) is not int or type(retry) is not int or type(possible_duplicate) is not bool:
            raise BadInput("run and retry must be numbers, possible_duplicate true or false.", code="invalid-field")
        return history.past(
            text(given, "task_id"),
            text(given, "job_id"),
            run,
            possible_duplicate=possible_duplicate,
            retry=retry,
            journal_id=text_or_none(given, "journal_id") or "",
        )

    @serves(app, ResendJob)
    def resend(job_id: str) -> ResentJob:
        return ResentJob(commands=commands.reopen(job_id))
