from types import SimpleNamespace

import pytest

from winnow_contracts.errors import BadInput, TimedOut, TryAlone
from winnow_contracts.events import EventKind
from winnow_contracts.usage import Spending
from winnow_journal.task import Interrupted, Task
from winnow_journal.values import DeliveryContext, Run


def task(journal, envelope, **options):
    claim = journal.claim(envelope, DeliveryContext())
    assert isinstance(claim, Run)
    return Task(envelope, claim.attempt_id, journal, node="node-1", **options)


def test_a_recorded_step_is_not_run_again_by_the_next_process(house, examine):
    calls = []

    def pay():
        calls.append(1)
        return {"text": "한글", "n": [1, 2.5, None]}

    first = task(house.journal, examine()).step("piece 1", pay, inputs={"model": "a"})
    second = task(house.reboot(), examine()).step("piece 1", pay, inputs={"model": "a"})
    assert first == second == {"text": "한글", "n": [1, 2.5, None]}
    assert len(calls) == 1


def test_other_inputs_are_another_step(journal, examine):
    running = task(journal, examine())
    assert running.step("piece", lambda: 1, inputs=1) == 1
    assert running.step("piece", lambda: 2, inputs=2) == 2


def test_the_next_run_of_a_job_inherits_the_steps_of_its_stage(journal, examine):
    task(journal, examine()).step("plan", lambda: "first")
    assert task(journal, examine(run=2)).step("plan", lambda: "second") == "first"


def test_another_job_inherits_nothing(journal, examine):
    task(journal, examine()).step("plan", lambda: "first")
    assert task(journal, examine("job_2")).step("plan", lambda: "second") == "second"


def test_a_step_that_is_killed_from_outside_gives_its_verdict_only_to_a_task_that_runs_alone(journal, examine):
    def decode():
        raise TryAlone("It was killed.", verdict=BadInput("It takes too much.", code="resource-limit"))

    with pytest.raises(TryAlone):
        task(journal, examine()).step("decode", decode)
    with pytest.raises(BadInput, match="takes too much"):
        task(journal, examine("job_2", alone=True)).step("decode", decode)


def test_a_step_that_raises_records_nothing(journal, examine):
    running = task(journal, examine())
    with pytest.raises(ZeroDivisionError):
        running.step("s", lambda: 1 // 0)
    assert running.step("s", lambda: 5) == 5


def test_each_step_is_told_live_and_recorded_as_an_event(journal, examine):
    told = []
    running = task(journal, examine(), tell=told.append)
    running.step("s", lambda: 1)
    running.step("s", lambda: 1)
    assert [event.detail["reused"] for event in told] == [False, True]
    recorded = [one.event for one in journal.events_after(0, 10) if one.event.kind is EventKind.STEP_DONE]
    assert [event.detail["step"] for event in recorded] == ["s"]


def test_progress_is_a_step_that_ran_and_was_recorded(journal, examine):
    stepped = []
    running = task(journal, examine(), stepped=lambda: stepped.append(1))
    with pytest.raises(ZeroDivisionError):
        running.step("s", lambda: 1 // 0)
    assert stepped == []
    running.step("s", lambda: 1)
    running.step("s", lambda: 1)  # found
    assert stepped == [1]


def test_a_stop_is_seen_before_the_next_step(journal, examine):
    def stop():
        raise Interrupted("deploy")

    with pytest.raises(Interrupted):
        task(journal, examine(), stop=stop).step("s", lambda: 1)


def test_a_task_over_its_time_limit_is_stopped_at_its_next_step(journal, examine):
    now = [0.0]
    running = task(journal, examine(), limit_seconds=10, clock=lambda: now[0])
    running.check()
    now[0] = 11
    with pytest.raises(TimedOut, match="time limit"):
        running.step("s", lambda: 1)


def test_a_step_tells_what_its_calls_cost_and_a_failed_one_leaves_it_to_the_end(journal, examine):
    running = task(journal, examine())

    def pay(fails):
        running.spend(Spending(use="vision", model="m", tokens_in=7, cost_usd=0.5))
        return 1 // (not fails)

    with pytest.raises(ZeroDivisionError):
        running.step("bad", lambda: pay(True))
    assert [one["tokens_in"] for one in running.untold_spending] == [7]
    running.step("good", lambda: pay(False))
    assert running.untold_spending == ()
    told = journal.events_after(0, 10)[-1].event.detail["spent"]
    assert [(one["model"], one["cost_usd"]) for one in told] == [("m", 0.5), ("m", 0.5)]


def test_what_is_spent_while_a_step_is_recorded_is_told_once_by_another(journal, examine):
    running = task(journal, examine())
    record = running._records.record_step

    def spend_meanwhile(*args):
        running.spend(Spending(use="speech", model="m", audio_seconds=2))
        record(*args)

    def pay():
        running.spend(Spending(use="speech", model="m", audio_seconds=1))

    running._records = SimpleNamespace(find_step=journal.find_step, record_step=spend_meanwhile)
    running.step("one", pay)
    running._records = journal
    running.step("two", lambda: None)
    told = [
        one["audio_seconds"] for event in journal.events_after(0, 10) for one in event.event.detail.get("spent", ())
    ]
    assert told == [1, 2]
    assert running.untold_spending == ()


def test_what_a_step_could_not_tell_stays_to_be_told(journal, examine):
    running = task(journal, examine())

    def full(*args):
        raise OSError("disk full")

    running._records = SimpleNamespace(find_step=journal.find_step, record_step=full)
    with pytest.raises(OSError, match="disk full"):
        running.step("one", lambda: running.spend(Spending(use="speech", model="m", audio_seconds=1)))
    assert [one["audio_seconds"] for one in running.untold_spending] == [1]
