"""What index keeps, and what ended, leaves the journal; nothing that would be missed does."""

import dataclasses
import json

import pytest

from winnow_contracts.control import EVERY_RUN, ControlSet
from winnow_contracts.events import EventKind, JobAccepted
from winnow_contracts.json_codec import to_json
from winnow_contracts.states import Outcome, TaskState
from winnow_journal import maintenance
from winnow_journal.event_factory import new_event
from winnow_journal.journal import SqliteJournal
from winnow_journal.past_tasks import DAY_MS
from winnow_journal.values import AttemptResult, DeliveryContext, Flag, Run, Skip, StartReason

ACCEPTED = JobAccepted(
    kind="recording", title="A", filename="a", content_type="", size_bytes=1, original_key="k", created_ms=7
)
COMPLETED = AttemptResult(state=TaskState.COMPLETED, outcome=Outcome.COMPLETED)
DEAD = AttemptResult(state=TaskState.DEAD, outcome=Outcome.FAILED, error={"code": "x"})
RETRIED = AttemptResult(state=TaskState.RETRY_WAIT, outcome=Outcome.FAILED, delay_ms=5_000, error={"code": "x"})
MINUTE_MS = 60_000


class Clock:
    def __init__(self):
        self.now_ms = 1_700_000_000_000

    def __call__(self):
        return self.now_ms


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def aging(tmp_path, clock):
    """A SQLite journal whose clock the test sets."""
    opened = SqliteJournal(tmp_path, "n", clock=clock)
    yield opened
    opened.close()


def last_seq(journal):
    return journal.events_after(0, 1000)[-1].seq


def applied_whole(journal):
    journal.applied(0, last_seq(journal), keeps_commands=True)


def run(journal, envelope, ending, *, children=()):
    claim = journal.claim(envelope, DeliveryContext())
    assert isinstance(claim, Run)
    return journal.finish(envelope, claim.attempt_id, dataclasses.replace(ending, children=children))


def test_a_command_that_the_broker_and_index_hold_is_removed(journal, examine):
    journal.confirm(journal.accept(examine(), ACCEPTED))
    journal.submit(examine("job_unconfirmed"))
    applied_whole(journal)
    assert journal.prune_kept(journal.kept_seq) == 1
    assert [row.envelope.command.job_id for row in journal.unconfirmed(10)] == ["job_unconfirmed"]
    assert journal.reopen_all({}) == 1


def test_a_command_that_was_removed_leaves_no_attempt_behind(journal, examine):
    journal.confirm(journal.submit(examine()))
    applied_whole(journal)
    journal.prune_kept(journal.kept_seq)
    assert journal.submit(examine()) == ()
    assert journal.task_state(examine().task_id) is None
    claim = journal.claim(examine(), DeliveryContext(redelivered=True))
    assert (claim.why, claim.alone) == (StartReason.REDELIVERED, True), "what nobody began here may have died elsewhere"


def test_a_command_of_which_index_has_not_heard_stays(journal, examine):
    journal.confirm(journal.accept(examine(), ACCEPTED))
    applied_whole(journal)
    journal.confirm(journal.submit(examine("job_later")))
    journal.prune_kept(journal.kept_seq)
    assert journal.jobs_with_kept_commands(10) == ["job_later"]


def test_an_index_of_an_earlier_version_keeps_no_commands(journal, examine):
    journal.confirm(journal.accept(examine(), ACCEPTED))
    journal.applied(0, last_seq(journal) + 1)
    assert journal.prune_kept(journal.kept_seq) == 0


def test_a_retry_copy_is_removed_only_once_index_has_the_event_that_carries_it(journal, examine):
    journal.confirm(run(journal, examine(), RETRIED))
    (started, retrying) = (one for one in journal.events_after(0, 10) if one.event.kind in ("started", "retrying"))
    journal.applied(0, started.seq, keeps_commands=True)
    assert journal.prune_kept(journal.kept_seq) == 0
    journal.applied(0, retrying.seq, keeps_commands=True)
    assert journal.prune_kept(journal.kept_seq) == 1


