"""The ledger of repeats: each cause and each odd end, from events as journals ship them."""

import dataclasses

import pytest

from winnow_contracts.commands import DrillAi
from winnow_contracts.errors import BadInput
from winnow_contracts.events import EventKind
from winnow_contracts.index_api.duplicates import CauseSum
from winnow_index.history.event_store import EventStore
from winnow_index.testing import (
    MEDIA,
    PROBLEM,
    EventSender,
    completed,
    dead,
    enqueued,
    envelope,
    released,
)
from winnow_journal.event_factory import new_event
from winnow_statistics.repeated_runs import RepeatedRuns, RepeatFilter


@pytest.fixture
def shipper(database):
    return EventSender(EventStore(database))


@pytest.fixture
def other(database):
    return EventSender(EventStore(database), "j2", "m")


@pytest.fixture
def ledger(database):
    """The whole ledger, newest first."""

    def ledger(limit=20, cursor=None, **wanted):
        return RepeatedRuns(database).page(RepeatFilter(**wanted), limit=limit, cursor=cursor)

    return ledger


def begun(about, attempt, why, *, at_ms, node="n"):
    detail = {} if why is None else {"why": why}
    return dataclasses.replace(new_event(EventKind.STARTED, about, node, attempt, **detail), at_ms=at_ms)


def retrying(about, attempt, outcome="failed"):
    return dataclasses.replace(
        new_event(EventKind.RETRYING, about, "n", attempt, problem=PROBLEM, outcome=outcome, delay_ms=0), at_ms=150
    )


def interrupted(about, attempt):
    return dataclasses.replace(new_event(EventKind.INTERRUPTED, about, "n", attempt), at_ms=150)


def causes(page):
    return [(one.cause, one.number, one.after_outcome) for one in page.items]


def test_what_ran_once_is_no_repeat(shipper, ledger):
    shipper.ship(begun(MEDIA, "a", "first", at_ms=100), completed(MEDIA, "a"))
    # The broker delivered it again before anybody had begun it.
    late = envelope(job="late")
    shipper.ship(begun(late, "a", "redelivered", at_ms=100), completed(late, "a"))
    found = ledger()
    assert (found.items, found.sums, found.runs, found.next_cursor) == ((), (), 2, None)


@pytest.mark.parametrize(
    ("why", "cause"),
    [
        ("retry", "retry"),
        ("resumed", "interrupted"),
        ("takeover", "takeover"),
        ("redelivered", "redelivered"),
        ("again", "again"),
        ("first", "first"),
        (None, "unrecorded"),
    ],
)
def test_a_second_attempt_is_listed_with_the_reason_that_its_journal_gave(shipper, ledger, why, cause):
    shipper.ship(begun(MEDIA, "a", "first", at_ms=100), begun(MEDIA, "b", why, at_ms=200), completed(MEDIA, "b"))
    (repeat,) = [one for one in ledger().items if one.cause]
    assert (repeat.cause, repeat.number, repeat.attempt_id, repeat.outcome) == (cause, 2, "b", "completed")
    assert (repeat.after_node, repeat.after_outcome) == ("n", "unknown")


@pytest.mark.parametrize(
    ("end", "cause"), [("failed", "retry"), ("timeout", "retry"), ("deferred", "waited"), ("snoozed", "waited")]
)
def test_a_retry_after_a_failure_is_told_from_one_after_a_wait(shipper, ledger, end, cause):
    copy = dataclasses.replace(MEDIA, retry=1)
    shipper.ship(begun(MEDIA, "a", "first", at_ms=100), retrying(MEDIA, "a", end))
    shipper.ship(begun(copy, "b", "retry", at_ms=200), completed(copy, "b"))
    assert causes(ledger()) == [(cause, 2, end)]


def test_a_retry_copy_that_another_node_takes_as_new_is_a_retry(shipper, other, ledger):
    copy = dataclasses.replace(MEDIA, retry=1)
    shipper.ship(begun(MEDIA, "a", "first", at_ms=100), retrying(MEDIA, "a"))
    other.ship(begun(copy, "b", "first", at_ms=200, node="m"), completed(copy, "b", node="m"))
    (repeat,) = ledger().items
    assert (repeat.cause, repeat.node, repeat.after_node) == ("retry", "m", "n")


def test_a_takeover_tells_that_the_process_before_it_died(shipper, ledger):
    shipper.ship(begun(MEDIA, "a", "first", at_ms=100), dataclasses.replace(released(MEDIA, "a"), at_ms=150))
    shipper.ship(begun(MEDIA, "b", "takeover", at_ms=200), completed(MEDIA, "b"))
    assert causes(ledger()) == [("takeover", 2, "died")]


