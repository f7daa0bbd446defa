"""Routes that cancel jobs and pause lanes."""

from flask import Flask

from winnow_contracts.control import ControlSet
from winnow_contracts.errors import BadInput
from winnow_contracts.index_api.jobs import CancelJob, CancelledJob
from winnow_contracts.index_api.lanes import PausedLanes, PauseLane, ReadControl, ResumeLane
from winnow_index.api.request_args import body, text, text_or_none
from winnow_index.api.serving import serves
from winnow_index.control.job_control import JobControl


def add(app: Flask, steering: JobControl) -> None:
    """Add the routes."""

    @serves(app, ReadControl)
    def control() -> ControlSet:
        return steering.control()

    @serves(app, CancelJob)
    def cancel(job_id: str) -> CancelledJob:
        given = body()
        media_id = given.get("media_id")
        if media_id is not None and not isinstance(media_id, str):
            raise BadInput("media_id must be a text or null.", code="invalid-field")
        who = text_or_none(given, "who") or ""
        return steering.cancel(text(given, "tenant_id"), job_id, media_id, who, noted=given.get("bulk") is not True)

    @serves(app, PauseLane)
    def pause(lane: str) -> PausedLanes:
        return PausedLanes(paused=steering.pause(lane, text(body(), "who")))

    @serves(app, ResumeLane)
    def resume(lane: str) -> PausedLanes:
        return PausedLanes(paused=steering.resume(lane, text(body(), "who")))
