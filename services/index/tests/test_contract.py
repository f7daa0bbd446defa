"""The real client calls the real app over HTTP. A name that differs between the two sides fails here."""

import threading
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from werkzeug.serving import make_server

from winnow_base.http.internal_clients import IndexClient
from winnow_contracts.accounts import Role
from winnow_contracts.envelope import now_ms
from winnow_contracts.errors import BadInput, Conflict, NotFound, Unavailable
from winnow_contracts.index_api import REQUESTS
from winnow_contracts.index_api.account_sessions import (
    ChangePassword,
    CheckSession,
    EndSessions,
    FollowLink,
    ListAccountSessions,
    NewSession,
    SignIn,
    SignInVouched,
)
from winnow_contracts.index_api.accounts import (
    ChangeAccount,
    CreateAccount,
    ListAccounts,
    ReadAccount,
    ResetAccount,
)
from winnow_contracts.index_api.activity import ReadActivity
from winnow_contracts.index_api.audit import AuditAction, BeginBulk, CountBulk, ListAudit, NoteAction
from winnow_contracts.index_api.dead_tasks import DiscardDeadTask, ListDeadTasks, ReadDeadTask
from winnow_contracts.index_api.duplicates import ListDuplicates
from winnow_contracts.index_api.facets import CountFacets
from winnow_contracts.index_api.feed_looks import ChooseEpisodes, ListedEpisode, NoteLook, TakeLook, TakenEpisode
from winnow_contracts.index_api.feeds import ChangeFeed, CheckFeed, CreateFeed, DeleteFeed, ListFeeds, ReadFeed
from winnow_contracts.index_api.job_changes import ListJobChanges, Position
from winnow_contracts.index_api.jobs import CancelJob, CountOpenJobs, ListJobs, ReadBatch, ReadJob
from winnow_contracts.index_api.keys import CreateKey, ListKeys, NoteKeyUses, RevokeKey
from winnow_contracts.index_api.lanes import ListLaneStats, PauseLane, ReadControl, ResumeLane
from winnow_contracts.index_api.limits import ListLimitLog, ListLimits, ResetLimit, SetLimit
from winnow_contracts.index_api.media import (
    DeleteMedia,
    EditMedia,
    FindDeletedJobs,
    ListMedia,
    ReadMedia,
    ReadTranscript,
)
from winnow_contracts.index_api.nodes import FindEndedJobs, ReadJobStatuses, ReadPast, ResendJob
from winnow_contracts.index_api.operators import CountOddAttempts, ListEventsSetAside, ListFindings, ListJournals
from winnow_contracts.index_api.photos import AddFeedback, ListFeedback, ListPhotos, ReadPhoto
from winnow_contracts.index_api.reports import ListReports, ReadReport
from winnow_contracts.index_api.response_cache import ReadResponseCache
from winnow_contracts.index_api.schedules import ListScheduleRuns, ListSchedules, RunSchedule
from winnow_contracts.index_api.search import Search
from winnow_contracts.index_api.statistics import ReadStatistics
from winnow_contracts.index_api.tasks import CountTasks, ListAttempts, ListTasks, ReadTask
from winnow_contracts.index_api.tenants import (
    FindStoredFile,
    LiftQuota,
    ListTenants,
    ReadStorage,
    ReadTenant,
    SetQuota,
)
from winnow_contracts.index_api.trace import ReadTrace
from winnow_contracts.index_api.usage import ListSpentDays, ReadUsage
from winnow_contracts.index_api.webhook_deliveries import (
    ListDeliveries,
    NoteTry,
    ReplayDelivery,
    SendTestEvent,
    TakeDelivery,
)
from winnow_contracts.index_api.webhooks import (
    ChangeWebhook,
    CreateWebhook,
    DeleteWebhook,
    ListWebhooks,
    ReadWebhook,
    RotateSecret,
)
from winnow_contracts.index_api.workers import ListWorkers
from winnow_contracts.places import CallOutcome, PlaceLeft, PlaceVerdict, PlaceWish
from winnow_contracts.rate_limits import GiveTurnBack, HoldApi, ReservationRequest, ReservationStatus
from winnow_index.api.app import create_app
from winnow_index.history.event_store import EventStore
from winnow_index.schedules.weekly_report import WeeklyReports
from winnow_index.search.floors import Floors
from winnow_index.search.searcher import Searcher
from winnow_index.testing import MEDIA, PHOTO, EventSender, completed, dead, photo_accepted, started
from winnow_webhooks.commands import DeliveryCommands

