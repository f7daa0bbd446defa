"""A node that begins with another journal has lost the one before: index knows it before any event tells."""

import dataclasses

import pytest

from winnow_contracts.heartbeats import Heartbeat, HeartbeatKind, JournalFigures
from winnow_index.history.diagnostics import Diagnostics
from winnow_index.history.event_store import EventStore
from winnow_index.history.worker_status import WorkerStatuses
from winnow_index.testing import AI, MEDIA, EventSender, started


def said(kind, journal_id, node="n"):
    return Heartbeat(
        kind=kind,
        service="s",
        node=node,
        host="a-host",
        version="1.0",
        pid=7,
        started_ms=1,
        sent_ms=1,
        journal=JournalFigures(journal_id=journal_id),
    )


@pytest.fixture
def workers(database):
    return WorkerStatuses(database)


@pytest.fixture
def events(database):
    return EventStore(database)


@pytest.fixture
def lost(database):
    return lambda: {one.journal_id for one in Diagnostics(database).journals() if one.lost_at}


@pytest.fixture
def outcomes(library):
    return lambda: [one["outcome"] for one in library.trace("drill", "job_d")["tasks"][0]["attempts"]]


def test_what_a_lost_journal_had_begun_is_unknown_once_its_node_begins_again(workers, events, lost, outcomes):
    EventSender(events, "old").ship(started(MEDIA, "a"))
    workers.note([said(HeartbeatKind.ONLINE, "new")])
    assert (lost(), outcomes()) == ({"old"}, ["unknown"])


def test_the_journal_of_a_node_whose_clock_stepped_back_is_not_taken_for_the_lost_one(workers, events, lost):
    EventSender(events, "old").ship(dataclasses.replace(started(MEDIA, "a"), at_ms=2**52))
    workers.note([said(HeartbeatKind.ONLINE, "new")])
    EventSender(events, "new").ship(started(AI, "b"))
    assert lost() == {"old"}


@pytest.mark.parametrize(
    "heartbeat",
    [
        said(HeartbeatKind.ONLINE, "old"),
        said(HeartbeatKind.ONLINE, ""),
        said(HeartbeatKind.ONLINE, "new", node="another"),
        said(HeartbeatKind.HEARTBEAT, "new"),
        said(HeartbeatKind.OFFLINE, "new"),
    ],
    ids=["the same journal", "one that cannot be read", "another node", "a later heartbeat", "a goodbye"],
)
def test_no_other_heartbeat_loses_a_journal(workers, events, lost, outcomes, heartbeat):
    EventSender(events, "old").ship(started(MEDIA, "a"))
    workers.note([heartbeat])
    assert (lost(), outcomes()) == (set(), [None])


def test_the_next_loss_is_noticed_too(workers, events, lost):
    EventSender(events, "first").ship(started(MEDIA, "a"))
    workers.note([said(HeartbeatKind.ONLINE, "second"), said(HeartbeatKind.ONLINE, "third")])
    assert lost() == {"first", "second"}


def test_a_journal_that_a_late_heartbeat_lost_is_there_again_once_its_node_begins_with_it(workers, events, lost):
    EventSender(events, "new").ship(started(MEDIA, "a"))
    workers.note([said(HeartbeatKind.ONLINE, "old")])
    assert lost() == {"new"}
    workers.note([said(HeartbeatKind.ONLINE, "new")])
    assert lost() == {"old"}
