import concurrent.futures
import dataclasses
from datetime import UTC, date, datetime, timedelta

import pytest

from winnow_contracts.commands import DrillAi
from winnow_contracts.events import EventBatch, EventKind, SequencedEvent
from winnow_contracts.json_codec import to_json
from winnow_contracts.usage import Spending
from winnow_index.history.event_store import EventStore
from winnow_index.testing import AI, MEDIA, AsJson, EventSender, envelope, started
from winnow_index.usage.budgets import Budgets
from winnow_index.usage.usage import SpentDays, today
from winnow_journal.event_factory import new_event

PAID = Spending(use="vision", model="eye-1", tokens_in=1000, tokens_out=50, cost_usd=0.0021)
CACHED = Spending(use="vision", model="eye-1", tokens_in=1000, tokens_out=50, cost_usd=0.5, cached=True)
UNPRICED = Spending(use="text", model="pen-1", tokens_in=200, tokens_out=30)


def step(*spent, about=AI, attempt="a"):
    return new_event(EventKind.STEP_DONE, about, "n", attempt, step="s", spent=[to_json(one) for one in spent])


def of_tenant(event, tenant_id, **fields):
    return dataclasses.replace(event, tenant_id=tenant_id, **fields)


@pytest.fixture
def shipper(database):
    return EventSender(EventStore(database))


@pytest.fixture
def spent(database):
    days = AsJson(SpentDays(database, Budgets(usd_per_day=2.0, by_tenant={"rich": 9.0})))
    return lambda tenant="drill", day=None: days.day(tenant, day or today())


def by_job(database, job="job_d"):
    with database.transaction() as transaction:
        return transaction.row("read_spent_by_job", {"job_ids": [job]})


def test_a_day_is_added_up_by_model_and_use(shipper, spent):
    shipper.ship(started(AI, "a"), step(PAID, PAID, CACHED), step(UNPRICED))
    found = spent()
    assert found.pop("spent_usd") == pytest.approx(0.0042)
    assert found == {
        "day": today().isoformat(),
        "limit_usd": 2.0,
        "by_model": [
            {
                "model": "eye-1",
                "use": "vision",
                "calls": 2,
                "cached": 1,
                "tokens_in": 2000,
                "tokens_out": 100,
                "audio_seconds": 0.0,
                "cost_usd": 0.0042,
            },
            {
                "model": "pen-1",
                "use": "text",
                "calls": 1,
                "cached": 0,
                "tokens_in": 200,
                "tokens_out": 30,
                "audio_seconds": 0.0,
                "cost_usd": None,
            },
        ],
    }
    assert spent("rich") == {"day": today().isoformat(), "spent_usd": 0.0, "limit_usd": 9.0, "by_model": []}


def test_every_event_that_tells_of_calls_counts_also_of_attempts_that_failed(database, shipper):
    problem = {"code": "upstream-invalid", "detail": "Nonsense.", "hint": "", "retryable": True}
    failed = {"problem": problem, "outcome": "failed", "delay_ms": 1, "spent": [to_json(PAID)]}
    shipper.ship(started(AI, "a"), new_event(EventKind.RETRYING, AI, "n", "a", **failed))
    again = AI.retried(retry=1)
    shipper.ship(step(PAID, about=again, attempt="b"))
    shipper.ship(new_event(EventKind.DEAD, again, "n", "b", **failed))
    found = by_job(database)
    assert (found["calls"], found["tokens_in"], float(found["cost_usd"])) == (3, 3000, 0.0063)


def test_an_event_that_comes_again_counts_once(database, spent):
    events = tuple(SequencedEvent(seq=n, event=step(PAID, CACHED)) for n in (1, 2))
    for _ in range(3):
        batch = EventBatch(journal_id="j", service="s", node="n", previous_seq=0, events=(*events, *events))
        EventStore(database).apply_batch(batch)
    EventStore(database).apply_batch(
        EventBatch(journal_id="j2", service="s", node="n2", previous_seq=0, events=events[:1])
    )
    found = by_job(database)
    assert (found["calls"], found["cached"]) == (3, 3)
    assert spent()["spent_usd"] == 0.0063