TOKEN = "the-service-token"


@pytest.fixture
def app(database, korean):
    return create_app(database, Searcher(database, korean, Floors(of_all=0.5)), TOKEN)


@pytest.fixture
def address(app):
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def index(address):
    return IndexClient(address, TOKEN)


@pytest.fixture
def filled(database, store, command, embedded, photo_store, photo_command, answer, found):
    """A recording, a photo whose classification cost something, and a drill that failed for good."""
    store.store(command("a"), 1, embedded("good morning everyone"))
    photo_store.store(photo_command("p"), 1, answer(found()))
    spent = [{"use": "vision", "model": "eye-1", "tokens_in": 9, "tokens_out": 1, "cost_usd": 0.5, "cached": False}]
    shipper = EventSender(EventStore(database))
    accepted = photo_accepted()
    shipper.ship(replace(accepted, detail={**accepted.detail, "batch_id": "bat_1"}))
    shipper.ship(started(MEDIA, "a"), dead(MEDIA, "a"), started(PHOTO, "b"), completed(PHOTO, "b", spent=spent))


def test_the_app_has_the_routes_of_the_contract_and_no_others(app):
    served = {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
        if rule.rule.startswith("/internal/")
    }
    assert served == {(request.ROUTE.method, request.ROUTE.rule) for request in REQUESTS}
    assert len(served) == len(REQUESTS)


