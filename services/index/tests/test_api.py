import pytest

from winnow_contracts.errors import Unavailable
from winnow_contracts.json_codec import from_json
from winnow_contracts.rate_limits import Reservation
from winnow_index.api.app import create_app
from winnow_index.history.event_store import EventStore
from winnow_index.testing import MEDIA, EventSender, dead, photo_accepted, started
from winnow_index.usage.budgets import Budgets

TOKEN = "the-service-token"


@pytest.fixture
def client(searcher, database):
    return create_app(database, searcher, TOKEN, Budgets(usd_per_day=0.5)).test_client()


def get(client, path, token=TOKEN):
    return client.get(path, headers={"Authorization": f"Bearer {token}"})


def post(client, path, body):
    return client.post(path, json=body, headers={"Authorization": f"Bearer {TOKEN}"})


@pytest.mark.parametrize("token", ["", "wrong", TOKEN + "x", "tökén"])
def test_without_the_service_token_nothing_is_told(client, token):
    answer = client.get("/internal/v1/keys", headers={"Authorization": f"Bearer {token}".encode().decode("latin-1")})
    assert answer.status_code == 401
    assert answer.content_type == "application/problem+json"
    assert answer.json["code"] == "unauthenticated"


def test_health_and_metrics_need_no_token(client):
    for path in ("/healthz", "/readyz", "/metrics"):
        assert client.get(path).status_code == 200


def test_a_stored_recording_can_be_read_and_searched(client, store, command, embedded):
    store.store(command("a"), 1, embedded("good morning everyone"))
    assert get(client, "/internal/v1/media?tenant_id=t").json["items"][0]["id"] == "med_a"
    assert get(client, "/internal/v1/media/med_a/transcript?tenant_id=t").json["segments"]
    assert get(client, "/internal/v1/jobs/job_a?tenant_id=t").json["status"] == "done"
    assert get(client, "/internal/v1/jobs/job_a/trace?tenant_id=t").json["tasks"] == []
    body = {"tenant_id": "t", "q": "morning", "mode": "hybrid", "vector": None, "generation": None, "limit": 5}
    found = post(client, "/internal/v1/search", body).json
    assert found["items"][0]["moments"][0]["word_start_ms"] == 1000
    assert post(client, "/internal/v1/jobs/ended", {"job_ids": ["job_a"]}).json == {"ended": {"job_a": 1}}


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/internal/v1/media/med_none?tenant_id=t", 404, "not-found"),
        ("/internal/v1/media/med_none", 422, "invalid-field"),
        ("/internal/v1/media?tenant_id=t&limit=0", 422, "invalid-field"),
        ("/internal/v1/media?tenant_id=t&cursor=x", 400, "invalid-cursor"),
        ("/internal/v1/none", 404, "not-found"),
        ("/internal/v1/search", 405, "method-not-allowed"),
    ],
)
def test_what_can_not_be_answered_is_a_problem(client, path, status, code):
    answer = get(client, path)
    assert (answer.status_code, answer.json["code"]) == (status, code)


@pytest.mark.parametrize(
    "body", [[], {}, {"q": "x"}, {"tenant_id": "t", "q": 5}, {"tenant_id": "t", "q": "x", "mode": "magic"}]
)
def test_a_search_that_can_not_be_understood_is_refused(client, body):
    assert post(client, "/internal/v1/search", body).status_code == 422


def test_a_database_that_is_away_is_said_to_be(searcher):
    class Away:
        def transaction(self):
            raise Unavailable("PostgreSQL does not answer.", dependency="postgres")

        def probe(self):
            raise Unavailable("PostgreSQL does not answer.", dependency="postgres")

    client = create_app(Away(), searcher, TOKEN).test_client()
    answer = get(client, "/internal/v1/jobs/job_a?tenant_id=t")
    assert (answer.status_code, answer.json["code"]) == (503, "unavailable")
    assert client.get("/readyz").status_code == 503


def call(client, method, path, body=None):
    return client.open(path, method=method, json=body, headers={"Authorization": f"Bearer {TOKEN}"})


def test_an_operator_reads_any_tenants_trace(client, store, command, embedded):
    store.store(command("a"), 1, embedded("words"))
    assert get(client, "/internal/v1/jobs/job_a/trace").json["job"]["id"] == "job_a"
    assert get(client, "/internal/v1/jobs/job_a/trace?tenant_id=other").status_code == 404


