import itertools
import sqlite3

import pytest

from winnow_contracts.commands import PrepareRecording
from winnow_contracts.envelope import Envelope
from winnow_contracts.errors import Conflict, NotFound
from winnow_contracts.events import EventKind, JobAccepted
from winnow_contracts.states import Outcome, TaskState
from winnow_journal.event_factory import new_event
from winnow_journal.inspect.adopt import adopt
from winnow_journal.inspect.verify import verify
from winnow_journal.inspect.view import living_owners, open_view
from winnow_journal.journal import SqliteJournal
from winnow_journal.values import AttemptResult, DeliveryContext


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "nodes" / "media" / "journal"


@pytest.fixture
def journal(folder):
    journal = SqliteJournal(folder, "media")
    yield journal
    if living_owners(folder):
        journal.close()


def child_of(envelope):
    command = envelope.command
    return Envelope(
        command=PrepareRecording(
            tenant_id=command.tenant_id,
            job_id=command.job_id,
            media_id=command.media_id,
            original_key="k",
            demuxer="mov",
            duration_ms=1,
            audio_stream=None,
            has_video=True,
            playable=True,
        )
    )


def run(journal, envelope, ending=None):
    take = journal.claim(envelope, DeliveryContext())
    journal.record_step(
        envelope, take.attempt_id, "verdict", "h", '"ok"', 5, new_event(EventKind.STEP_DONE, envelope, "media")
    )
    if ending is not None:
        journal.finish(envelope, take.attempt_id, ending)


def completed(*children):
    return AttemptResult(state=TaskState.COMPLETED, outcome=Outcome.COMPLETED, children=children)


RETRY = AttemptResult(state=TaskState.RETRY_WAIT, outcome=Outcome.FAILED, delay_ms=5000, error={"detail": "No answer."})


def change(folder, sql):
    with sqlite3.connect(folder / "journal.db") as connection:
        connection.execute(sql)
    connection.close()


def test_a_living_journal_is_counted_from_outside(journal, folder, examine):
    envelope = examine()
    run(journal, envelope, completed(child_of(envelope)))
    run(journal, examine("job_2"))
    with open_view(folder) as view:
        summary = view.summary()
    assert (summary.node, summary.service, summary.living) == ("media", "media", 1)
    assert summary.journal_id == journal.journal_id
    assert summary.tasks == {"completed": 1, "running": 1}
    assert (summary.unconfirmed, summary.kept) == (1, 0)
    assert summary.unapplied == 6
    assert summary.database_bytes + summary.wal_bytes > 0
    journal.confirm(journal.unconfirmed(1))
    with open_view(folder.parent) as view:
        assert (view.summary().unconfirmed, view.summary().kept) == (0, 1)


def test_all_that_concerns_a_job_is_found(journal, folder, examine):
    envelope = examine()
    run(journal, envelope, RETRY)
    run(journal, examine("job_2"))
    with open_view(folder) as view:
        records = view.job("job_1")
    assert [(row["state"], row["alive"]) for row in records.tasks] == [("retry_wait", True)]
    assert [row["name"] for row in records.steps] == ["verdict"]
    assert [row["topic"] for row in records.commands] == ["media.examine"]
    assert [row["topic"] for row in records.events] == ["started", "step_done", "retrying"]
    assert records.retries[0]["error"] == {"detail": "No answer."}


def test_a_gateways_journal_is_known_by_having_no_tasks(tmp_path, examine):
    journal = SqliteJournal(tmp_path, "gateway", exclusive=False)
    accepted = JobAccepted(
        kind="recording",
        title="",
        filename="a",
        content_type="",
        size_bytes=1,
        original_key="k",
        created_ms=1,
    )
    journal.accept(examine(), accepted)
    journal.close()
    with open_view(tmp_path) as view:
        assert (view.summary().service, view.summary().node, view.is_owned) == ("gateway", "gateway", False)


def test_a_folder_without_a_journal_is_said_to_have_none(tmp_path):
    with pytest.raises(NotFound, match="no journal"), open_view(tmp_path):
        pass