def test_the_client_gets_the_answer_of_every_route(index, filled, database):
    photo = {"tenant_id": "t", "media_id": "med_p"}
    claim = {"tenant_id": "t", "answer_key": "k", "holder": "h"}
    place = PlaceWish(api="speech", holder="h", job_id="job_a", order_ms=1)
    week = WeeklyReports(database, ZoneInfo("UTC")).make(now_ms()).week
    asked = (
        ListMedia(tenant_id="t", kind="recording"),
        CountFacets(tenant_id="t", kind="recording"),
        ReadMedia(tenant_id="t", media_id="med_a"),
        ReadTranscript(tenant_id="t", media_id="med_a"),
        EditMedia(tenant_id="t", media_id="med_a", version=0, tags=("early",)),
        ListJobs(tenant_id="t", limit=1),
        CountOpenJobs(tenant_id="t", most=3),
        ReadBatch(batch_id="bat_1"),
        ReadJob(tenant_id="drill", job_id="job_d"),
        ReadTrace(job_id="job_d"),
        ListKeys(),
        CreateKey(
            key_id="k1", secret_sha256="ab" * 32, tenant_id="t", scopes=("read",), name="n", who="me", expires_ms=9
        ),
        RevokeKey(key_id="k1", who="me"),
        NoteKeyUses(used={"k1": 5}, requests={"k1": 3}),
        Search(tenant_id="t", q="morning"),
        ListPhotos(tenant_id="t", status="ready"),
        AddFeedback(**photo, by="me", correct_category="glass", note="A jar."),
        ReadPhoto(**photo),
        ListFeedback(tenant_id="t"),
        ReadUsage(tenant_id="t"),
        ListSpentDays(days=7),
        SetQuota(tenant_id="t", quota_bytes=9, who="me"),
        ReadStorage(tenant_id="t"),
        ReadTenant(tenant_id="t"),
        ListTenants(),
        LiftQuota(tenant_id="t", who="me"),
        FindStoredFile(tenant_id="t", kind="photo", sha256="ab" * 32),
        ReadResponseCache(days=7),
        ListDeadTasks(actor=MEDIA.command.ACTOR),
        ReadDeadTask(task_id=MEDIA.task_id),
        ListTasks(state="dead", text="broke", since_ms=1),
        CountTasks(state="dead", unhandled=True),
        ReadTask(task_id=MEDIA.task_id),
        ListAttempts(job_ids=("job_d",)),
        ListJournals(),
        ListEventsSetAside(limit=5),
        ListWorkers(),
        ListFindings(stuck_seconds=60),
        CountOddAttempts(),
        RunSchedule(name="retention", who="me"),
        ListSchedules(),
        ListScheduleRuns(name="retention", limit=5),
        ReadActivity(minutes=1440),
        ReadStatistics(since_ms=1),
        ListDuplicates(outcome="unknown", since_ms=1),
        ListLaneStats(minutes=5),
        ListReports(limit=1),
        ReadReport(week=week),
        DiscardDeadTask(task_id=MEDIA.task_id, who="me"),
        PauseLane(lane="media", who="me"),
        ReadControl(),
        ResumeLane(lane="media", who="me"),
        CancelJob(tenant_id="t", job_id="job_new", media_id="med_new"),
        NoteAction(who="me", action=AuditAction.REPLAY, target=MEDIA.task_id),
        ListAudit(limit=2, key_id="me"),
        FindEndedJobs(job_ids=("job_a", "job_none")),
        ReadJobStatuses(job_ids=("job_d",)),
        ReadPast(task_id=MEDIA.task_id, job_id="job_d", run=1),
        ResendJob(job_id="job_d"),
        ListJobChanges(tenant_id="t", after=str(Position(at_ms=now_ms(), transaction=1))),
        DeleteMedia(tenant_id="t", media_id="med_new", who="me"),
        FindDeletedJobs(job_ids=("job_new", "job_a")),
        ReservationRequest(**claim, api="vision", per_minute=60, claim_seconds=60),
        GiveTurnBack(**claim),
        HoldApi(api="vision", until_ms=1),
        place,
        SetLimit(name="speech.at_once", value=3, who="me"),
        ListLimits(),
        ListLimitLog(minutes=5),
        ResetLimit(name="speech.at_once", who="me"),
        PlaceLeft(api=place.api, holder=place.holder, outcome=CallOutcome.OK),
    )
    asked = (*asked, *webhook_requests(index, database), *account_requests(index), *feed_requests(index))
    bulk_id = index.ask(BeginBulk(who="you", action=AuditAction.DISCARD, filter={"state": "dead"})).audit_id
    counted = CountBulk(audit_id=str(bulk_id), who="you", done=2, refused=1, ended=True)
    asked = (*asked, BeginBulk(who="you", action=AuditAction.RETRY, filter={}), counted)
    got = {type(request): index.ask(request) for request in asked}
    assert set(got) == set(REQUESTS)
    assert all(type(answer) is request.answer_type() for request, answer in got.items())

    assert [one.id for one in got[ListMedia].items] == ["med_a"]
    assert got[ListMedia].items[0] == got[ReadMedia]
    assert got[CountFacets].facets["kind"] == {"recording": 1}
    assert got[ReadMedia].keys.original == "ok/a"
    assert (got[EditMedia].tags, got[EditMedia].version) == (("early",), 1)
    assert [word.text for word in got[ReadTranscript].segments[0].words] == ["good", "morning", "everyone"]
    assert (len(got[ListJobs].items), got[ListJobs].next_cursor is None) == (1, False)
    assert (got[ReadJob].status, got[ReadJob].error.code) == ("failed", "internal")
    (task,) = got[ReadTrace].tasks
    assert (task.attempts[0].error.detail, task.replayable) == ("It broke.", True)
    assert [event.kind for event in got[ReadTrace].events] == ["started", "dead"]
    assert got[ListKeys].keys == ()
    (moment,) = got[Search].items[0].moments
    assert (moment.word_start_ms, moment.why.words.matched, moment.why.meaning) == (1000, ("morning",), None)
    assert got[ListPhotos].items[0].keys.image == "ok/t/t/med_p/won/image.jpg"
    assert got[AddFeedback].media_id == "med_p"
    assert (got[ReadPhoto].answer["region"], got[ReadPhoto].spent.cost_usd) == ("kr", 0.5)
    assert [one.note for one in got[ReadPhoto].feedback] == ["A jar."]
    (label,) = got[ListFeedback].items
    assert (label.said.item, label.said.model, label.correct.category) == ("pet_bottle", "eye-1", "glass")
    assert [(one.model, one.tokens_in) for one in got[ReadUsage].by_model] == [("eye-1", 9)]
    assert [(one.tenant_id, one.spent_usd) for one in got[ListSpentDays].items] == [("t", 0.5)]
    assert [(one.model, one.paid) for one in got[ReadResponseCache].items] == [("eye-1", 1)]
    assert [one.attempts for one in got[ListDeadTasks].items] == [1]
    assert [one.attempt_id for one in got[ReadDeadTask].attempts] == ["a"]
    assert got[ReadDeadTask].command["job_id"] == "job_d"
    assert [(one.task_id, one.error.detail) for one in got[ListTasks].items] == [(MEDIA.task_id, "It broke.")]
    assert (got[CountTasks].tasks, got[CountTasks].jobs, got[CountTasks].more) == (1, 1, False)
    assert (got[ReadTask].arguments["job_id"], got[ReadTask].attempts_made[0].attempt_id) == ("job_d", "a")
    (attempt,) = got[ListAttempts].items
    assert (attempt.task_id, attempt.attempt_id, attempt.outcome) == (MEDIA.task_id, "a", "failed")
    assert [one.journal_id for one in got[ListJournals].items] == ["j1"]
    assert got[ListWorkers].items == ()
    assert [(one.kind, one.what) for one in got[ListFindings].items if one.count is None] == [
        ("dead_task", MEDIA.task_id)
    ]
    assert got[CountOddAttempts].unknown == 0
    assert {one.name: one.last for one in got[ListSchedules].items}["retention"] == got[RunSchedule]
    assert got[ListLaneStats].items == ()
    assert got[ListReports].items == (got[ReadReport],)
    assert got[ListScheduleRuns].items == (got[RunSchedule],)
    assert sum(one.dead for one in got[ReadActivity].slices) == 1
    assert (got[ReadStatistics].ended["dead"], got[ReadStatistics].costs.cost_usd) == (1, 0.5)
    assert (got[ListDuplicates].items, got[ListDuplicates].runs) == ((), 2)
    assert got[DiscardDeadTask].discarded_at is not None
    assert got[ReadControl].paused == got[PauseLane].paused
    assert abs(got[ReadControl].now_ms - now_ms()) < 60_000
    assert list(got[PauseLane].paused) == ["media"]
    assert got[ResumeLane].paused == {}
    assert (got[CancelJob].job.status, got[CancelJob].run) == ("cancelled", 1)
    noted = got[ListAudit]
    assert [(one.action, one.target) for one in noted.items] == [("replay", MEDIA.task_id), ("resume", "media")]
    assert (noted.items[0].audit_id, noted.next_before) == (got[NoteAction].audit_id, noted.items[1].audit_id)
    assert got[FindEndedJobs].ended == {"job_a": 1}
    assert got[ReadJobStatuses].jobs["job_d"].status == "failed"
    assert got[ReadPast].ended
    assert got[ResendJob].commands == 0
    assert {"job_a", "job_p"} <= {one.job_id for one in got[ListJobChanges].items}
    assert got[DeleteMedia].job_ids == got[FindDeletedJobs].job_ids == ("job_new",)
    assert (got[ReservationRequest].verdict, got[GiveTurnBack].given_back) == (ReservationStatus.GRANTED, True)
    assert got[HoldApi].until_ms > 0
    assert (got[PlaceWish].verdict, got[PlaceLeft].left) == (PlaceVerdict.ADMITTED, True)
    assert got[CreateWebhook].secret != got[RotateSecret].secret
    assert (got[ReadWebhook].description, got[ChangeWebhook].description) == ("mine", "ours")
    assert got[TakeDelivery].secrets[0] == got[RotateSecret].secret
    assert len(got[TakeDelivery].secrets) == 2
    assert (got[NoteTry].wait_seconds, got[ReplayDelivery].state) == (None, "pending")
    assert got[SendTestEvent].delivery_id in {one.delivery_id for one in got[ListDeliveries].items}
    assert got[TakeLook].url == "https://example.org/feed"
    assert (got[ChooseEpisodes].keys, got[NoteLook].feed_id) == (("k",), got[CreateFeed].feed_id)
    assert [one.title for one in got[ReadFeed].episodes] == ["Episode"]
    assert (got[CheckFeed].looking, got[ListFeeds].items[0].name) == (True, "Talks")
    assert (got[ChangeFeed].name, got[ChangeFeed].looking) == ("Our talks", False)
    assert got[DeleteFeed].feed_id == got[CreateFeed].feed_id
    assert got[DeleteWebhook].webhook_id in {one.webhook_id for one in got[ListWebhooks].items}
    assert (got[FollowLink].held.account.name, got[SignIn].held.account.role) == ("mina", "admin")
    assert got[SignInVouched].held.account == got[CheckSession].held.account
    assert got[CheckSession].held.session.device == "Firefox"
    assert got[ChangePassword].held.account == got[CheckSession].held.account
    assert (len(got[ListAccountSessions].items), got[EndSessions].ended) == (1, 1)
    assert (got[ChangeAccount].role, got[ResetAccount].has_password) == ("reader", False)
    assert got[ReadAccount].account_id in {one.account_id for one in got[ListAccounts].items}
    assert got[CreateAccount].name == "other"


