"""The doctor's findings, place by place, and its answer if nothing runs."""

import http.server
import json
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pika
import pytest

from winnow_chassis.broker.topology import declare
from winnow_cli import main as cli
from winnow_cli.locate.evidence import Evidence
from winnow_contracts import queues
from winnow_contracts.commands import DrillMedia
from winnow_contracts.envelope import Envelope
from winnow_contracts.node_api import JournalSummary
from winnow_harness.fixtures.servers import RabbitFixture
from winnow_journal.journal import SqliteJournal
from winnow_journal.values import Flag
from winnow_local.commands import doctor
from winnow_local.doctor import broker, database, journals, parts, workers
from winnow_local.doctor.finding import RESTART, DoctorFinding
from winnow_local.home import Home
from winnow_local.journals_here import adopted_journals, corrupt_files, journals_of
from winnow_local.stack import PartStatus

WELL = JournalSummary(
    folder="/x/nodes/media/journal",
    journal_id="j",
    service="media",
    node="media",
    living=1,
    tasks={},
    unconfirmed=0,
    oldest_unconfirmed_ms=0,
    kept=3,
    unapplied=0,
    oldest_unapplied_ms=0,
    applied_seq=10,
    last_seq=10,
    suspects=0,
    database_bytes=1,
    wal_bytes=1,
)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(root=tmp_path)


def write_journal(home: Home, node: str) -> None:
    journal = SqliteJournal(home.node(node) / "journal", node)
    journal.submit(Envelope(command=DrillMedia(tenant_id="drill", job_id="job_1", media_id="med_1")))
    journal.close()


def held(home: Home, nodes: frozenset[str], **changed: object) -> list[DoctorFinding]:
    write_journal(home, "media")
    (journal,) = journals_of(home)
    known = {journal: replace(WELL, **changed)}  # type: ignore[arg-type]
    return list(journals.look((journal,), known, nodes))


def test_a_living_journal_of_a_newer_version_is_a_finding_and_hides_no_other(home: Home) -> None:
    folders = {node: home.node(node) / "journal" for node in ("ai", "media")}
    newer, ours = (SqliteJournal(folder, node) for node, folder in folders.items())
    try:
        newer.set_flag(Flag.READABLE_FROM, "99")
        for journal in (newer, ours):
            journal.set_flag(Flag.SENTINEL, "1")
        here = journals_of(home)
        assert list(doctor._sentinels(SimpleNamespace(home=home))) == ["media"]  # type: ignore[arg-type]
        assert [journal.node for journal in journals.summaries(here)] == ["media"]
        (finding,) = journals.look(here, {}, frozenset(folders))
    finally:
        newer.close()
        ours.close()
    assert (finding.kind, finding.what) == ("journal_unsound", "ai")
    assert "newer version" in finding.detail