def test_an_interrupted_attempt_is_told_before_the_one_that_went_on(shipper, ledger):
    shipper.ship(begun(MEDIA, "a", "first", at_ms=100), interrupted(MEDIA, "a"))
    shipper.ship(begun(MEDIA, "b", "resumed", at_ms=200), completed(MEDIA, "b"))
    assert causes(ledger()) == [("interrupted", 2, "interrupted")]


def test_a_replay_is_the_same_work_in_a_later_run_and_what_follows_it_is_not(shipper, ledger):
    again, follows = envelope(run=2), envelope(DrillAi, run=2)
    shipper.ship(begun(MEDIA, "a", "first", at_ms=100), dead(MEDIA, "a"))
    shipper.ship(begun(again, "b", "first", at_ms=200), completed(again, "b"))
    shipper.ship(begun(follows, "c", "first", at_ms=300), completed(follows, "c"))
    assert [(one.cause, one.run, one.task_id) for one in ledger().items] == [("replay", 2, again.task_id)]


def test_ends_that_nobody_can_know_and_ends_that_came_too_late_are_listed_and_summed(shipper, other, ledger):
    shipper.ship(begun(MEDIA, "a", "first", at_ms=100), completed(MEDIA, "a"))
    other.ship(begun(MEDIA, "b", "again", at_ms=200, node="m"), completed(MEDIA, "b", node="m"))
    lost = envelope(job="lost")
    shipper.ship(begun(lost, "a", "first", at_ms=300), begun(lost, "b", "takeover", at_ms=400))
    found = ledger()
    assert [(one.cause, one.outcome) for one in found.items] == [
        ("takeover", None),
        (None, "unknown"),
        ("again", "superseded"),
    ]
    assert found.sums == (
        CauseSum(cause="again", runs=1, unknown=0, superseded=1),
        CauseSum(cause="takeover", runs=1, unknown=0, superseded=0),
        CauseSum(cause=None, runs=1, unknown=1, superseded=0),
    )


@pytest.fixture
def five(shipper, other):
    """Five tasks, each of which ran twice: at 210, 220, … 250; the last on another node."""
    for n in range(1, 6):
        about, sender, node = envelope(job=f"j{n}"), *((other, "m") if n == 5 else (shipper, "n"))
        first = dataclasses.replace(retrying(about, "a"), node=node)
        second = begun(about, "b", "retry", at_ms=200 + 10 * n, node=node)
        sender.ship(begun(about, "a", "first", at_ms=100, node=node), first, second, completed(about, "b", node=node))


def test_pages_follow_each_other_and_the_sums_stay(five, ledger):
    seen, cursor = [], None
    for _ in range(3):
        page = ledger(limit=2, cursor=cursor)
        seen += [one.job_id for one in page.items]
        assert [(one.cause, one.runs) for one in page.sums] == [("retry", 5)]
        cursor = page.next_cursor
    assert (seen, cursor) == ([f"job_j{n}" for n in (5, 4, 3, 2, 1)], None)


def test_a_cursor_of_other_filters_is_refused(five, ledger):
    cursor = ledger(limit=2).next_cursor
    with pytest.raises(BadInput, match="does not belong"):
        ledger(limit=2, cursor=cursor, cause="retry")


@pytest.mark.parametrize(
    ("wanted", "jobs", "summed"),
    [
        ({"cause": "retry"}, 5, 5),
        ({"cause": "replay"}, 0, 5),
        ({"outcome": "superseded"}, 0, 5),
        ({"node": "m"}, 1, 1),
        ({"actor": MEDIA.command.ACTOR}, 5, 5),
        ({"actor": "ai.drill"}, 0, 0),
        ({"since_ms": 220, "until_ms": 250}, 3, 3),
    ],
)
def test_filters_narrow_the_page_and_all_but_cause_and_outcome_the_sums(five, ledger, wanted, jobs, summed):
    found = ledger(**wanted)
    assert (len(found.items), sum(one.runs for one in found.sums)) == (jobs, summed)


def test_repeats_stand_beside_all_runs_that_ended(five, shipper, ledger):
    shipper.ship(enqueued(envelope(job="open")), begun(envelope(job="open2"), "a", "first", at_ms=1))
    assert (ledger().runs, ledger(node="m").runs, ledger(actor="ai.drill").runs) == (10, 2, 0)
