from typing import Any

import pytest
from flask.testing import FlaskClient

from .index_answers import JOB_ID, MEDIA_ID, TRANSCRIPT, hit_view, hits, job_view, media_view, task_view, trace_of
from .photo_answers import photo_view
from .pictures import png
from .sounds import wav

MEDIA = "/internal/v1/media"


def test_media_has_links_and_no_store_keys(client: FlaskClient, index: Any) -> None:
    index.answers[f"{MEDIA}/{MEDIA_ID}"] = media_view()
    media = client.get(f"/v1/media/{MEDIA_ID}").get_json()
    assert "keys" not in media
    assert media["stream_url"] == f"/v1/media/{MEDIA_ID}/stream"
    assert media["poster_url"] == f"/v1/media/{MEDIA_ID}/poster"
    assert media["links"]["transcript"] == f"/v1/media/{MEDIA_ID}/transcript"
    assert index.asked(f"{MEDIA}/{MEDIA_ID}") == [{"tenant_id": "default"}]


def test_the_list_passes_page_and_status_on_and_links_to_the_next(client: FlaskClient, index: Any) -> None:
    index.answers[MEDIA] = {"items": [media_view()], "next_cursor": "c2"}
    answer = client.get("/v1/media?limit=1&cursor=c1&status=ready")
    assert answer.get_json()["items"][0]["id"] == MEDIA_ID
    assert answer.headers["Link"] == '</v1/media?limit=1&status=ready&cursor=c2>; rel="next"'
    assert index.asked(MEDIA) == [{"tenant_id": "default", "limit": "1", "cursor": "c1", "status": "ready"}]


def test_what_was_just_accepted_stands_first_in_the_list_and_only_once(client: FlaskClient, index: Any) -> None:
    index.answers[MEDIA] = {"items": [media_view()], "next_cursor": None}
    fresh = client.post("/v1/media?filename=a.wav", data=wav()).get_json()["media_id"]
    assert [item["id"] for item in client.get("/v1/media").get_json()["items"]] == [fresh, MEDIA_ID]
    assert client.get("/v1/media?status=processing").get_json()["items"][0]["id"] == fresh
    assert [i["id"] for i in client.get("/v1/media?status=ready").get_json()["items"]] == [MEDIA_ID]
    known = media_view(id=fresh, created_at="2027-01-01T00:00:00.000Z")
    index.answers[MEDIA] = {"items": [known, media_view()], "next_cursor": None}
    assert [item["id"] for item in client.get("/v1/media").get_json()["items"]] == [fresh, MEDIA_ID]


def test_a_full_page_with_fresh_items_is_asked_for_again_so_that_none_is_skipped(
    client: FlaskClient, index: Any
) -> None:
    views = [media_view(id=f"m{n}", created_at=f"2026-11-21T04:00:0{9 - n}.000Z") for n in range(5)]
    index.answers[MEDIA] = lambda query: {
        "items": views[: int(query["limit"])],
        "next_cursor": f"after-{query['limit']}",
    }
    client.post("/v1/media?filename=a.wav", data=wav())
    page = client.get("/v1/media?limit=3").get_json()
    assert [item["id"] for item in page["items"]][1:] == ["m0", "m1"]
    assert page["next_cursor"] == "after-2"


def test_with_index_down_what_was_accepted_here_is_still_shown_and_marked(client: FlaskClient, index: Any) -> None:
    fresh = client.post("/v1/media?filename=a.wav", data=wav()).get_json()
    index.down = True
    page = client.get("/v1/media").get_json()
    assert [item["id"] for item in page["items"]] == [fresh["media_id"]]
    assert page["degraded"] == ["index_unavailable"]
    assert client.get(f"/v1/jobs/{fresh['job_id']}").get_json()["degraded"] == ["index_unavailable"]
    assert client.get("/v1/jobs").get_json()["items"][0]["id"] == fresh["job_id"]


