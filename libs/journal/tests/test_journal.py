"""The protocol of docs/states.md, row by row, over the SQLite journal and its in-memory twin."""

from dataclasses import replace

import pytest

from winnow_contracts import queues
from winnow_contracts.commands import DrillAi
from winnow_contracts.envelope import Envelope, now_ms
from winnow_contracts.events import EventKind, JobAccepted
from winnow_contracts.states import Outcome, TaskState
from winnow_journal.codec import encode
from winnow_journal.values import AttemptResult, DeliveryContext, Run, Skip, StartReason

DONE = AttemptResult(state=TaskState.COMPLETED, outcome=Outcome.COMPLETED)
RETRY = AttemptResult(
    state=TaskState.RETRY_WAIT, outcome=Outcome.FAILED, delay_ms=5_000, error={"code": "unavailable", "detail": "away"}
)
DEAD = AttemptResult(state=TaskState.DEAD, outcome=Outcome.FAILED, error={"code": "corrupt-media", "detail": "broken"})
INTERRUPTED = AttemptResult(state=TaskState.PENDING, outcome=Outcome.INTERRUPTED)
ACCEPTED = JobAccepted(
    kind="recording",
    title="A",
    filename="a.mp4",
    content_type="video/mp4",
    size_bytes=1,
    original_key="k",
    created_ms=7,
)


def take(journal, envelope, *, redelivered=False):
    claim = journal.claim(envelope, DeliveryContext(redelivered=redelivered))
    assert isinstance(claim, Run)
    return claim


def may_have_been_published(rows):
    return tuple(replace(row, possible_duplicate=True) for row in rows)


def kinds(journal):
    return [one.event.kind for one in journal.events_after(0, 1000)]


def test_an_unknown_task_is_taken(journal, examine):
    assert take(journal, examine()).why is StartReason.FIRST


def test_an_unknown_task_that_is_redelivered_is_taken_and_said_to_be(journal, examine):
    assert take(journal, examine(), redelivered=True).why is StartReason.REDELIVERED


def test_a_finished_task_is_not_run_again_and_its_unconfirmed_rows_hold_the_ack_back(journal, examine):
    envelope, child = examine(), examine("job_child")
    attempt = take(journal, envelope).attempt_id
    gate = journal.finish(
        envelope, attempt, AttemptResult(state=TaskState.COMPLETED, outcome=Outcome.COMPLETED, children=(child,))
    )
    again = journal.claim(envelope, DeliveryContext(redelivered=True))
    assert isinstance(again, Skip)
    assert again.cause == "finished"
    assert again.awaiting == may_have_been_published(gate)
    assert gate[0].envelope == child
    journal.confirm(gate)
    confirmed = journal.claim(envelope, DeliveryContext(redelivered=True))
    assert isinstance(confirmed, Skip)
    assert confirmed.awaiting == ()


def test_a_running_task_whose_end_was_not_written_is_taken_over_by_a_new_attempt(journal, examine):
    first = take(journal, examine())
    second = take(journal, examine(), redelivered=True)
    assert second.why is StartReason.TAKEOVER
    assert second.attempt_id != first.attempt_id


def test_a_task_whose_process_died_is_released_and_taken_over_as_a_suspect(house, examine):
    take(house.journal, examine())
    journal = house.reboot()
    assert EventKind.RELEASED in kinds(journal)
    again = take(journal, examine(), redelivered=True)
    assert (again.why, again.alone) == (StartReason.TAKEOVER, True)


def test_the_original_that_comes_back_after_its_retry_copy_was_written_is_settled(journal, examine):
    envelope = examine()
    gate = journal.finish(envelope, take(journal, envelope).attempt_id, RETRY)
    back = journal.claim(envelope, DeliveryContext(redelivered=True))
    assert isinstance(back, Skip)
    assert back.cause == "stale"
    assert back.awaiting == may_have_been_published(gate)


def test_the_retry_copy_is_taken_and_carries_its_number_and_time(journal, examine):
    envelope = examine()
    attempt_id = take(journal, envelope).attempt_id
    gate = journal.finish(envelope, attempt_id, RETRY)
    copy = gate[0].envelope
    assert (copy.retry, copy.attempt_id, gate[0].delay_ms) == (1, attempt_id, 5_000)
    assert copy.not_before_ms > 0
    assert take(journal, copy).why is StartReason.RETRY


