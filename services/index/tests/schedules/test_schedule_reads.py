"""What operators are told of schedules, and runs that they ask for."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from winnow_contracts.envelope import now_ms
from winnow_contracts.errors import Conflict, NotFound
from winnow_index.control.audit import AuditLog
from winnow_index.schedules.schedule_reads import ScheduleReads
from winnow_index.schedules.table import RETENTION, SCHEDULES

HOUR_MS = 3_600_000


@pytest.fixture
def reads(database):
    return ScheduleReads(database, ZoneInfo("Europe/Berlin"))


def test_every_schedule_tells_its_next_fire_in_its_zone_before_it_ever_ran(reads):
    shown = reads.all().items
    assert [one.name for one in shown] == [one.name for one in SCHEDULES]
    assert {(one.last, one.time_zone) for one in shown} == {(None, "Europe/Berlin")}
    retention = next(one for one in shown if one.name == "retention")
    next_at = datetime.fromisoformat(retention.next_at)
    assert 0 < next_at.timestamp() * 1000 - now_ms() <= 25 * HOUR_MS
    assert next_at.astimezone(ZoneInfo("Europe/Berlin")).strftime("%H:%M:%S") == "00:00:00"


def test_the_last_run_is_the_last_that_ran_and_the_list_has_the_others_too(reads, runs_of):
    node = runs_of("a")
    due_ms = RETENTION.latest_ms(ZoneInfo("UTC"), now_ms())
    node.done(node.claim(RETENTION, due_ms - 72 * HOUR_MS), {})
    run = node.claim(RETENTION, due_ms - 24 * HOUR_MS)
    node.claim(RETENTION, due_ms)
    node.done(run, {"jobs": 7})
    (last,) = [one.last for one in reads.all().items if one.name == "retention"]
    assert (last.outcome, last.detail, last.node) == ("done", {"jobs": 7}, "a")
    assert last.duration_ms >= 0
    assert [one.outcome for one in reads.runs("retention", 10).items] == ["skipped_overlap", "done", "missed", "done"]
    assert len(reads.runs("retention", 2).items) == 2


def test_a_run_that_was_asked_for_is_run_by_one_node_and_tells_who_asked(reads, runs_of):
    asked = reads.ask("retention", "key_1")
    assert (asked.outcome, asked.began_at, asked.asked_by) == (None, None, "key_1")
    with ThreadPoolExecutor(3) as pool:
        taken = [run for runs in pool.map(lambda node: runs_of(node).take_over(["retention"]), "abc") for run in runs]
    assert len(taken) == 1
    runs_of(taken[0].node).done(taken[0], {"jobs": 0})
    (run,) = reads.runs("retention", 10).items
    assert (run.outcome, run.asked_by, run.due_at) == ("done", "key_1", asked.due_at)


def test_who_asks_for_a_run_is_in_the_audit_log_once(reads, database):
    reads.ask("retention", "key_1")
    with pytest.raises(Conflict):
        reads.ask("retention", "key_2")
    noted = AuditLog(database).page(limit=10, before_id=None, action=None, key_id=None).items
    assert [(one.key_id, one.action, one.target) for one in noted] == [("key_1", "run", "retention")]


def test_a_run_that_was_asked_for_makes_no_fire_a_missed_one(reads, runs_of):
    node = runs_of("a")
    due_ms = RETENTION.latest_ms(ZoneInfo("UTC"), now_ms())
    node.done(node.claim(RETENTION, due_ms), {})
    reads.ask("retention", "key_1")
    node.done(node.take_over(["retention"])[0], {})
    node.done(node.claim(RETENTION, RETENTION.next_ms(ZoneInfo("UTC"), now_ms())), {})
    assert {one.outcome for one in reads.runs("retention", 10).items} == {"done"}


def test_no_second_run_is_asked_for_while_one_has_not_ended(reads):
    reads.ask("retention", "key_1")
    with pytest.raises(Conflict) as refused:
        reads.ask("retention", "key_2")
    assert refused.value.code == "not-ready"


def test_a_schedule_that_there_is_not_is_refused(reads):
    with pytest.raises(NotFound):
        reads.ask("none", "key_1")