@pytest.mark.parametrize("address", ["/v1/jobs", "/v1/media", f"/v1/jobs/{JOB_ID}", f"/v1/media/{MEDIA_ID}"])
def test_with_index_down_and_nothing_here_the_answer_says_so(client: FlaskClient, index: Any, address: str) -> None:
    client.get("/v1/jobs")
    index.down = True
    answer = client.get(address)
    assert (answer.status_code, answer.get_json()["code"]) == (503, "unavailable")
    assert answer.get_json()["retryable"] is True
    assert int(answer.headers["Retry-After"]) > 0


def test_another_tenants_job_is_not_found(client: FlaskClient, jobs: dict[str, Any]) -> None:
    body = client.post("/v1/media?filename=a.wav", data=wav()).get_json()
    job = jobs[body["job_id"]]
    object.__setattr__(job.command, "tenant_id", "other")
    for address in (f"/v1/jobs/{body['job_id']}", f"/v1/media/{body['media_id']}", f"/v1/jobs/{body['job_id']}/trace"):
        answer = client.get(address)
        assert (answer.status_code, answer.get_json()["code"]) == (404, "not-found")


def test_a_failed_jobs_error_is_a_whole_problem(client: FlaskClient, index: Any) -> None:
    error = {"code": "corrupt-media", "detail": "It is cut off.", "hint": "Send it again.", "retryable": False}
    index.answers[f"/internal/v1/jobs/{JOB_ID}"] = job_view("failed", error=error)
    answer = client.get(f"/v1/jobs/{JOB_ID}")
    problem = answer.get_json()["error"]
    assert (problem["status"], problem["code"], problem["detail"]) == (422, "corrupt-media", "It is cut off.")
    assert problem["type"].endswith("/corrupt-media")
    assert problem["instance"] == f"/v1/jobs/{JOB_ID}"
    assert "Retry-After" not in answer.headers


def test_a_running_job_says_when_to_ask_again(client: FlaskClient, index: Any) -> None:
    index.answers[f"/internal/v1/jobs/{JOB_ID}"] = job_view()
    assert client.get(f"/v1/jobs/{JOB_ID}").headers["Retry-After"] == "2"


def test_a_trace_is_passed_on_with_the_public_job(client: FlaskClient, index: Any) -> None:
    index.answers[f"/internal/v1/jobs/{JOB_ID}/trace"] = trace_of(job_view(), task_view("t"))
    trace = client.get(f"/v1/jobs/{JOB_ID}/trace").get_json()
    assert trace["tasks"] == [task_view("t")]
    assert trace["job"]["links"]["self"] == f"/v1/jobs/{JOB_ID}"


def test_a_bad_cursor_is_told_as_index_tells_it(client: FlaskClient, index: Any) -> None:
    index.answers[MEDIA] = "invalid-cursor"
    answer = client.get("/v1/media?cursor=nonsense")
    assert (answer.status_code, answer.get_json()["code"]) == (400, "invalid-cursor")


def test_a_transcript_comes_in_four_forms(client: FlaskClient, index: Any) -> None:
    index.answers[f"{MEDIA}/{MEDIA_ID}/transcript"] = TRANSCRIPT
    base = f"/v1/media/{MEDIA_ID}/transcript"
    assert client.get(base).get_json() == client.get(f"{base}.json").get_json() == {**TRANSCRIPT, "source": "speech"}
    for form, accept in (("vtt", "text/vtt"), ("srt", "application/x-subrip"), ("txt", "text/plain")):
        by_address, by_accept = client.get(f"{base}.{form}"), client.get(base, headers={"Accept": accept})
        assert by_address.get_data() == by_accept.get_data()
        assert by_address.mimetype == accept


def test_a_form_that_no_transcript_has_is_not_acceptable(client: FlaskClient, index: Any) -> None:
    index.answers[f"{MEDIA}/{MEDIA_ID}/transcript"] = TRANSCRIPT
    answer = client.get(f"/v1/media/{MEDIA_ID}/transcript", headers={"Accept": "image/png"})
    assert (answer.status_code, answer.get_json()["code"]) == (406, "not-acceptable")
    assert client.get(f"/v1/media/{MEDIA_ID}/transcript.pdf").status_code == 404