def test_a_retry_copy_is_a_retry_on_a_node_that_never_saw_its_task(journal, examine):
    assert take(journal, examine(retry=1)).why is StartReason.RETRY


def test_a_retry_copy_that_another_node_had_before_is_said_to_be_redelivered_and_no_retry(journal, examine):
    envelope = examine()
    copy = journal.finish(envelope, take(journal, envelope).attempt_id, RETRY)[0].envelope
    assert take(journal, copy, redelivered=True).why is StartReason.REDELIVERED


def test_a_retry_copy_that_another_node_wrote_does_not_resume_what_was_interrupted_here(journal, examine):
    envelope = examine()
    journal.finish(envelope, take(journal, envelope).attempt_id, INTERRUPTED)
    assert take(journal, examine(retry=1)).why is StartReason.RETRY


def test_a_deferred_task_comes_back_with_its_turn_and_nothing_spent(journal, examine):
    envelope = examine()
    later = AttemptResult(state=TaskState.RETRY_WAIT, outcome=Outcome.DEFERRED, delay_ms=2_000, turn_ms=1_234)
    gate = journal.finish(envelope, take(journal, envelope).attempt_id, later)
    copy = gate[0].envelope
    assert (copy.retry, copy.spent, copy.turn_ms) == (1, 0, 1_234)
    assert journal.events_after(0, 1000)[-1].event.detail["outcome"] == "deferred"

    without = AttemptResult(state=TaskState.RETRY_WAIT, outcome=Outcome.DEFERRED, delay_ms=2_000)
    copy = journal.finish(copy, take(journal, copy).attempt_id, without)[0].envelope
    assert (copy.retry, copy.spent, copy.turn_ms) == (2, 0, 0)


def test_what_an_actor_told_of_its_end_is_in_the_event_of_the_end(journal, examine):
    attempt = take(journal, examine()).attempt_id
    journal.finish(examine(), attempt, replace(DONE, result={"pieces": 3}))
    assert journal.events_after(0, 10)[-1].event.detail["result"] == {"pieces": 3}


def test_an_interrupted_task_is_taken_again_with_the_same_retry(journal, examine):
    envelope = examine()
    assert journal.finish(envelope, take(journal, envelope).attempt_id, INTERRUPTED) == ()
    assert take(journal, envelope, redelivered=True).why is StartReason.RESUMED


@pytest.mark.parametrize("ending", [DONE, DEAD])
def test_a_terminal_state_never_changes(journal, examine, ending):
    envelope = examine()
    journal.finish(envelope, take(journal, envelope).attempt_id, ending)
    assert isinstance(journal.claim(examine(retry=5), DeliveryContext()), Skip)


def test_a_dead_outcome_holds_the_ack_back_because_no_command_speaks_for_it(journal, examine):
    envelope = examine()
    gate = journal.finish(envelope, take(journal, envelope).attempt_id, DEAD)
    assert [row.envelope for row in gate] == [None]
    dead = journal.events_after(gate[0].seq - 1, 1)[0]
    assert (dead.seq, dead.event.kind) == (gate[0].seq, EventKind.DEAD)
    assert dead.event.detail["problem"]["code"] == "corrupt-media"


def test_an_attempt_that_lost_the_task_changes_nothing_and_is_told_of(journal, examine):
    envelope = examine()
    late = take(journal, envelope).attempt_id
    winner = take(journal, envelope, redelivered=True).attempt_id
    late_end = AttemptResult(state=TaskState.COMPLETED, outcome=Outcome.COMPLETED, children=(examine("job_ghost"),))
    assert journal.finish(envelope, late, late_end) == ()
    assert EventKind.SUPERSEDED in kinds(journal)
    assert not [row for row in journal.unconfirmed(10) if row.envelope.command.job_id == "job_ghost"]
    journal.finish(envelope, winner, DEAD)
    assert EventKind.DEAD in kinds(journal)


