import pytest

from winnow_contracts.events import EventKind, JobAccepted
from winnow_contracts.states import Outcome, TaskState
from winnow_contracts.task_history import TaskHistory
from winnow_journal.decision import asks_index
from winnow_journal.journal import SqliteJournal
from winnow_journal.task import Task
from winnow_journal.testing.memory import MemoryJournal
from winnow_journal.values import AttemptResult, DeliveryContext, Run, Skip, StartReason

ACCEPTED = JobAccepted(
    kind="drill", title="", filename="", content_type="", size_bytes=1, original_key="k", created_ms=1
)
REDELIVERED = DeliveryContext(redelivered=True)


def die_alone(house, envelope, arrival=REDELIVERED):
    """Run a task alone, and kill its process."""
    take = house.journal.claim(envelope, arrival)
    assert isinstance(take, Run)
    assert take.alone
    house.journal.mark_isolated(envelope.task_id, take.attempt_id)
    return house.reboot()


def test_a_fresh_message_shares_the_process(journal, examine):
    assert not journal.claim(examine(), DeliveryContext()).alone


def test_a_redelivered_task_that_nobody_knows_runs_alone(journal, examine):
    assert journal.claim(examine(), REDELIVERED).alone


def test_a_retry_that_is_to_run_alone_does_so_here_and_where_nobody_knows_the_task(journal, examine):
    envelope = examine()
    take = journal.claim(envelope, DeliveryContext())
    ending = AttemptResult(
        state=TaskState.RETRY_WAIT, outcome=Outcome.FAILED, delay_ms=1, error={"code": "x"}, alone=True
    )
    (row,) = journal.finish(envelope, take.attempt_id, ending)
    assert row.envelope.alone
    assert journal.claim(row.envelope, DeliveryContext()).alone
    assert MemoryJournal().claim(row.envelope, DeliveryContext()).alone


def test_a_redelivered_task_whose_attempts_have_all_ended_shares_the_process(journal, examine):
    assert not journal.claim(
        examine(), DeliveryContext(redelivered=True, history=TaskHistory(no_open_attempts=True))
    ).alone


def test_an_innocent_that_died_beside_another_runs_alone_once_and_ends(house, examine):
    envelope = examine()
    house.journal.claim(envelope, DeliveryContext())
    journal = house.reboot()
    take = journal.claim(envelope, REDELIVERED)
    assert (take.why, take.alone) == (StartReason.TAKEOVER, True)
    journal.mark_isolated(envelope.task_id, take.attempt_id)
    journal.finish(envelope, take.attempt_id, AttemptResult(state=TaskState.COMPLETED, outcome=Outcome.COMPLETED))
    assert isinstance(journal.claim(envelope, REDELIVERED), Skip)


def test_a_task_that_kills_its_process_twice_while_alone_is_dead_by_name(house, examine):
    envelope = examine()
    house.journal.claim(envelope, DeliveryContext())
    house.reboot()
    die_alone(house, envelope)
    journal = die_alone(house, envelope)
    settled = journal.claim(envelope, REDELIVERED)
    assert isinstance(settled, Skip)
    assert settled.awaiting, "the ack must wait until the broker has the event"
    dead = journal.events_after(0, 100)[-1].event
    assert (dead.kind, dead.detail["problem"]["code"]) == (EventKind.DEAD, "poison")
    assert dead.detail["command"]["job_id"] == "job_1"
    assert isinstance(journal.claim(envelope, REDELIVERED), Skip)


def test_deaths_elsewhere_count(journal, examine):
    settled = journal.claim(examine(), DeliveryContext(redelivered=True, history=TaskHistory(isolated_crashes=2)))
    assert isinstance(settled, Skip)
    assert journal.events_after(0, 100)[-1].event.kind is EventKind.DEAD


def test_deaths_here_and_elsewhere_are_the_same_deaths_not_added(house, examine):
    envelope = examine()
    journal = die_alone(house, envelope)
    assert isinstance(
        journal.claim(envelope, DeliveryContext(redelivered=True, history=TaskHistory(isolated_crashes=1))), Run
    )