def account_requests(index):
    """Every request about one account, in an order in which each has its effect."""
    link = {"link_sha256": "a link", "link_until_ms": now_ms() + 60_000, "who": "me"}
    new = {"tenant_id": "t", "role": Role.ADMIN}
    account = {"account_id": index.ask(CreateAccount(name="mina", **new, **link)).account_id}
    times = {"expires_ms": now_ms() + 60_000, "idle_ms": 60_000}
    first, second, third = (
        NewSession(token_sha256=token, device="Firefox", address="127.0.0.1", **times)
        for token in ("one", "two", "three")
    )
    return (
        FollowLink(link_sha256="a link", password="four words of mine", session=first),
        SignIn(name="Mina", password="four words of mine", session=second),
        SignInVouched(name="mina", session=third),
        CheckSession(token_sha256="two"),
        ChangePassword(
            token_sha256="two",
            new_token_sha256="four",
            address="127.0.0.1",
            present="four words of mine",
            wanted="entirely new words",
        ),
        ListAccountSessions(**account),
        EndSessions(**account, who="me"),
        ChangeAccount(**account, role=Role.READER, who="me"),
        ResetAccount(**account, **link),
        ReadAccount(**account),
        ListAccounts(),
        CreateAccount(name="other", **new, **{**link, "link_sha256": "another link"}),
    )


