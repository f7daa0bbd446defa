import pytest

from winnow_contracts.errors import Unavailable
from winnow_index.api.app import create_app
from winnow_index.library import Library

TOKEN = "the-service-token"


@pytest.fixture
def client(library, searcher, database):
    return create_app(library, searcher, database.probe, TOKEN).test_client()


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
    assert post(client, "/internal/v1/jobs/ended", {"job_ids": ["job_a"]}).json == {"ended": ["job_a"]}


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

    def probe():
        raise Unavailable("PostgreSQL does not answer.", dependency="postgres")

    client = create_app(Library(Away()), searcher, probe, TOKEN).test_client()
    answer = get(client, "/internal/v1/jobs/job_a?tenant_id=t")
    assert (answer.status_code, answer.json["code"]) == (503, "unavailable")
    assert client.get("/readyz").status_code == 503
