"""A node's health port shows its journal to Winnow's services, while the node works with it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import urllib3

from winnow_base.http.client import InternalClient
from winnow_base.http.health import HealthServer
from winnow_base.http.journal_reads import JournalReads
from winnow_contracts.commands import DrillMedia
from winnow_contracts.envelope import Envelope
from winnow_contracts.errors import Unavailable
from winnow_contracts.node_api import ReadJournalJob, ReadJournalSummary
from winnow_contracts.states import Outcome, TaskState
from winnow_journal.journal import SqliteJournal
from winnow_journal.values import AttemptResult, DeliveryContext, Run

TOKEN = "service-token"
ENVELOPE = Envelope(command=DrillMedia(tenant_id="drill", job_id="job_1", media_id="med_1"))


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[SqliteJournal]:
    journal = SqliteJournal(tmp_path, "media-1")
    yield journal
    journal.close()


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    reads = JournalReads(tmp_path, service="media", node="media-1", service_token=TOKEN)
    server = HealthServer("127.0.0.1", 0, dict, journal=reads)
    server.start()
    yield f"http://127.0.0.1:{server.port}"
    server.stop()


def test_a_job_s_rows_are_read_while_the_node_runs_its_task(journal: SqliteJournal, address: str) -> None:
    journal.claim(ENVELOPE, DeliveryContext())
    found = InternalClient(address, TOKEN, "node").answer(ReadJournalJob(job_id="job_1"))
    assert (found.service, found.node, found.journal_id) == ("media", "media-1", journal.journal_id)
    (task,) = found.records.tasks
    assert (task["task_id"], task["state"], task["alive"]) == (ENVELOPE.task_id, "running", True)
    assert [event["topic"] for event in found.records.events] == ["started"]


def test_a_job_s_rows_are_shown_without_secrets(journal: SqliteJournal, address: str) -> None:
    run = journal.claim(ENVELOPE, DeliveryContext())
    assert isinstance(run, Run)
    error = {"detail": "GET https://s3/b?X-Amz-Signature=ab12cd failed", "api_key": "hunter2"}
    failed = AttemptResult(state=TaskState.DEAD, outcome=Outcome.FAILED, error=error, trace="Bearer abcdefghijkl")
    journal.finish(ENVELOPE, run.attempt_id, failed)
    records = InternalClient(address, TOKEN, "node").answer(ReadJournalJob(job_id="job_1")).records
    for secret in ("ab12cd", "hunter2", "abcdefghijkl"):
        assert secret not in str(records)
    assert records.tasks[0]["error"]["detail"].startswith("GET https://s3/b?X-Amz-Signature=[redacted]")


def test_reading_a_journal_leaves_the_node_its_lock_and_its_writes(journal: SqliteJournal, address: str) -> None:
    client = InternalClient(address, TOKEN, "node")
    for number in range(5):
        assert client.answer(ReadJournalSummary()).living == 1
        journal.submit(Envelope(command=DrillMedia(tenant_id="drill", job_id=f"job_{number}", media_id="med_1")))
    summary = client.answer(ReadJournalSummary())
    assert (summary.node, summary.service, summary.unconfirmed, summary.living) == ("media-1", "media", 5, 1)


def test_a_job_that_the_journal_does_not_know_has_no_rows(journal: SqliteJournal, address: str) -> None:
    assert not InternalClient(address, TOKEN, "node").answer(ReadJournalJob(job_id="job_2")).records.known


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer other"}, {"Authorization": "Bearer gar\xe7on"}])
def test_nobody_without_the_service_token_sees_a_journal(
    journal: SqliteJournal, address: str, headers: dict[str, str]
) -> None:
    for path in ("/journal/summary", "/journal/jobs/job_1", "/journal/else"):
        answer = urllib3.request("GET", address + path, headers=headers)
        assert (answer.status, answer.json()["code"]) == (401, "unauthenticated")
    assert urllib3.request("GET", f"{address}/healthz").status == 200


def test_a_journal_that_cannot_be_read_says_why(address: str) -> None:
    with pytest.raises(Unavailable, match="The journal of node media-1 cannot be read"):
        InternalClient(address, TOKEN, "node").answer(ReadJournalSummary())


def test_another_path_is_not_found(journal: SqliteJournal, address: str) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    for path in ("/journal/", "/journal/jobs/", "/journal/jobs/job_1/more"):
        assert urllib3.request("GET", address + path, headers=headers).status == 404
