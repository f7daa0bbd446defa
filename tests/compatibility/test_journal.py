import json

import pytest

from winnow_chassis.broker.messages import outbound
from winnow_contracts.envelope import open_envelope
from winnow_contracts.json_codec import to_json
from winnow_contracts.task_history import TaskHistory
from winnow_journal.values import DeliveryContext, Run

CONTEXTS = {
    "fresh": DeliveryContext(),
    "redelivered": DeliveryContext(redelivered=True),
    "cancelled": DeliveryContext(cancelled=True),
    "ended by another node": DeliveryContext(redelivered=True, history=TaskHistory(ended=True)),
}


def task_id(row):
    return row.envelope.task_id if row.envelope else ""


def decided(claim):
    if isinstance(claim, Run):
        return {"runs": claim.why.value, "alone": claim.alone}
    rows = [[row.seq, row.delay_ms, row.possible_duplicate, task_id(row)] for row in claim.awaiting]
    return {"settled": claim.cause, "gate": rows}


def test_an_old_journal_is_opened_as_the_same_journal_and_not_set_aside(old_journal, kept):
    said, journal = kept("journal.json"), old_journal()
    assert (journal.journal_id, journal.applied_seq) == (said["journal_id"], said["applied_seq"])
    assert not list(journal.path.parent.glob("*.corrupt-*"))


@pytest.mark.parametrize("name", CONTEXTS)
def test_each_old_task_s_message_is_decided_as_the_old_table_decided_it(old_journal, kept, name):
    tasks = kept("journal.json")["decisions"]
    now = {}
    for n, task in enumerate(tasks):
        message = open_envelope(task["message"]["headers"], task["message"]["payload"])
        now[n, task["task"]] = decided(old_journal().claim(message, CONTEXTS[name]))
    assert now == {(n, task["task"]): said(task["decided"][name], name) for n, task in enumerate(tasks)}


def said(decided, name):
    """What the old table decided. It called a retry's copy a retry though it came a second time, which is told now."""
    return {**decided, "runs": "redelivered"} if name == "redelivered" and decided.get("runs") == "retry" else decided


def test_unconfirmed_old_commands_are_published_with_the_old_headers_and_fields(old_journal, kept):
    now, said = [], kept("journal.json")["unconfirmed"]
    for row in old_journal().unconfirmed(100):
        message = outbound(row.envelope)
        now.append(
            {
                "seq": row.seq,
                "delay_ms": row.delay_ms,
                "again": row.possible_duplicate,
                "headers": message.headers,
                "body": json.loads(message.body),
                "message_id": message.message_id,
            }
        )
    for one, before in zip(now, said, strict=True):
        before["body"]["kwargs"] = {**one["body"]["kwargs"], **before["body"]["kwargs"]}  # a field may be new
    assert now == said


def test_old_events_that_index_has_not_applied_are_read_and_the_dead_process_s_tasks_are_released(old_journal, kept):
    said, journal = kept("journal.json"), old_journal()
    events = [to_json(one) for one in journal.events_after(journal.applied_seq, 100)]
    for one in events:
        if one["seq"] > 4_000_000:  # written as the journal was opened just now
            one["event"]["at_ms"] = 0
    assert events == said["events"]


def test_old_steps_are_found_and_not_run_again(old_journal, kept):
    journal, said = old_journal(), kept("journal.json")
    messages = [open_envelope(one["message"]["headers"], one["message"]["payload"]) for one in said["decisions"]]
    for job_id, stage, name, input_hash, result in said["steps"]:
        (message,) = [
            one for one in messages if (one.command.job_id, f"{one.actor}/{one.command.part}") == (job_id, stage)
        ]
        assert journal.find_step(message, name, input_hash) == result