def test_a_journal_at_work_is_sound(journal, folder, examine):
    envelope = examine()
    run(journal, envelope, completed(child_of(envelope)))
    run(journal, examine("job_2"), RETRY)
    run(journal, examine("job_3"))
    assert verify(folder) == ()


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        ("UPDATE task_wal SET state = 'lost'", "a state that there is not: lost"),
        ("UPDATE task_wal SET ended_ms = NULL", "no time of its end"),
        ("DELETE FROM outbox WHERE topic = 'completed'", "no event tells of it"),
        ("UPDATE task_wal SET task_id = 'x'", "the command of another task"),
        ("UPDATE outbox SET body = '{' WHERE kind = 'command'", "of the outbox cannot be read"),
        ("UPDATE outbox SET body = '[]' WHERE topic = 'started'", "cannot be read: it is no object"),
        ("UPDATE task_wal SET state = 'retry_wait'", "nothing says when"),
        ("INSERT INTO retry_queue VALUES ('x', 1, 1, '{}')", "does not wait for that"),
        ("INSERT INTO journal_meta VALUES ('applied_seq', '99000000')", "the last one given is"),
        ("INSERT INTO sync_log VALUES (1, 3, 3)", "the journal remembers 0"),
        ("DELETE FROM journal_meta WHERE name = 'journal_id'", "no id"),
    ],
)
def test_what_can_not_be_is_said_in_a_sentence(journal, folder, examine, damage, words):
    envelope = examine()
    run(journal, envelope, completed(child_of(envelope)))
    assert verify(folder) == ()
    change(folder, damage)
    assert any(words in sentence for sentence in verify(folder)), verify(folder)


def test_a_damaged_file_is_said_to_be(journal, folder, examine):
    for number in range(200):
        run(journal, examine(f"job_{number}"), completed())
    journal.close()
    file = folder / "journal.db"
    content = bytearray(file.read_bytes())
    content[8192:40000] = b"\x55" * (40000 - 8192)
    file.write_bytes(content)
    assert any("damaged" in sentence or "cannot be read" in sentence for sentence in verify(folder))


def test_hand_overs_of_events_are_told_newest_first_with_why_they_failed(folder):
    journal = SqliteJournal(folder, "media", clock=itertools.count(1_000).__next__)
    journal.applied(7, 5)
    journal.not_applied(9, "Index is away.")
    with open_view(folder) as view:
        assert view.summary().handover_error == "Index is away."
    journal.applied(9, 9)
    with open_view(folder) as view:
        assert view.summary().handover_error == ""
        found = [(one.sent_seq, one.applied_seq, one.error) for one in view.handovers(2)]
    assert found == [(9, 9, ""), (9, None, "Index is away.")]
    journal.close()


def test_a_file_of_a_version_that_kept_no_failures_is_read_too(journal, folder):
    journal.applied(7, 5)
    journal.close()
    change(folder, "DROP TABLE sync_failure")
    with open_view(folder) as view:
        assert [one.applied_seq for one in view.handovers(5)] == [5]
        assert view.summary().handover_error == ""


def test_a_journal_with_a_living_owner_is_not_adopted(journal, folder):
    with pytest.raises(Conflict, match="living process"):
        adopt(folder, resend=False)


def test_an_adopted_journal_has_a_new_id_and_only_events_that_are_news(journal, folder, examine):
    envelope = examine()
    run(journal, envelope, completed(child_of(envelope)))
    run(journal, examine("job_2"))
    seqs = [one.seq for one in journal.events_after(0, 100)]
    child_seq = journal.unconfirmed(1)[0].seq
    journal.applied(seqs[1], seqs[1])
    journal.set_flag("sentinel", "made")
    journal.close()
    adoption = adopt(folder, resend=False)
    assert adoption.before.journal_id == journal.journal_id != adoption.journal_id
    again = SqliteJournal(folder, "media.adopted")
    try:
        assert again.journal_id == adoption.journal_id
        assert (again.applied_seq, again.flag("sentinel")) == (0, "")
        events = again.events_after(0, 100)
        assert [one.seq for one in events[:-1]] == seqs[2:]
        assert events[-1].event.kind is EventKind.RELEASED
        assert [row.seq for row in again.unconfirmed(10)] == [child_seq]
    finally:
        again.close()
    assert verify(folder) == ()


def test_an_adoption_that_was_cut_short_goes_on_under_its_id(journal, folder):
    journal.close()
    first = adopt(folder, resend=True)
    assert adopt(folder, resend=False).journal_id == first.journal_id