def test_a_task_that_gets_on_is_no_poison_however_often_its_process_dies(house, examine):
    envelope = examine()
    for number in range(4):
        take = house.journal.claim(envelope, REDELIVERED)
        assert isinstance(take, Run)
        house.journal.mark_isolated(envelope.task_id, take.attempt_id)
        Task(envelope, take.attempt_id, house.journal, node="here").step(f"piece {number}", lambda: 1)
        house.reboot()
    die_alone(house, envelope)
    journal = die_alone(house, envelope)
    assert isinstance(journal.claim(envelope, REDELIVERED), Skip), "a recorded step found again is no getting on"


def test_waiting_to_be_alone_is_not_counted_when_the_process_dies(house, examine):
    envelope = examine()
    for _ in range(4):
        assert isinstance(house.journal.claim(envelope, REDELIVERED), Run)
        house.reboot()


def test_a_task_that_ended_elsewhere_is_acked_without_a_run(journal, examine):
    assert journal.claim(examine(), DeliveryContext(redelivered=True, history=TaskHistory(ended=True))) == Skip(
        cause="elsewhere", awaiting=()
    )
    assert journal.task_state(examine().task_id) is None


def test_a_message_published_again_says_why_it_runs(journal, examine):
    take = journal.claim(examine(possible_duplicate=True), DeliveryContext())
    assert (take.why, take.alone) == (StartReason.POSSIBLE_DUPLICATE, False)


def test_a_queued_task_of_a_cancelled_run_ends_without_running(journal, examine):
    settled = journal.claim(examine(), DeliveryContext(cancelled=True))
    assert settled.cause == "cancelled"
    assert len(settled.awaiting) == 1
    assert [one.event.kind for one in journal.events_after(0, 10)] == [EventKind.CANCELLED]
    assert journal.claim(examine(), DeliveryContext(cancelled=True)).cause == "finished"


def test_a_task_that_waits_for_its_retry_can_be_cancelled(journal, examine):
    envelope = examine()
    take = journal.claim(envelope, DeliveryContext())
    ending = AttemptResult(state=TaskState.RETRY_WAIT, outcome=Outcome.FAILED, delay_ms=5)
    journal.finish(envelope, take.attempt_id, ending)
    assert journal.claim(examine(retry=1), DeliveryContext(cancelled=True)).cause == "cancelled"


@pytest.mark.parametrize("state", [TaskState.DEAD, TaskState.CANCELLED])
def test_the_event_of_a_dead_or_cancelled_task_carries_what_a_replay_sends(journal, examine, state):
    envelope = examine()
    take = journal.claim(envelope, DeliveryContext())
    outcome = Outcome.FAILED if state is TaskState.DEAD else Outcome.CANCELLED
    journal.finish(envelope, take.attempt_id, AttemptResult(state=state, outcome=outcome))
    assert journal.events_after(0, 10)[-1].event.detail["command"] == envelope.payload()


def test_a_kept_command_is_marked_when_it_is_published_again(journal, examine):
    (row,) = journal.submit(examine())
    assert not row.possible_duplicate
    journal.confirm([row])
    assert journal.reopen_all({}) == 1
    assert [one.possible_duplicate for one in journal.unconfirmed(10)] == [True]


def test_a_task_whose_process_was_told_to_end_is_not_blamed_for_its_end(tmp_path, examine):
    for _ in range(4):
        journal = SqliteJournal(tmp_path / "journal", "node-1")
        take = journal.claim(examine(), REDELIVERED)
        assert isinstance(take, Run), "a deploy made an innocent poison"
        journal.mark_isolated(examine().task_id, take.attempt_id)
        journal.clear_isolation()
        journal.close()


def test_what_index_knows_counts_for_a_task_that_waits_here_too(journal, examine):
    envelope = examine()
    take = journal.claim(envelope, DeliveryContext())
    journal.finish(envelope, take.attempt_id, AttemptResult(state=TaskState.PENDING, outcome=Outcome.INTERRUPTED))
    again = examine(possible_duplicate=True)
    assert asks_index(journal.task_state(envelope.task_id), again, redelivered=False)
    assert journal.claim(again, DeliveryContext(history=TaskHistory(ended=True))).awaiting == ()
    assert journal.task_state(envelope.task_id).state is TaskState.COMPLETED
    assert journal.events_after(0, 100)[-1].event.detail["superseded"]