def test_nothing_running_is_said_and_exits_with_3(
    home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WINNOW_HOME", str(home.root))
    with pytest.raises(SystemExit) as ended:
        cli.main(["doctor"])
    assert ended.value.code == 3
    assert "./winnow up starts it" in capsys.readouterr().out


def test_a_journal_at_work_is_no_finding(home: Home) -> None:
    assert held(home, frozenset(("media",))) == []


def test_late_commands_and_events_are_findings(home: Home) -> None:
    found = held(
        home,
        frozenset(("media",)),
        unconfirmed=2,
        oldest_unconfirmed_ms=90_000,
        unapplied=1,
        oldest_unapplied_ms=70_000,
    )
    assert [finding.kind for finding in found] == ["commands_unconfirmed", "events_unapplied"]
    assert "2 commands not confirmed by the broker, the oldest for 1 min 30 s" in found[0].detail


def test_the_journal_of_a_node_that_is_started_no_more_is_to_be_adopted(home: Home) -> None:
    (found,) = held(home, frozenset(("ai",)), living=0)
    assert (found.kind, found.mend) == ("journal_orphaned", f"./winnow journal adopt {home.node('media') / 'journal'}")


def test_the_journal_of_a_stopped_node_wants_its_node_back(home: Home) -> None:
    assert held(home, frozenset(("media",)), living=0) == []
    (found,) = held(home, frozenset(("media",)), living=0, unapplied=1)
    assert (found.kind, found.mend) == ("journal_idle", RESTART)


def test_a_journal_set_aside_is_named_with_its_files(home: Home) -> None:
    folder = home.node("ai") / "journal"
    folder.mkdir(parents=True)
    (folder / "journal.corrupt-20260101T000000.db").touch()
    (found,) = journals.dead_letter(corrupt_files(home))
    assert found.what == "ai"
    assert found.mend.startswith("rm ")


@pytest.mark.parametrize(
    ("item", "kinds"),
    [
        ({"journal_id": "j", "applied_seq": 10, "lost_at": None}, []),
        ({"journal_id": "other", "applied_seq": 99, "lost_at": None}, []),
        ({"journal_id": "j", "applied_seq": 11, "lost_at": None}, ["journal_behind_index"]),
        ({"journal_id": "j", "applied_seq": 10, "lost_at": "today"}, ["lost_journal_lives"]),
    ],
)
def test_journals_are_compared_with_what_index_has_of_them(item: dict[str, object], kinds: list[str]) -> None:
    assert [finding.kind for finding in journals.compare((WELL,), (item,))] == kinds


def test_a_node_that_is_not_ready_is_found_with_its_own_reasons(home: Home) -> None:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps({"ready": False, "reasons": {"s3": "the store does not answer"}}).encode()
            self.send_response(503)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        url = f"http://127.0.0.1:{server.server_port}"
        statuses = (
            PartStatus(name="gateway", state="running", url=url),
            PartStatus(name="media", state="starting", url=url),
            PartStatus(name="ai", state="stopped", url=""),
        )
        found = list(parts.look(statuses, home))
        server.shutdown()
        thread.join()
    assert [(finding.what, finding.detail) for finding in found] == [
        ("media", "s3: the store does not answer"),
        ("ai", "It does not run."),
    ]


def test_a_broker_that_is_away_is_the_only_finding_of_it() -> None:
    (found,) = broker.look("amqp://nobody:x@127.0.0.1:1/%2F", {}, {})
    assert found.kind == "broker_away"


@pytest.fixture
def channel(amqp_url: str) -> Iterator[pika.adapters.blocking_connection.BlockingChannel]:
    connection = pika.BlockingConnection(pika.URLParameters(amqp_url))
    channel = connection.channel()
    declare(channel)
    yield channel
    connection.close()


@pytest.mark.real
def test_queues_without_consumers_paused_lanes_and_set_aside_messages_are_found(
    amqp_url: str, channel: pika.adapters.blocking_connection.BlockingChannel
) -> None:
    channel.confirm_delivery()
    channel.basic_publish("", queues.UNREADABLE, b"?", pika.BasicProperties(delivery_mode=2))
    for lane in (*queues.LANES[1:], queues.INDEX_EVENTS):
        channel.basic_consume(lane, lambda *_: None)
    paused = {queues.AI: "2026-01-01T00:00:00Z"}
    found = list(broker.look(amqp_url, {"media": "winnow.sentinel.gone"}, paused))
    channel.queue_purge(queues.UNREADABLE)
    assert [(finding.kind, finding.what) for finding in found] == [
        ("no_consumers", queues.MEDIA_EXAMINE),
        ("lane_paused", queues.AI),
        ("unreadable", queues.UNREADABLE),
        ("sentinel_missing", "media"),
    ]
    assert found[1].mend == "./winnow resume ai"


@pytest.mark.real
def test_the_line_that_empties_the_queue_of_unreadable_messages_works_as_it_is_printed(
    rabbit: RabbitFixture, channel: pika.adapters.blocking_connection.BlockingChannel
) -> None:
    channel.confirm_delivery()
    channel.basic_publish("", queues.UNREADABLE, b"?", pika.BasicProperties(delivery_mode=2))
    (found,) = (one for one in broker.look(rabbit.url, {}, {}, rabbit.server) if one.kind == "unreadable")
    subprocess.run(found.mend, shell=True, check=True, capture_output=True)
    assert channel.queue_declare(queues.UNREADABLE, passive=True).method.message_count == 0


def test_an_adopted_journal_that_keeps_commands_is_told_of_and_nothing_is_wrong(home: Home) -> None:
    folder = home.node("media-7") / "journal"
    journal = SqliteJournal(folder, "media-7")
    journal.submit(Envelope(command=DrillMedia(tenant_id="drill", job_id="job_1", media_id="med_1")))
    journal.confirm(journal.unconfirmed(10))
    journal.close()
    assert list(journals.adopted(adopted_journals(home))) == []
    folder.rename(folder.with_name("journal.adopted-20260101T000000"))
    (found,) = journals.adopted(adopted_journals(home))
    assert (found.kind, found.what, found.mend) == ("journal_adopted", "media-7.adopted-20260101T000000", "")
    assert "keeps 1 command of jobs" in found.detail


def test_nodes_that_went_silent_within_a_day_are_found() -> None:
    def node(name: str, state: str, heartbeat_at: str) -> dict[str, object]:
        return {
            "node": name,
            "state": state,
            "service": "ai",
            "pid": 7,
            "host": "h",
            "heartbeat_at": f"2026-01-02T{heartbeat_at}Z",
        }

    now = datetime(2026, 1, 3, tzinfo=UTC)
    nodes = [
        node("at work", "online", "23:59:59"),
        node("ended", "offline", "12:00:00"),
        node("killed", "silent", "23:59:00"),
        node("taken away", "silent", "00:00:00"),
    ]
    (finding,) = workers.look(nodes, now)
    assert (finding.kind, finding.what, finding.mend) == ("node_silent", "killed", RESTART)
    assert "for 60 s" in finding.detail


def test_index_findings_get_the_command_that_mends_them() -> None:
    items = [
        {"kind": "stuck_job", "what": "job_1", "detail": "It stands."},
        {"kind": "dead_task", "what": "t1", "detail": "It failed."},
        {"kind": "lost_journal", "what": "j1", "detail": "It is lost."},
        {"kind": "lost_journal", "what": "j2", "detail": "It is lost."},
        {"kind": "superseded", "what": "t2", "detail": "It came second.", "count": 2},
        {"kind": "events_set_aside", "what": "j1", "detail": "They cannot be stored.", "count": 3},
    ]
    nothing = Evidence(job_id="job_1", history=None, journals={}, queues={})
    found = list(database.look(items, lambda job_id: nothing, {"j1": Path("/x/journal")}))
    assert [finding.mend for finding in found] == [
        "./winnow cancel job_1",
        "./winnow dead replay t1",
        "./winnow journal adopt /x/journal",
        "",
        "",
        "./winnow journals --set-aside",
    ]
    assert found[0].detail.startswith("It stands. Nothing on this machine tells where it is.")
    assert found[4].detail == "It came second. (2 times)"