def test_a_job_taken_in_can_be_read_at_once_and_twice_is_once(journal, examine):
    envelope = examine()
    rows = journal.accept(envelope, ACCEPTED)
    known = journal.accept(envelope, ACCEPTED)
    assert known == may_have_been_published(rows)
    assert journal.unconfirmed(10) == list(rows)
    assert journal.accepted("job_1") == (envelope.command, ACCEPTED)
    assert journal.accepted("job_2") is None
    assert kinds(journal) == [EventKind.ACCEPTED, EventKind.ENQUEUED]
    journal.confirm(rows)
    assert journal.accept(envelope, ACCEPTED) == ()


def test_commands_taken_in_together_are_each_as_if_taken_in_alone(journal, examine):
    known = journal.accept(examine("job_1"), ACCEPTED)
    taken = [(examine("job_1"), ACCEPTED), (examine("job_2"), ACCEPTED), (examine("job_3"), None)]
    rows = journal.accept_all(taken)
    assert [row.envelope.command.job_id for row in rows] == ["job_1", "job_2", "job_3"]
    assert rows[:1] == may_have_been_published(known)
    assert len(journal.unconfirmed(10)) == 3
    assert journal.accepted("job_2") == (taken[1][0].command, ACCEPTED)
    assert journal.accepted("job_3") is None
    assert kinds(journal) == [*[EventKind.ACCEPTED, EventKind.ENQUEUED] * 2, EventKind.ENQUEUED]


def test_jobs_taken_in_are_listed_newest_first_and_only_the_tenants_own(journal, examine):
    for number in range(3):
        journal.accept(examine(f"job_{number}"), ACCEPTED)
    assert [command.job_id for command, _ in journal.recently_accepted("t", 2)] == ["job_2", "job_1"]
    assert journal.recently_accepted("other", 2) == []


def test_a_confirmed_command_is_kept_until_its_job_has_ended(journal, examine):
    rows = journal.accept(examine(), ACCEPTED)
    assert journal.jobs_with_kept_commands(10) == []
    journal.confirm(rows)
    assert journal.unconfirmed(10) == []
    assert journal.jobs_with_kept_commands(10) == ["job_1"]
    journal.prune_ended({"job_other": 1})
    assert journal.jobs_with_kept_commands(10) == ["job_1"]
    journal.prune_ended({"job_1": 1})
    assert journal.jobs_with_kept_commands(10) == []


def test_an_unconfirmed_command_is_never_forgotten(journal, examine):
    rows = journal.accept(examine(), ACCEPTED)
    journal.prune_ended({"job_1": 1})
    assert journal.unconfirmed(10) == list(rows)


def test_rows_for_a_closed_lane_are_passed_over_however_many_come_first(journal, examine):
    for number in range(20):
        journal.accept(examine(f"job_{number}"), ACCEPTED)
    other = Envelope(command=DrillAi(tenant_id="t", job_id="job_other", media_id="m"))
    (row,) = journal.submit(other)
    assert row not in journal.unconfirmed(5)
    assert journal.unconfirmed(5, closed=[queues.MEDIA_EXAMINE]) == [row]
    assert journal.unconfirmed(5, closed=[queues.MEDIA_EXAMINE, queues.AI]) == []
    assert len(journal.unconfirmed(100, closed=[queues.AI])) == 20
    assert journal.count_unconfirmed() == 21
    journal.confirm([row])
    assert journal.count_unconfirmed() == 20


def test_a_full_bulk_lane_holds_up_bulk_work_alone(journal):
    def drill(priority):
        command = DrillAi(tenant_id="t", job_id=f"job_{priority}", media_id="m")
        (row,) = journal.submit(Envelope(command=command, priority=priority))
        return row

    normal, bulk = drill(queues.Priority.NORMAL), drill(queues.Priority.BULK)
    assert journal.unconfirmed(5, closed=[queues.AI_BULK]) == [normal]
    assert journal.unconfirmed(5, closed=[queues.AI]) == [bulk]


def test_a_delayed_row_is_passed_over_once_it_would_enter_the_closed_lane(journal, examine, monkeypatch):
    envelope = examine()
    gate = journal.finish(envelope, take(journal, envelope).attempt_id, RETRY)
    assert journal.unconfirmed(10, closed=[queues.MEDIA_EXAMINE]) == list(gate)
    late_ms = now_ms() + RETRY.delay_ms + 1_000
    monkeypatch.setattr(journal, "_clock", lambda: late_ms)
    assert journal.unconfirmed(10, closed=[queues.MEDIA_EXAMINE]) == []
    assert journal.unconfirmed(10) == list(gate)