def feed_requests(index):
    """Every request about one feed and its first look, in an order in which each has its effect."""
    made = CreateFeed(tenant_id="t", url="https://example.org/feed", keep=1, since_ms=None, limit_bytes=1, who="me")
    feed_id = index.ask(made).feed_id
    one, look = {"tenant_id": "t", "feed_id": feed_id}, {"feed_id": feed_id, "look": 1}
    taken = TakenEpisode(key="k", title="Episode", filename="a.mp3", published_ms=1)
    return (
        made,
        CheckFeed(**one),
        TakeLook(**look, run=1),
        ChooseEpisodes(**look, episodes=(ListedEpisode(key="k", published_ms=1, size_bytes=1),)),
        NoteLook(**look, run=1, name="Talks", taken=(taken,)),
        ListFeeds(tenant_id="t"),
        ReadFeed(**one),
        ChangeFeed(**one, who="me", name="Our talks"),
        DeleteFeed(**one),
    )


def webhook_requests(index, database):
    """Every request about one webhook and its test, in an order in which each has its effect."""
    made = CreateWebhook(
        tenant_id="t", url="https://example.org/", types=("media.ready",), description="mine", who="me"
    )
    hook = {"tenant_id": "t", "webhook_id": index.ask(made).webhook.webhook_id}
    sent = index.ask(SendTestEvent(**hook)).delivery_id
    DeliveryCommands(database, lambda: True).write()
    return (
        made,
        ListWebhooks(tenant_id="t"),
        ReadWebhook(**hook),
        ChangeWebhook(**hook, description="ours"),
        RotateSecret(**hook),
        SendTestEvent(**hook),
        ListDeliveries(**hook),
        TakeDelivery(delivery_id=sent, run=1),
        NoteTry(delivery_id=sent, run=1, number=1, status=200, error="", retry_after_seconds=0),
        ReplayDelivery(tenant_id="t", delivery_id=sent),
        DeleteWebhook(**hook),
    )


@pytest.mark.parametrize(
    ("request_", "error", "code"),
    [
        (ReadMedia(tenant_id="t", media_id="med/../none"), NotFound, "not-found"),
        (RunSchedule(name="none", who="me"), NotFound, "not-found"),
        (ListScheduleRuns(name="none"), NotFound, "not-found"),
        (ReadReport(week="2001-01-01"), NotFound, "not-found"),
        (ReadReport(week="2001-02-31"), BadInput, "invalid-field"),
        (ReadBatch(batch_id="none"), NotFound, "not-found"),
        (ReadStatistics(since_ms=2, until_ms=1), BadInput, "invalid-field"),
        (ListDuplicates(cursor="x"), BadInput, "invalid-cursor"),
        (ListJobs(tenant_id="t", cursor="x"), BadInput, "invalid-cursor"),
        (CancelJob(tenant_id="t", job_id="job_a"), Conflict, "already-ended"),
    ],
)
def test_the_client_raises_what_the_app_refuses(index, filled, request_, error, code):
    with pytest.raises(error) as caught:
        index.ask(request_)
    assert caught.value.code == code


def test_an_index_that_does_not_take_the_token_is_unavailable(address):
    stranger = IndexClient(address, "another-token")
    with pytest.raises(Unavailable):
        stranger.ask(ListKeys())
    stranger.probe()