def test_a_request_that_comes_again_sends_nothing_again_after_its_command_was_removed(journal, examine):
    for take_in in (lambda: journal.accept(examine(), ACCEPTED), lambda: journal.submit(examine("job_2"))):
        journal.confirm(take_in())
        applied_whole(journal)
        assert journal.prune_kept(journal.kept_seq) == 1
        assert take_in() == ()


def test_an_accepted_job_can_be_read_after_its_command_was_removed(journal, examine):
    journal.confirm(journal.accept(examine(), ACCEPTED))
    applied_whole(journal)
    journal.prune_kept(journal.kept_seq)
    assert journal.accepted("job_1") == (examine().command, ACCEPTED)
    assert journal.recently_accepted("t", 10) == [(examine().command, ACCEPTED)]


def test_a_job_that_an_earlier_version_accepted_can_be_read(aging, examine):
    """Its event tells nothing of the command, which is kept in the journal."""
    aging.accept(examine(), ACCEPTED)
    aging.write(lambda execute: execute("UPDATE outbox SET told = 0, body = json_remove(body, '$.detail.envelope')"))
    assert aging.accepted("job_1") == (examine().command, ACCEPTED)
    aging.write(lambda execute: execute("DELETE FROM outbox WHERE kind = 'command'"))
    assert aging.recently_accepted("t", 10) == []


def test_commands_of_an_earlier_version_stay_until_their_job_has_ended(aging, examine):
    """Their events told index nothing of them."""
    aging.confirm(aging.submit(examine()))
    aging.write(lambda execute: execute("UPDATE outbox SET told = 0"))
    applied_whole(aging)
    assert not aging.has_kept_by_index()
    assert aging.prune_kept(aging.kept_seq) == 0


@pytest.mark.parametrize("ending", [COMPLETED, DEAD])
def test_of_an_ended_task_only_its_end_is_kept_and_no_copy_of_its_message_runs_it(aging, examine, clock, ending):
    envelope = examine()
    run(aging, envelope, ending)
    clock.now_ms += 11 * MINUTE_MS
    maintenance.clean(aging, clock=clock)
    assert aging.write(lambda execute: execute("SELECT count(*) FROM task_wal").fetchone()) == (0,)
    assert aging.task_state(envelope.task_id).state is ending.state
    clock.now_ms += 6 * DAY_MS
    maintenance.clean(aging, clock=clock)
    assert isinstance(aging.claim(envelope, DeliveryContext()), Skip)


def test_a_copy_still_waits_for_what_followed_from_its_ended_task(aging, examine, clock):
    """The broker refused the child so far."""
    gate = run(aging, examine(), COMPLETED, children=(examine("job_child"),))
    clock.now_ms += 11 * MINUTE_MS
    maintenance.clean(aging, clock=clock)
    claim = aging.claim(examine(), DeliveryContext())
    assert [row.seq for row in claim.awaiting] == [row.seq for row in gate]


def known_days(journal, examine, days):
    return [day for day in range(days) if journal.task_state(examine(f"job_{day}").task_id) is not None]


def work_for(days, journal, examine, clock):
    """Ends one task a day, and cleans after each."""
    for day in range(days):
        run(journal, examine(f"job_{day}"), COMPLETED)
        clock.now_ms += DAY_MS
        maintenance.clean(journal, clock=clock)


def test_an_ended_task_is_forgotten_after_a_week_of_work(aging, examine, clock):
    work_for(10, aging, examine, clock)
    assert known_days(aging, examine, 10) == list(range(2, 10))


def test_a_node_that_seldom_works_forgets_nothing_for_that(aging, examine, clock):
    work_for(3, aging, examine, clock)
    clock.now_ms += 30 * DAY_MS
    maintenance.clean(aging, clock=clock)
    assert known_days(aging, examine, 3) == [0, 1, 2]


def test_a_clock_that_jumped_forgets_one_day_at_most(aging, examine, clock):
    work_for(8, aging, examine, clock)
    clock.now_ms += 400 * DAY_MS
    run(aging, examine("job_8"), COMPLETED)
    clock.now_ms += 11 * MINUTE_MS
    maintenance.clean(aging, clock=clock)
    assert known_days(aging, examine, 9) == list(range(1, 9))
    assert isinstance(aging.claim(examine("job_1"), DeliveryContext()), Skip)


