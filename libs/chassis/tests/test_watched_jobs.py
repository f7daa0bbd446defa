"""A job is watched for a minute after somebody said so, and few enough are remembered."""

import time

from winnow_chassis.broker import watched_jobs
from winnow_chassis.broker.watched_jobs import WatchedJobs


def test_a_job_is_watched_until_nobody_says_so_any_more(monkeypatch):
    watched = WatchedJobs()
    assert "a" not in watched
    watched.note("a")
    assert "a" in watched
    later = time.monotonic() + 61
    monkeypatch.setattr(time, "monotonic", lambda: later)
    assert "a" not in watched


def test_who_watches_says_so_often_enough():
    assert watched_jobs.ANNOUNCED_EVERY_SECONDS < watched_jobs._WATCHED_SECONDS / 2


def test_of_very_many_watched_jobs_the_oldest_are_forgotten(monkeypatch):
    monkeypatch.setattr(watched_jobs, "_MOST", 2)
    watched = WatchedJobs()
    for job in "abc":
        watched.note(job)
    assert [job in watched for job in "abc"] == [False, True, True]