def test_a_job_is_cancelled_once(client, database):
    EventSender(EventStore(database)).ship(started(MEDIA, "a"))
    cancel = {"tenant_id": "drill", "media_id": None}
    answer = post(client, "/internal/v1/jobs/job_d/cancel", cancel).json
    assert (answer["run"], answer["job"]["status"]) == (1, "cancelled")
    assert post(client, "/internal/v1/jobs/job_d/cancel", cancel).json["code"] == "already-ended"
    assert post(client, "/internal/v1/jobs/job_none/cancel", cancel).status_code == 404
    control = get(client, "/internal/v1/control").json
    assert (control["cancelled"], control["paused"]) == ({"job_d": 1}, {})


def test_a_lane_is_paused_from_the_first_time_it_is_asked_for(client):
    first = call(client, "PUT", "/internal/v1/lanes/media/pause", {"who": "me"}).json["paused"]
    assert list(first) == ["media"]
    assert call(client, "PUT", "/internal/v1/lanes/media/pause", {"who": "you"}).json["paused"] == first
    assert get(client, "/internal/v1/control").json["paused"] == first
    assert call(client, "DELETE", "/internal/v1/lanes/media/pause", {"who": "me"}).json == {"paused": {}}
    assert call(client, "PUT", "/internal/v1/lanes/none/pause", {"who": "me"}).status_code == 404
    assert call(client, "PUT", "/internal/v1/lanes/media/pause", {}).status_code == 422


def test_nodes_ask_for_the_past_of_a_task_and_the_status_of_jobs(client, database):
    EventSender(EventStore(database)).ship(started(MEDIA, "a"), dead(MEDIA, "a"))
    question = {"task_id": MEDIA.task_id, "job_id": "job_d", "run": 1, "possible_duplicate": False}
    assert post(client, "/internal/v1/tasks/past", question).json == {
        "ended": True,
        "later_retry_exists": False,
        "no_open_attempts": True,
        "open_on_other_node": False,
        "isolated_crashes": 0,
    }
    assert post(client, "/internal/v1/tasks/past", {**question, "run": "1"}).status_code == 422
    assert post(client, "/internal/v1/tasks/past", {**question, "possible_duplicate": 1}).status_code == 422
    jobs = post(client, "/internal/v1/jobs/statuses", {"job_ids": ["job_d", "job_none"]}).json["jobs"]
    assert jobs["job_d"].items() >= {"status": "failed", "run": 1, "stored_times": 0}.items()
    assert jobs["job_d"]["finished_ms"] > 0
    assert jobs["job_d"]["applied"] == {}
    assert list(jobs) == ["job_d"]
    assert post(client, "/internal/v1/jobs/statuses", {"job_ids": ["x"] * 1001}).status_code == 422


def test_dead_tasks_are_listed_shown_and_discarded(client, database):
    EventSender(EventStore(database)).ship(started(MEDIA, "a"), dead(MEDIA, "a"))
    listed = get(client, "/internal/v1/dead?limit=5&actor=media.drill").json
    assert [item["task_id"] for item in listed["items"]] == [MEDIA.task_id]
    assert get(client, f"/internal/v1/dead/{MEDIA.task_id}").json["attempts"][0]["attempt_id"] == "a"
    discarded = post(client, f"/internal/v1/dead/{MEDIA.task_id}/discard", {"who": "me"}).json
    assert (discarded["replayable"], discarded["discarded_at"] is None) == (False, False)
    assert get(client, "/internal/v1/dead").json == {"items": [], "next_cursor": None}


def test_operators_see_journals_and_findings(client, database):
    EventSender(EventStore(database)).ship(started(MEDIA, "a"), dead(MEDIA, "a"))
    journal = get(client, "/internal/v1/journals").json["items"][0]
    assert journal.items() >= {"journal_id": "j1", "node": "n", "applied_seq": 2, "lost_at": None}.items()
    assert [one["kind"] for one in get(client, "/internal/v1/findings?stuck_seconds=60").json["items"]] == ["dead_task"]
    assert get(client, "/internal/v1/findings/attempts").json == {"superseded": 0, "unknown": 0}
    assert get(client, "/internal/v1/findings?stuck_seconds=x").status_code == 422