@pytest.mark.parametrize("state", [TaskState.PENDING, TaskState.RETRY_WAIT])
def test_a_redelivered_task_that_waits_here_is_asked_about_and_runs_alone_if_it_may_have_died_elsewhere(
    journal, examine, state
):
    envelope = examine()
    take = journal.claim(envelope, DeliveryContext())
    journal.finish(envelope, take.attempt_id, AttemptResult(state=state, outcome=Outcome.INTERRUPTED))
    copy = envelope.retried(retry=1) if state is TaskState.RETRY_WAIT else envelope
    assert asks_index(journal.task_state(envelope.task_id), copy, redelivered=True)
    assert not asks_index(journal.task_state(envelope.task_id), copy, redelivered=False)
    elsewhere = TaskHistory(open_on_other_node=True)
    assert journal.claim(copy, DeliveryContext(redelivered=True, history=elsewhere)).alone


def test_a_copy_from_before_the_retry_is_not_asked_about(journal, examine):
    envelope = examine()
    take = journal.claim(envelope, DeliveryContext())
    journal.finish(envelope, take.attempt_id, AttemptResult(state=TaskState.RETRY_WAIT, outcome=Outcome.FAILED))
    assert not asks_index(journal.task_state(envelope.task_id), envelope, redelivered=True)


def test_a_redelivered_task_that_was_handed_back_here_shares_the_process(journal, examine):
    envelope = examine()
    take = journal.claim(envelope, DeliveryContext())
    journal.finish(envelope, take.attempt_id, AttemptResult(state=TaskState.PENDING, outcome=Outcome.INTERRUPTED))
    assert not journal.claim(envelope, REDELIVERED).alone


def test_a_retry_copy_that_killed_its_process_twice_elsewhere_is_dead_by_name(journal, examine):
    envelope = examine()
    take = journal.claim(envelope, DeliveryContext())
    journal.finish(envelope, take.attempt_id, AttemptResult(state=TaskState.RETRY_WAIT, outcome=Outcome.FAILED))
    arrival = DeliveryContext(redelivered=True, history=TaskHistory(open_on_other_node=True, isolated_crashes=2))
    assert journal.claim(envelope.retried(retry=1), arrival).cause == "died"
    assert journal.task_state(envelope.task_id).state is TaskState.DEAD


def test_an_ended_run_is_forgotten_without_the_next_one(journal, examine):
    for run in (1, 2):
        journal.confirm(journal.submit(examine(run=run)))
    assert journal.reopen_all({"job_1": 1}) == 1
    assert [row.envelope.run for row in journal.unconfirmed(10)] == [2]


def test_an_accepted_job_whose_command_is_forgotten_is_not_run_once_more(journal, examine):
    journal.confirm(journal.accept(examine(), ACCEPTED))
    journal.prune_ended({"job_1": 1})
    assert journal.accept(examine(), ACCEPTED) == ()


def test_a_journal_opens_although_a_newer_version_left_an_unknown_task_running(tmp_path, examine):
    journal = SqliteJournal(tmp_path / "journal", "node-1")
    journal.claim(examine(), DeliveryContext())
    journal.write(
        lambda execute: execute("UPDATE task_wal SET envelope = replace(envelope, 'media.exam', 'media.new')")
    )
    journal.close()
    journal = SqliteJournal(tmp_path / "journal", "node-1")
    assert journal.task_state(examine().task_id).state is TaskState.PENDING
    journal.close()


def test_the_size_of_a_journal_is_what_it_holds_not_what_its_file_once_held(tmp_path, examine):
    journal = SqliteJournal(tmp_path / "journal", "node-1")
    empty = journal.used_bytes()
    for number in range(300):
        journal.confirm(journal.submit(examine(f"job_{number}")))
    full = journal.used_bytes()
    journal.prune_ended({f"job_{number}": 1 for number in range(300)})
    journal.write(lambda execute: execute("DELETE FROM outbox"))
    assert empty < full > journal.used_bytes()
    journal.close()