@pytest.mark.parametrize(
    "wrong",
    [
        "all of it",
        {"use": "vision"},
        [[]],
        [None],
        [{"use": "vision"}],
        [{"use": "", "model": "m"}],
        [{"use": "vision", "model": "m", "tokens_in": -1}],
        [{"use": "vision", "model": "m", "tokens_in": 10**30}],
        [{"use": "vision", "model": "m", "tokens_out": True}],
        [{"use": "vision", "model": "m", "cost_usd": float("nan")}],
        [{"use": "vision", "model": "m", "cost_usd": -1}],
        [{"use": "vision", "model": "m", "cost_usd": "1"}],
        [{"use": "vision", "model": "m", "cached": "yes"}],
    ],
)
def test_what_is_no_call_is_left_out_and_holds_up_nothing(database, shipper, library, wrong):
    good = to_json(PAID)
    spent = [*wrong, good] if isinstance(wrong, list) else wrong
    shipper.ship(new_event(EventKind.STEP_DONE, AI, "n", "a", step="s", spent=spent), started(MEDIA, "b"))
    found = by_job(database)
    assert (found["calls"] if found else 0) == isinstance(wrong, list)
    assert len(library.trace("drill", "job_d")["events"]) == 2


def test_the_last_days_are_listed_of_all_tenants(database, shipper):
    day_ms = 86_400_000
    calls = [step(PAID), of_tenant(step(PAID, PAID), "other")]
    before = [dataclasses.replace(one, at_ms=one.at_ms - days * day_ms) for one in calls for days in (1, 3)]
    shipper.ship(started(AI, "a"), *calls, *before)
    found = SpentDays(database, Budgets()).last(3)
    yesterday = today() - timedelta(days=1)
    assert (found.first_day, found.last_day) == ((today() - timedelta(days=2)).isoformat(), today().isoformat())
    assert [(one.day, one.tenant_id, one.spent_usd) for one in found.items] == [
        (day.isoformat(), tenant, pytest.approx(usd))
        for day in (yesterday, today())
        for tenant, usd in (("drill", 0.0021), ("other", 0.0042))
    ]


def test_a_day_begins_at_midnight_in_utc(shipper, spent):
    midnight_ms = round(datetime(2026, 3, 1, tzinfo=UTC).timestamp() * 1000)
    for at_ms in (midnight_ms - 1, midnight_ms, midnight_ms + 86_399_999, midnight_ms + 86_400_000):
        shipper.ship(dataclasses.replace(step(PAID), at_ms=at_ms))
    calls = [sum(one["calls"] for one in spent(day=date(2026, *day))["by_model"]) for day in ((2, 28), (3, 1), (3, 2))]
    assert calls == [1, 2, 1]
    assert [spent(day=date(2026, *day))["spent_usd"] for day in ((2, 28), (3, 1), (3, 2))] == [0.0021, 0.0042, 0.0021]


def test_batches_of_many_nodes_at_once_add_up(database, spent):
    def ship(n):
        shipper = EventSender(EventStore(database), f"j{n}", node=f"n{n}")
        for _ in range(10):
            events = [step(PAID, PAID, about=envelope(DrillAi, f"{n}")) for _ in range(2)]
            shipper.ship(*(of_tenant(event, f"t{n % 2 ^ k}") for k, event in enumerate(events)))

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        list(pool.map(ship, range(8)))
    assert [spent(tenant)["spent_usd"] for tenant in ("t0", "t1")] == [0.336, 0.336]


def test_a_photo_shows_what_its_job_spent(shipper, photos, photo_store, photo_command, answer):
    photo_store.store(photo_command("p"), 1, answer())
    photo_store.store(photo_command("q"), 1, answer())
    shipper.ship(of_tenant(step(PAID, CACHED), "t", job_id="job_p", media_id="med_p"))
    shown = {item["id"]: item["spent"] for item in photos.page("t", limit=5, cursor=None, status=None)["items"]}
    free = {"calls": 0, "cached": 0, "tokens_in": 0, "tokens_out": 0, "audio_seconds": 0.0, "cost_usd": 0.0}
    paid = {"calls": 1, "cached": 1, "tokens_in": 1000, "tokens_out": 50, "cost_usd": 0.0021}
    assert shown == {"med_p": free | paid, "med_q": free}
    assert photos.one("t", "med_p")["spent"] == shown["med_p"]


def test_seconds_of_audio_are_added_up_and_count_towards_the_budget(shipper, spent):
    heard = Spending(use="speech", model="ear-1", audio_seconds=90.5, cost_usd=0.5)
    cached = Spending(use="speech", model="ear-1", cached=True)
    shipper.ship(started(AI, "a"), step(heard, heard, cached, dataclasses.replace(heard, audio_seconds=-1.0)))
    found = spent()
    assert found["spent_usd"] == pytest.approx(1.0)
    (model,) = found["by_model"]
    assert (model["use"], model["calls"], model["cached"], model["audio_seconds"]) == ("speech", 2, 1, 181.0)