def test_days_of_a_clock_that_was_wrong_take_no_place_of_true_ones(aging, examine, clock):
    true_ms = clock.now_ms
    for jump in range(9):
        clock.now_ms = true_ms + (100 + jump) * DAY_MS
        run(aging, examine(f"job_{jump}"), COMPLETED)
    clock.now_ms = true_ms
    run(aging, examine("job_9"), COMPLETED)
    clock.now_ms += DAY_MS
    maintenance.clean(aging, clock=clock)
    assert known_days(aging, examine, 10) == list(range(10))


def test_a_task_that_ended_lately_is_kept_whole(aging, examine, clock):
    run(aging, examine(), DEAD)
    clock.now_ms += 9 * MINUTE_MS
    maintenance.clean(aging, clock=clock)
    assert aging.write(lambda execute: execute("SELECT error FROM task_wal").fetchone()) == ('{"code": "x"}',)


@pytest.mark.parametrize(("ending", "found"), [(COMPLETED, None), (DEAD, '"heard"')])
def test_steps_of_a_dead_task_stay_for_the_next_run(aging, examine, clock, ending, found):
    envelope = examine()
    claim = aging.claim(envelope, DeliveryContext())
    event = new_event(EventKind.STEP_DONE, envelope, "n", claim.attempt_id)
    aging.record_step(envelope, claim.attempt_id, "step", "hash", '"heard"', 1, event)
    aging.finish(envelope, claim.attempt_id, ending)
    clock.now_ms += 11 * MINUTE_MS
    maintenance.clean(aging, clock=clock)
    assert aging.find_step(examine(run=2), "step", "hash") == found


def test_a_full_journal_gives_up_what_ended_and_goes_on(aging, examine, clock):
    for number in range(300):
        run(aging, examine(f"job_{number}"), COMPLETED)
    applied_whole(aging)
    clock.now_ms += 1
    limit_bytes = aging.used_bytes() // 2
    assert maintenance.make_room(aging, limit_bytes, clock=clock)
    assert aging.used_bytes() <= limit_bytes
    assert isinstance(aging.claim(examine("job_7"), DeliveryContext()), Skip), "that it ended is still known"


def test_a_fuller_journal_forgets_its_oldest_days_first(aging, examine, clock):
    for day in range(3):
        for number in range(400):
            run(aging, examine(f"job_{day}_{number}"), COMPLETED)
        applied_whole(aging)
        clock.now_ms += DAY_MS
        maintenance.clean(aging, clock=clock)
    maintenance.make_room(aging, round(aging.used_bytes() * 0.9), clock=clock)
    known = [aging.task_state(examine(f"job_{day}_0").task_id) is not None for day in range(3)]
    assert known == [False, True, True]


def test_open_work_alone_is_never_given_up(aging, examine, clock):
    for number in range(300):
        aging.submit(examine(f"job_{number}"))
    assert not maintenance.make_room(aging, aging.used_bytes() // 2, clock=clock)
    assert len(aging.unconfirmed(1000)) == 300


@pytest.mark.parametrize(("run", "found"), [(1, '"heard"'), (EVERY_RUN, None)])
def test_steps_of_a_job_that_was_deleted_go_with_its_task(aging, examine, clock, run, found):
    envelope = examine()
    claim = aging.claim(envelope, DeliveryContext())
    event = new_event(EventKind.STEP_DONE, envelope, "n", claim.attempt_id)
    aging.record_step(envelope, claim.attempt_id, "step", "hash", '"heard"', 1, event)
    control = ControlSet(cancelled={envelope.command.job_id: run})
    aging.set_flag(Flag.CONTROL, json.dumps(to_json(control)))
    cancelled = AttemptResult(state=TaskState.CANCELLED, outcome=Outcome.CANCELLED)
    aging.finish(envelope, claim.attempt_id, cancelled)
    maintenance.clean(aging, clock=clock)
    assert aging.find_step(envelope, "step", "hash") == '"heard"'
    clock.now_ms += 11 * MINUTE_MS
    maintenance.clean(aging, clock=clock)
    assert aging.find_step(envelope, "step", "hash") == found
