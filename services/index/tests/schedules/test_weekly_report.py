"""The report of a seeded week, to the number."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from winnow_contracts.errors import NotFound
from winnow_contracts.index_api.reports import (
    AiUseOfWeek,
    FailuresOfWeek,
    JobsOfWeek,
    WeekFigures,
    WorkOfWeek,
)
from winnow_index.schedules.weekly_report import WeeklyReports, last_week

BERLIN = ZoneInfo("Europe/Berlin")
WEEK = date(2026, 11, 16)
MONDAY_9 = "2026-11-23T09:00:00+01:00"
TEXT = {"model": "pen-1", "use": "text"}
VISION = {"model": "eye-1", "use": "vision"}


def ms(text):
    return round(datetime.fromisoformat(text).timestamp() * 1000)


FIRST, LAST = "2026-11-16T00:00:00+01:00", "2026-11-22T23:59:59.999+01:00"
BEFORE, AFTER = "2026-11-15T23:59:59.999+01:00", "2026-11-23T00:00:00+01:00"


class Seed:
    """Writes rows as the folds of events leave them."""

    def __init__(self, database):
        self._database = database
        self._n = 0

    def _insert(self, table, **values):
        names = ", ".join(values)
        given = ", ".join(f"%({name})s" for name in values)
        with self._database.transaction() as transaction:
            transaction.run_text(f"INSERT INTO {table} ({names}) VALUES ({given})", values)

    def job(self, kind, status, ended):
        self._n += 1
        ids = {"job_id": f"job_{self._n}", "media_id": f"med_{self._n}", "tenant_id": "t", "created_ms": 1}
        self._insert("job", **ids, status=status, finished_ms=None if ended is None else ms(ended))
        if kind != "drill":
            self._insert("media", **ids, kind=kind)

    def task(self, actor, state, ended, seconds=(), cause=None):
        self._n += 1
        task = {"task_id": f"task_{self._n}", "tenant_id": "t", "job_id": "j", "media_id": "m", "actor": actor}
        problem = None if cause is None else f'{{"code": "{cause}"}}'
        rest = {"queue": "ai", "run": 1, "retry": 0, "attempts": len(seconds), "node": "n"}
        self._insert("task_log", **task, **rest, state=state, ended_ms=ms(ended), problem=problem)
        for number, length in enumerate(seconds):
            times = {"started_ms": ms(ended) - round(length * 1000), "ended_ms": ms(ended)}
            told = {"attempt_id": f"a{number}", "number": number, "retry": 0, "node": "n", "outcome": state}
            self._insert("task_execution_history", task_id=task["task_id"], **told, **times)

    def call(self, at, cost=None, tokens=(0, 0), cached=False, **what):
        self._n += 1
        row = {"journal_id": "j", "seq": self._n, "place": 0, "tenant_id": "t", "job_id": "j", "task_id": "k"}
        spent = {"tokens_in": tokens[0], "tokens_out": tokens[1], "cost_usd": cost, "cached": cached}
        self._insert("ai_spending", **row, at_ms=ms(at), **what, **spent)


@pytest.fixture
def seed(database):
    return Seed(database)


@pytest.fixture
def reports(database):
    return WeeklyReports(database, BERLIN)


def test_the_report_of_a_seeded_week_is_right_to_the_number(seed, reports):
    for kind, status, ended in (
        ("recording", "done", FIRST),
        ("recording", "done", LAST),
        ("recording", "failed", LAST),
        ("photo", "done", FIRST),
        ("photo", "cancelled", FIRST),
        ("drill", "done", LAST),
        ("recording", "done", BEFORE),
        ("recording", "done", AFTER),
        ("recording", "running", None),
    ):
        seed.job(kind, status, ended)
    seed.task("ai.transcribe_audio", "completed", FIRST, (90.5, 9.25))
    seed.task("ai.transcribe_audio", "dead", LAST, (1.25,), cause="upstream-timeout")
    seed.task("ai.transcribe_audio", "dead", LAST, cause="upstream-timeout")
    seed.task("media.examine", "dead", FIRST, (0.125,), cause="corrupt-media")
    seed.task("media.examine", "dead", BEFORE, (2,), cause="corrupt-media")
    seed.task("media.examine", "dead", AFTER, (4,), cause="corrupt-media")
    seed.call(FIRST, 0.25, (1000, 10), **VISION)
    seed.call(LAST, 0.75, (3000, 30), **VISION)
    for _ in range(3):
        seed.call(LAST, None, (1000, 10), cached=True, **VISION)
    seed.call(FIRST, None, (7, 5), **TEXT)
    seed.call(FIRST, None, (7, 5), cached=True, **TEXT)
    seed.call(BEFORE, 2, (1, 1), **VISION)
    seed.call(AFTER, 4, (1, 1), **VISION)

    report = reports.make(ms(MONDAY_9))

    assert (report.week, report.time_zone) == ("2026-11-16", "Europe/Berlin")
    assert (report.from_at, report.until_at) == ("2026-11-15T23:00:00.000Z", "2026-11-22T23:00:00.000Z")
    assert report.figures == WeekFigures(
        jobs=(
            JobsOfWeek(kind="drill", status="done", jobs=1),
            JobsOfWeek(kind="photo", status="cancelled", jobs=1),
            JobsOfWeek(kind="photo", status="done", jobs=1),
            JobsOfWeek(kind="recording", status="done", jobs=2),
            JobsOfWeek(kind="recording", status="failed", jobs=1),
        ),
        failures=(
            FailuresOfWeek(actor="ai.transcribe_audio", cause="upstream-timeout", tasks=2),
            FailuresOfWeek(actor="media.examine", cause="corrupt-media", tasks=1),
        ),
        work=(
            WorkOfWeek(actor="ai.transcribe_audio", attempts=3, seconds=101.0),
            WorkOfWeek(actor="media.examine", attempts=1, seconds=0.125),
        ),
        ai=(
            AiUseOfWeek(
                **VISION,
                calls=2,
                tokens_in=4000,
                tokens_out=40,
                cost_usd=1.0,
                cached=3,
                saved_tokens=3030,
                saved_usd=1.5,
            ),
            AiUseOfWeek(
                **TEXT, calls=1, tokens_in=7, tokens_out=5, cost_usd=None, cached=1, saved_tokens=12, saved_usd=None
            ),
        ),
    )
    assert report.before == WeekFigures(
        jobs=(JobsOfWeek(kind="recording", status="done", jobs=1),),
        failures=(FailuresOfWeek(actor="media.examine", cause="corrupt-media", tasks=1),),
        work=(WorkOfWeek(actor="media.examine", attempts=1, seconds=2.0),),
        ai=(
            AiUseOfWeek(
                **VISION, calls=1, tokens_in=1, tokens_out=1, cost_usd=2.0, cached=0, saved_tokens=0, saved_usd=0.0
            ),
        ),
    )
    assert reports.one(WEEK) == report
    assert reports.latest(5).items == (report,)


def test_a_report_made_again_takes_the_place_of_the_first(seed, reports):
    assert reports.make(ms(MONDAY_9)).figures == WeekFigures()
    seed.job("photo", "done", FIRST)
    again = reports.make(ms("2026-11-25T12:00:00Z"))
    assert again.figures.jobs == (JobsOfWeek(kind="photo", status="done", jobs=1),)
    assert reports.latest(5).items == (again,)


def test_a_week_without_a_report_is_not_found(reports):
    with pytest.raises(NotFound):
        reports.one(WEEK)


@pytest.mark.parametrize(
    ("at", "monday"),
    [
        (MONDAY_9, date(2026, 11, 16)),
        ("2026-11-23T00:00:00+01:00", date(2026, 11, 16)),
        ("2026-11-22T23:59:59+01:00", date(2026, 11, 9)),
        ("2026-11-29T12:00:00+01:00", date(2026, 11, 16)),
    ],
)
def test_the_last_week_is_the_last_that_is_over_in_its_zone(at, monday):
    assert last_week(ms(at), BERLIN) == monday


def test_a_week_in_which_clocks_change_is_an_hour_longer(reports):
    report = reports.make(ms("2026-10-26T09:00:00+01:00"))
    assert (report.from_at, report.until_at) == ("2026-10-18T22:00:00.000Z", "2026-10-25T23:00:00.000Z")
