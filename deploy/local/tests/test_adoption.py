"""``winnow journal``: reads journals from outside, and adopts a dead node's journal through a real broker."""

import json
import sqlite3
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pika
import pytest

from winnow_chassis.broker import topology
from winnow_chassis.broker.event_consumer import EventConsumer
from winnow_cli import main as cli
from winnow_contracts import queues
from winnow_contracts.commands import DrillAi, DrillMedia
from winnow_contracts.envelope import Envelope
from winnow_contracts.errors import Conflict, TimedOut, Unavailable
from winnow_contracts.events import EventBatch, EventKind, Watermark
from winnow_contracts.states import Outcome, TaskState
from winnow_journal.inspect.view import open_view
from winnow_journal.journal import SqliteJournal
from winnow_journal.values import AttemptResult, DeliveryContext, Run
from winnow_local.adoption import Surroundings, adopt_journal
from winnow_local.broker_view import queue_states

IDS = {"tenant_id": "drill", "job_id": "job_1", "media_id": "med_1"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The journal of a node that died: one task ended and sends a command, one was running."""
    folder = tmp_path / "nodes" / "media-7" / "journal"
    journal = SqliteJournal(folder, "media-7")
    envelope = Envelope(command=DrillMedia(**IDS))
    take = journal.claim(envelope, DeliveryContext())
    assert isinstance(take, Run)
    ending = AttemptResult(
        state=TaskState.COMPLETED, outcome=Outcome.COMPLETED, children=(Envelope(command=DrillAi(**IDS)),)
    )
    journal.finish(envelope, take.attempt_id, ending)
    journal.claim(Envelope(command=DrillMedia(**{**IDS, "job_id": "job_2"})), DeliveryContext())
    journal.close()
    return folder


def around(amqp_url: str) -> Surroundings:
    return Surroundings(amqp_url=amqp_url, index_url="http://127.0.0.1:1", service_token="x")


class Index:
    """Applies every batch, and records it."""

    def __init__(self, amqp_url: str) -> None:
        self.batches: list[EventBatch] = []
        self._inbox = EventConsumer(amqp_url, self._store)
        self._inbox.start()

    def _store(self, batches: Sequence[EventBatch]) -> list[Watermark]:
        self.batches += batches
        return [Watermark(journal_id=one.journal_id, applied_seq=one.last_seq) for one in batches]

    def stop(self) -> None:
        self._inbox.stop()


@pytest.fixture
def index(amqp_url: str) -> Iterator[Index]:
    index = Index(amqp_url)
    yield index
    index.stop()


@pytest.mark.real
@pytest.mark.timeout(300)
def test_all_that_a_dead_nodes_journal_holds_is_carried_out(folder: Path, amqp_url: str, index: Index) -> None:
    with open_view(folder) as view:
        old_id = view.flag("journal_id")
    result = adopt_journal(folder, around(amqp_url))
    assert (result.node, result.commands, result.released) == ("media-7", 1, 1)
    assert not folder.exists()
    assert result.folder.name.startswith("journal.adopted-")
    with pika.BlockingConnection(pika.URLParameters(amqp_url)) as connection:
        channel = connection.channel()
        # Possible duplicates wait some seconds in the broker.
        deadline, method = time.monotonic() + 60, None
        while method is None and time.monotonic() < deadline:
            method, properties, _ = channel.basic_get(queues.AI, auto_ack=True)
            time.sleep(0.1)
        assert method is not None
        assert properties.headers["task_id"] == Envelope(command=DrillAi(**IDS)).task_id
    batches = [batch for batch in index.batches if batch.journal_id == result.journal_id]
    kinds = [one.event.kind for batch in batches for one in batch.events]
    assert EventKind.COMPLETED in kinds
    assert kinds[-1] is EventKind.RELEASED
    # Under its own name: index must not take a living node of that name for lost.
    assert {batch.node for batch in batches} == {f"media-7.adopted-{result.journal_id[:8]}"}
    assert {batch.service for batch in batches} == {"media"}
    assert old_id != result.journal_id
    names = (queues.sentinel(old_id), queues.sentinel(result.journal_id))
    assert queue_states(amqp_url, names) == dict.fromkeys(names)


@pytest.mark.real
@pytest.mark.timeout(300)
def test_an_adopted_journal_that_is_adopted_again_sends_what_it_keeps(
    folder: Path, amqp_url: str, index: Index
) -> None:
    first = adopt_journal(folder, around(amqp_url))
    with pika.BlockingConnection(pika.URLParameters(amqp_url)) as connection:
        channel = connection.channel()
        assert take(channel) == Envelope(command=DrillAi(**IDS)).task_id
        again = adopt_journal(first.folder, around(amqp_url))
        assert (again.node, again.commands, again.journal_id) == ("media-7", 1, first.journal_id)
        assert again.folder.name.count("adopted") == 1
        assert take(channel) == Envelope(command=DrillAi(**IDS)).task_id
    shipped = {batch.node for batch in index.batches if batch.journal_id == first.journal_id}
    assert shipped == {f"media-7.adopted-{first.journal_id[:8]}"}


def take(channel: pika.adapters.blocking_connection.BlockingChannel) -> str:
    """Returns the task of the next message for ai; possible duplicates wait some seconds in the broker."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        method, properties, _ = channel.basic_get(queues.AI, auto_ack=True)
        if method is not None:
            return str(properties.headers["task_id"])
        time.sleep(0.1)
    raise AssertionError("no message came within 60 s")


@pytest.mark.real
@pytest.mark.timeout(300)
def test_an_adoption_without_index_is_given_up_and_goes_on_later(folder: Path, amqp_url: str) -> None:
    with pika.BlockingConnection(pika.URLParameters(amqp_url)) as connection:
        topology.ensure(connection)  # it takes seconds, which must not count as patience below
    with pytest.raises(TimedOut, match=r"\b0 commands and \d+ events are left"):
        adopt_journal(folder, around(amqp_url), patience_seconds=10)
    assert folder.exists()
    index = Index(amqp_url)
    try:
        assert adopt_journal(folder, around(amqp_url)).folder.exists()
    finally:
        index.stop()


@pytest.mark.real
def test_a_living_nodes_journal_is_not_adopted(folder: Path, amqp_url: str) -> None:
    journal = SqliteJournal(folder, "media-7")
    try:
        with pytest.raises(Conflict, match="living process"):
            adopt_journal(folder, around(amqp_url))
    finally:
        journal.close()


def test_nothing_is_changed_while_the_broker_is_away(folder: Path) -> None:
    before = (folder / "journal.db").read_bytes()
    with pytest.raises(Unavailable, match="broker"):
        adopt_journal(folder, around("amqp://nobody:x@127.0.0.1:1/%2F"))
    assert (folder / "journal.db").read_bytes() == before


def winnow(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        cli.main(words)
    assert isinstance(ended.value.code, int)
    return (ended.value.code, *capsys.readouterr())


def test_journals_are_shown_and_verified_by_node_and_path(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WINNOW_HOME", str(tmp_path))
    code, out, _ = winnow(capsys, "journal", "show")
    assert code == 0
    assert "no process owns it" in out
    assert "1 completed, 1 running; commands: 1 unconfirmed" in out
    assert winnow(capsys, "journal", "verify", str(folder))[:2] == (0, f"{'media-7':<14} All is well.\n")
    assert json.loads(winnow(capsys, "journal", "show", "media-7", "--json")[1])["media-7"]["unconfirmed"] == 1
    code, _, err = winnow(capsys, "journal", "show", "gpu")
    assert code == 1
    assert "The nodes are media-7." in err


def test_what_became_of_hand_overs_is_shown_by_node(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WINNOW_HOME", str(tmp_path))
    with sqlite3.connect(folder / "journal.db") as file:
        file.execute("DELETE FROM sync_log")
        file.execute("INSERT INTO sync_log VALUES (1000, 1234, 1200)")
        file.execute("INSERT INTO sync_failure VALUES (2000, 1234, 'The broker is not connected.')")
    file.close()
    assert winnow(capsys, "journal", "handovers")[1].splitlines() == [
        f"{'media-7':<14} 1970-01-01T00:00:02Z  sent up to 1,234: The broker is not connected.",
        f"{'media-7':<14} 1970-01-01T00:00:01Z  sent up to 1,234: stored up to 1,200",
    ]
    latest, _ = json.loads(winnow(capsys, "journal", "handovers", "--json")[1])["media-7"]
    assert (latest["applied_seq"], latest["error"]) == (None, "The broker is not connected.")
    assert "not applied by index. Last: The broker is not connected." in winnow(capsys, "journal", "show")[1]


def test_the_log_of_a_journal_is_folded_and_its_size_told_before_and_after(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WINNOW_HOME", str(tmp_path))
    journal = SqliteJournal(folder, "media-7")
    try:
        code, out, _ = winnow(capsys, "journal", "checkpoint", "media-7", "--json")
        folded = json.loads(out)["media-7"]
        assert (code, folded["wal_bytes_after"]) == (0, 0)
        assert folded["wal_bytes_before"] > 0
    finally:
        journal.close()
    code, out, _ = winnow(capsys, "journal", "checkpoint")
    assert (code, out.split()[:1]) == (0, ["media-7"])
    assert "folded, 0 B left" in out
    (folder / "journal.db-corrupt").write_text("broken")
    code, _, err = winnow(capsys, "journal", "checkpoint", "media-7")
    assert code == 1
    assert "damaged" in err


def test_adoption_wants_the_stack_to_run(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WINNOW_HOME", str(tmp_path))
    code, _, err = winnow(capsys, "journal", "adopt", str(folder))
    assert code == 1
    assert "./winnow up" in err
