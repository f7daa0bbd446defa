"""Many dead tasks in a real PostgreSQL, retried from the page and by the command through index's real API.

With ``WINNOW_DEAD_TASKS=10000`` it takes minutes.
"""

import dataclasses
import json
import os
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from winnow_base.http.internal_clients import IndexClient
from winnow_chassis.outbox.submission_memory import MemorySubmissions
from winnow_cli import main as cli
from winnow_contracts import api_keys
from winnow_contracts.commands import Command, ReplayTask
from winnow_contracts.control import ControlMessage
from winnow_contracts.index_api.audit import AuditEntry, ListAudit
from winnow_gateway.clients.bulk_slices import SLICE
from winnow_gateway.clients.job_control import JobSteering
from winnow_gateway.dependencies import Dependencies
from winnow_index.api.app import create_app
from winnow_index.database import Database
from winnow_index.history.event_store import EventStore
from winnow_index.korean import Korean
from winnow_index.migrate import migrate, seed_admin_key
from winnow_index.search.floors import Floors
from winnow_index.search.searcher import Searcher
from winnow_index.testing import EventSender, dead, envelope, started

from ..standin import serve
from .test_ops_task_pages import forms, hidden

pytestmark = [pytest.mark.real, pytest.mark.timeout(1800)]
DEAD = int(os.environ.get("WINNOW_DEAD_TASKS", "1000"))
_BATCH = 500
HERE = "/ops/tasks/all/retry"


class Sent(MemorySubmissions):
    """Keeps what was sent by its task, as a journal does: the same replay is one message."""

    def __init__(self) -> None:
        super().__init__()
        self.replays: dict[str, ReplayTask] = {}

    def send(self, command: Command, run: int = 1) -> None:
        assert isinstance(command, ReplayTask)
        assert run == 2
        self.replays[command.task_id] = command


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A database with so many jobs, each dead at its first task, as index stores them from events."""
    made = Database(database_url, connections=4)
    migrate(made)
    sender = EventSender(EventStore(made), "many dead")
    for first in range(0, DEAD, _BATCH):
        abouts = [envelope(job=f"{n:05}") for n in range(first, first + _BATCH)]
        sender.ship(*(event for one in abouts for event in (started(one, one.task_id), dead(one, one.task_id))))
    yield made
    made.close()


@pytest.fixture
def index(database: Database) -> Iterator[SimpleNamespace]:
    """Index's API itself, in place of the stand-in."""
    api = create_app(database, Searcher(database, Korean(), Floors(of_all=0.5)), "service-token")
    running = serve(api)
    yield SimpleNamespace(url=next(running))
    next(running, None)


@pytest.fixture
def give_keys(database: Database) -> Callable[..., None]:
    """Tells index of keys, each of which may do everything."""

    def give(*entries: tuple[api_keys.ApiKey, str, list[str], bool]) -> None:
        for key, *_ in entries:
            seed_admin_key(database, key.text())

    return give


@pytest.fixture
def outbox() -> Sent:
    return Sent()


@pytest.fixture
def parts(parts: Dependencies, index_client: IndexClient, outbox: Sent, news: list[ControlMessage]) -> Dependencies:
    """The gateway's parts, with an outbox that is fast enough for so many."""
    steering = JobSteering(index_client, parts.reads, outbox, news.append)
    return dataclasses.replace(parts, intake=outbox, steering=steering)


def test_all_dead_tasks_are_retried_by_the_page_and_by_the_command(
    app: Flask,
    key: api_keys.ApiKey,
    sign_in_with: Callable[..., FlaskClient],
    index_client: IndexClient,
    outbox: Sent,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    visitor = sign_in_with("admin")
    page = visitor.get(f"{HERE}?state=dead").text
    assert f"{DEAD:,} tasks match, of {DEAD:,} jobs." in page
    slices = 0
    while HERE in forms(page):
        page = visitor.post(HERE, data=hidden(page), follow_redirects=True).text
        slices += 1
        assert slices == DEAD // SLICE or f"So far {slices * SLICE:,} jobs done of about {DEAD:,}." in page
    assert f"Ended: {DEAD:,} jobs done." in page
    assert slices == DEAD // SLICE
    assert len({command.job_id for command in outbox.replays.values()}) == DEAD

    outbox.replays.clear()
    running = serve(app)
    monkeypatch.setenv("WINNOW_URL", next(running))
    monkeypatch.setenv("WINNOW_API_KEY", key.text())
    capsys.readouterr()
    with pytest.raises(SystemExit) as ended:
        cli.main(("tasks", "--state", "dead", "retry", "--json"))
    next(running, None)
    answer = json.loads(capsys.readouterr().out)
    assert (ended.value.code, answer["done"], answer["refused"]) == (0, DEAD, 0)
    assert len({command.job_id for command in outbox.replays.values()}) == DEAD

    by_command, by_page = index_client.ask(ListAudit(limit=2)).items
    assert by_command.audit_id == answer["audit_id"]
    assert [told_of(one) for one in (by_command, by_page)] == [("retry", {"state": "dead"}, DEAD, 0, True)] * 2
    assert by_command.key_id == key.key_id != by_page.key_id


def told_of(entry: AuditEntry) -> tuple[Any, ...]:
    return entry.action.value, entry.filter, entry.done, entry.refused, entry.ended_at is not None