def test_photos_are_read_and_corrected(client, photo_store, photo_command, answer, found):
    photo_store.store(photo_command("p"), 1, answer(found()))
    assert get(client, "/internal/v1/photos?tenant_id=t&status=ready&limit=3").json["items"][0]["id"] == "med_p"
    assert get(client, "/internal/v1/photos/med_p?tenant_id=t").json["answer"]["region"] == "kr"
    assert get(client, "/internal/v1/photos/med_p?tenant_id=other").status_code == 404
    assert get(client, "/internal/v1/media?tenant_id=t&kind=photo").json["items"][0]["kind"] == "photo"
    assert get(client, "/internal/v1/media?tenant_id=t&kind=recording").json["items"] == []
    path, correction = "/internal/v1/photos/med_p/feedback", {"tenant_id": "t", "by": "me", "correct_category": "glass"}
    kept = post(client, path, {**correction, "note": "", "correct_item": None})
    assert (kept.status_code, kept.json["note"], kept.json["correct_item"]) == (201, None, None)
    for wrong in ({"correct_category": "gold"}, {"correct_item": 5}, {"by": ""}, {"correct_category": None}):
        assert post(client, path, {**correction, **wrong}).status_code == 422
    assert post(client, "/internal/v1/photos/none/feedback", correction).status_code == 404
    labels = get(client, "/internal/v1/feedback?tenant_id=t&limit=5").json["items"]
    assert [(one["id"], one["said"]["item"]) for one in labels] == [(kept.json["id"], "pet_bottle")]


def test_a_photo_without_an_answer_can_not_be_corrected(client, database):
    EventSender(EventStore(database)).ship(photo_accepted())
    correction = {"tenant_id": "t", "by": "me", "correct_category": "glass"}
    answer = post(client, "/internal/v1/photos/med_p/feedback", correction)
    assert (answer.status_code, answer.json["code"]) == (409, "not-ready")


def test_what_a_day_cost_is_told(client):
    day = get(client, "/internal/v1/spending?tenant_id=t&day=2026-01-31").json
    assert day == {"day": "2026-01-31", "spent_usd": 0.0, "limit_usd": 0.5, "by_model": []}
    assert get(client, "/internal/v1/spending?tenant_id=t&day=9999-12-31").status_code == 200
    assert len(get(client, "/internal/v1/spending?tenant_id=t").json["day"]) == 10
    assert get(client, "/internal/v1/spending?tenant_id=t&day=yesterday").status_code == 422
    assert get(client, "/internal/v1/spending").status_code == 422


WISH = {"api": "vision", "per_minute": 100, "tenant_id": "t", "holder": "h", "answer_key": "k", "claim_seconds": 60}


def test_turns_are_asked_for_given_back_and_held(client):
    first = post(client, "/internal/v1/turns", WISH).json
    assert (first["verdict"], first["spent_usd"], first["limit_usd"]) == ("granted", 0.0, 0.5)
    assert from_json(Reservation, first).turn_ms == first["turn_ms"] > 0
    assert post(client, "/internal/v1/turns", {**WISH, "holder": "x"}).json["verdict"] == "taken"
    claim = {"tenant_id": "t", "answer_key": "k", "holder": "h"}
    assert post(client, "/internal/v1/turns/give-back", claim).json == {"given_back": True}
    until_ms = first["turn_ms"] + 9000
    assert post(client, "/internal/v1/turns/hold", {"api": "vision", "until_ms": until_ms}).json == {
        "until_ms": until_ms
    }
    assert post(client, "/internal/v1/turns", {**WISH, "holder": "x"}).json["turn_ms"] == until_ms


@pytest.mark.parametrize(
    "wrong",
    [
        {"per_minute": 0},
        {"per_minute": 1.5},
        {"per_minute": "9"},
        {"per_minute": True},
        {"claim_seconds": 0},
        {"claim_seconds": 1e9},
        {"holder": ""},
        {"answer_key": None},
        {"api": 5},
    ],
)
def test_a_wish_that_can_not_be_understood_is_refused(client, wrong):
    answer = post(client, "/internal/v1/turns", {**WISH, **wrong})
    assert (answer.status_code, answer.json["code"]) == (422, "invalid-field")


def test_a_hold_or_a_claim_that_can_not_be_understood_is_refused(client):
    assert post(client, "/internal/v1/turns/hold", {"api": "vision", "until_ms": "soon"}).status_code == 422
    assert post(client, "/internal/v1/turns/give-back", {"tenant_id": "t"}).status_code == 422


def test_a_window_of_statistics_does_not_begin_before_1970(client):
    statistics = get(client, "/internal/v1/statistics?until_ms=5").json
    assert statistics["since_at"] == "1970-01-01T00:00:00.000Z"
    assert min(each["at_ms"] for each in statistics["slices"]) == 0