def test_an_id_of_a_wrong_form_never_reaches_index(client: FlaskClient, index: Any) -> None:
    client.get("/v1/jobs")
    before = len(index.seen)
    for address in ("/v1/media/..", "/v1/media/med_x", "/v1/jobs/%2e%2e", "/v1/media/med_x%3Ftenant_id=other/stream"):
        assert client.get(address).status_code == 404
    assert len(index.seen) == before


@pytest.mark.parametrize(
    ("status", "shown"), [("failed", "failed"), ("cancelled", "failed"), ("running", "processing")]
)
@pytest.mark.parametrize("kind", ["media", "photos"])
def test_a_media_whose_end_index_heard_of_before_its_acceptance_is_shown_as_its_job_ended(
    client: FlaskClient, index: Any, kind: str, status: str, shown: str
) -> None:
    body, name = (png(), "a.png") if kind == "photos" else (wav(), "a.wav")
    fresh = client.post(f"/v1/{kind}?filename={name}", data=body).get_json()
    assert client.get(f"/v1/{kind}/{fresh['media_id']}").get_json()["status"] == "processing"
    index.answers[f"/internal/v1/jobs/{fresh['job_id']}"] = job_view(status, id=fresh["job_id"])
    assert client.get(f"/v1/{kind}/{fresh['media_id']}").get_json()["status"] == shown


@pytest.mark.parametrize("kind", ["media", "photos"])
def test_a_result_that_index_heard_of_before_its_acceptance_has_its_name_all_the_same(
    client: FlaskClient, index: Any, kind: str
) -> None:
    body, name = (png(), "a can.png") if kind == "photos" else (wav(), "a talk.wav")
    fresh = client.post(f"/v1/{kind}?filename={name}", data=body).get_json()
    media_id, job_id = fresh["media_id"], fresh["job_id"]
    told = client.get(f"/v1/{kind}/{media_id}").get_json()
    untold = {"title": "", "filename": "", "content_type": "", "size_bytes": 0}
    view = (photo_view if kind == "photos" else media_view)(id=media_id, job_id=job_id, **untold)
    other = {**view, "id": MEDIA_ID, "job_id": JOB_ID, "filename": "b", "title": "b", "content_type": "x/y"}
    index.answers[f"/internal/v1/{kind}/{media_id}"] = view
    index.answers[f"/internal/v1/{kind}"] = {"items": [view, other], "next_cursor": None}
    one = client.get(f"/v1/{kind}/{media_id}").get_json()
    first, second = client.get(f"/v1/{kind}").get_json()["items"]
    for shown in (one, first):
        assert shown["status"] == "ready"
        for part in ("title", "filename", "content_type", "size_bytes"):
            assert shown[part] == told[part]
            assert shown[part]
    assert one["title"] == name.partition(".")[0]
    assert second["title"] == "b"


def test_a_result_that_index_alone_knows_is_shown_as_index_tells_it(client: FlaskClient, index: Any) -> None:
    index.answers[f"{MEDIA}/{MEDIA_ID}"] = media_view(title="", filename="", content_type="")
    assert client.get(f"/v1/media/{MEDIA_ID}").get_json()["title"] == ""


def test_a_hit_that_index_has_no_title_of_yet_has_that_of_its_acceptance(client: FlaskClient, index: Any) -> None:
    fresh = client.post("/v1/media?filename=a%20talk.wav", data=wav()).get_json()
    untitled = hit_view(media_id=fresh["media_id"], title="", kind="audio")
    index.answers["/internal/v1/search"] = hits(untitled, hit_view(title="b", kind="audio"))
    view = media_view(id=fresh["media_id"], job_id=fresh["job_id"], title="", content_type="")
    index.answers[f"{MEDIA}/{fresh['media_id']}"] = view
    items = client.get("/v1/search?q=a&mode=words").get_json()["items"]
    assert [item["title"] for item in items] == ["a talk", "b"]
    assert index.asked(f"{MEDIA}/{MEDIA_ID}") == []