def test_after_a_wiped_broker_the_commands_of_open_jobs_are_published_again(journal, examine):
    for number in range(3):
        journal.confirm(journal.accept(examine(f"job_{number}"), ACCEPTED))
    assert journal.reopen_all({"job_1": 1}) == 2
    again = {row.envelope.command.job_id for row in journal.unconfirmed(10)}
    assert again == {"job_0", "job_2"}


def test_what_the_broker_confirmed_before_it_lost_its_data_is_not_confirmed_by_that(journal, examine):
    rows = journal.accept(examine(), ACCEPTED)
    journal.reopen_all({})
    journal.confirm(rows)  # recorded late: the confirm came before the loss
    (row,) = journal.unconfirmed(10)
    journal.confirm([row])
    assert journal.unconfirmed(10) == []
    journal.reopen_all({})
    journal.confirm([row])
    assert len(journal.unconfirmed(10)) == 1


def test_the_kept_commands_of_one_job_can_be_sent_again(journal, examine):
    for number in range(3):
        journal.confirm(journal.accept(examine(f"job_{number}"), ACCEPTED))
    assert journal.reopen_job("job_1") == 1
    assert journal.reopen_job("job_1") == 0, "it waits to be published already"
    (row,) = journal.unconfirmed(10)
    assert (row.envelope.command.job_id, row.possible_duplicate) == ("job_1", True)


@pytest.mark.parametrize("again", [False, True])
def test_what_follows_from_a_task_that_may_have_run_elsewhere_is_marked(journal, examine, again):
    envelope, child = examine(), examine("job_child")
    ending = AttemptResult(
        state=TaskState.COMPLETED, outcome=Outcome.COMPLETED, children=(child,), possible_duplicate=again
    )
    (row,) = journal.finish(envelope, take(journal, envelope).attempt_id, ending)
    assert row.envelope.possible_duplicate == again
    other = examine("job_other")
    (copy,) = journal.finish(other, take(journal, other).attempt_id, replace(RETRY, possible_duplicate=again))
    assert copy.envelope.possible_duplicate == again


def test_what_was_not_confirmed_before_a_kill_is_published_by_the_next_process(house, examine):
    rows = house.journal.accept(examine(), ACCEPTED)
    assert house.reboot().unconfirmed(10) == list(rows)


def test_events_are_numbered_in_order_and_kept_until_applied(house, examine):
    for number in range(3):
        take(house.journal, examine(f"job_{number}"))
    events = house.journal.events_after(0, 10)
    assert [one.event.kind for one in events] == [EventKind.STARTED] * 3
    assert sorted(one.seq for one in events) == [one.seq for one in events]
    house.journal.applied(events[2].seq, events[1].seq)
    journal = house.reboot()
    assert journal.applied_seq == events[1].seq
    assert events[2] in journal.events_after(journal.applied_seq, 10)


def test_a_flag_is_remembered(house):
    assert house.journal.flag("sentinel") == ""
    house.journal.set_flag("sentinel", "made")
    assert house.reboot().flag("sentinel") == "made"


def test_beginnings_and_ends_of_attempts_are_told_once_as_they_are_recorded(journal, examine):
    heard, envelope = [], examine()
    journal.listen(heard.append)
    run = take(journal, envelope)
    journal.finish(envelope, run.attempt_id, DONE)
    journal.finish(envelope, run.attempt_id, DONE)
    recorded = [one.event for one in journal.events_after(0, 100)]
    assert [event.kind for event in heard] == [EventKind.STARTED, EventKind.COMPLETED, EventKind.SUPERSEDED]
    assert [event for event in recorded if event.kind is not EventKind.ENQUEUED] == heard


def test_events_are_read_in_pieces_of_bounded_size_and_one_at_least(journal, examine):
    for number in range(5):
        journal.submit(examine(f"job_{number}"))
    all_of_them = journal.events_after(0, 100)
    size = len(encode(all_of_them[0].event))
    assert journal.events_after(0, 100, most_bytes=2 * size + 10) == all_of_them[:2]
    assert journal.events_after(all_of_them[1].seq, 100, most_bytes=1) == all_of_them[2:3]
    assert journal.events_after(0, 2) == all_of_them[:2]
