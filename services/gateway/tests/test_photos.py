import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from winnow_gateway.dependencies import Dependencies

from .index_answers import JOB_ID, MEDIA_ID, media_view, photo_job_view
from .photo_answers import BOTTLE, CORRECTION, KEPT, LABEL, RULES, SPENDING, found, photo_answer, photo_view, rule

PATH = f"/internal/v1/photos/{MEDIA_ID}"
PHOTO = f"/v1/photos/{MEDIA_ID}"
OTHER = "med_01234567-89ab-7def-8123-000000000000"


@pytest.fixture(autouse=True)
def _photo(parts: Dependencies, index: Any) -> None:
    view = photo_view()
    for name, key in view["keys"].items():
        parts.objects.put_bytes(key, f"{name} bytes".encode(), "image/jpeg")
    index.answers[PATH] = view


def test_a_photo_has_its_answer_and_addresses_and_no_store_keys(client: FlaskClient) -> None:
    answer = client.get(PHOTO)
    photo = answer.get_json()
    assert photo["image_url"] == f"{PHOTO}/image"
    assert photo["links"]["classification"] == f"{PHOTO}/classification"
    assert photo["play_url"] == f"/p/{MEDIA_ID}"
    assert photo["spent"]["calls"] == 2
    assert photo["error"] is None
    assert "ok/t/" not in answer.text


def test_a_classification_names_items_rule_guidance_and_model(client: FlaskClient) -> None:
    said = client.get(f"{PHOTO}/classification").get_json()
    assert said == client.get(PHOTO).get_json()["classification"]
    assert (said["abstained"], said["cached"], said["model"], said["nothing"]) == (
        False,
        False,
        "efficientnet-lite0",
        None,
    )
    item = said["items"][0]
    assert (item["category"], item["item"], item["state"], item["confidence"]) == (
        "plastic",
        "pet_bottle",
        "clean",
        0.9,
    )
    assert item["alternatives"][0]["item"] == "glass_bottle"
    assert said["rule"] == item["rule"] == rule()
    assert [step["rule_step"] for step in said["guidance"]["steps"]] == ["empty", "rinse"]
    assert said["guidance"]["guided_by"] == "model"


def test_every_item_has_its_own_rule(client: FlaskClient, index: Any) -> None:
    index.answers[PATH] = photo_view(answer=photo_answer(BOTTLE, found("metal", "steel_can", 0.8)))
    items = client.get(f"{PHOTO}/classification").get_json()["items"]
    assert [item["rule"]["id"] for item in items] == ["kr.pet_bottle", "kr.steel_can"]


@pytest.mark.parametrize(("language", "words"), [("en", "Take a photo of the label."), ("ko", "라벨이 보이게")])
def test_an_abstention_claims_nothing_and_says_which_photo_would_help(
    client: FlaskClient, index: Any, language: str, words: str
) -> None:
    index.answers[PATH] = photo_view(
        answer=photo_answer(BOTTLE, language=language, abstained=True, better_photo="label")
    )
    said = client.get(f"{PHOTO}/classification").get_json()
    assert (said["abstained"], said["rule"], said["guidance"]) == (True, None, None)
    assert said["better_photo"]["code"] == "label"
    assert words in said["better_photo"]["text"]


def test_a_photo_of_nothing_says_so(client: FlaskClient, index: Any) -> None:
    index.answers[PATH] = photo_view(answer=photo_answer(nothing="no_item"))
    said = client.get(f"{PHOTO}/classification").get_json()
    assert (said["items"], said["nothing"]["code"]) == ([], "no_item")
    assert "nothing on this photo" in said["nothing"]["text"]


def test_work_going_on_is_not_ready(client: FlaskClient, index: Any) -> None:
    index.answers[PATH] = photo_view(status="processing", answer=None, keys={})
    for what in ("classification", "image", "thumbnail", "original"):
        answer = client.get(f"{PHOTO}/{what}")
        assert (answer.status_code, answer.get_json()["code"]) == (409, "not-ready")
        assert answer.headers["Retry-After"]
    assert client.get(PHOTO).headers["Retry-After"] == "1"


@pytest.mark.parametrize(
    ("code", "status"), [("corrupt-image", 422), ("budget-spent", 429), ("upstream-invalid", 502), ("poison", 500)]
)
def test_a_failed_photo_answers_its_problem(client: FlaskClient, index: Any, code: str, status: int) -> None:
    index.answers[PATH] = photo_view(status="failed", answer=None, keys={})
    error = {"code": code, "detail": "It went wrong.", "hint": "Do this.", "retryable": False}
    index.answers[f"/internal/v1/jobs/{JOB_ID}"] = photo_job_view("failed", error=error)
    answer = client.get(f"{PHOTO}/classification")
    assert answer.mimetype == "application/problem+json"
    assert (answer.status_code, answer.get_json()["code"], answer.get_json()["hint"]) == (status, code, "Do this.")
    photo = client.get(PHOTO)
    assert (photo.status_code, photo.get_json()["error"]["code"]) == (200, code)


def test_a_failure_whose_reason_can_not_be_read_is_no_lie(client: FlaskClient, index: Any) -> None:
    index.answers[PATH] = photo_view(status="failed", answer=None, keys={})
    answer = client.get(f"{PHOTO}/classification")
    assert (answer.status_code, answer.get_json()["retryable"]) == (503, True)


def test_a_cancelled_photo_says_so_and_is_not_asked_for_again(client: FlaskClient, index: Any) -> None:
    index.answers[PATH] = photo_view(status="failed", answer=None, keys={})
    index.answers[f"/internal/v1/jobs/{JOB_ID}"] = photo_job_view("cancelled", error=None)
    answer = client.get(f"{PHOTO}/classification")
    problem = answer.get_json()
    assert (answer.status_code, problem["code"], problem["retryable"]) == (409, "already-ended", False)
    assert "Retry-After" not in answer.headers
    assert "cancelled" in problem["detail"]
    assert f"/v1/jobs/{JOB_ID}/retry" in problem["hint"]
    error = client.get(PHOTO).get_json()["error"]
    assert (error["code"], error["status"], error["instance"]) == ("already-ended", 409, f"/v1/jobs/{JOB_ID}")


def test_the_history_goes_on_behind_its_cursor(client: FlaskClient, index: Any) -> None:
    index.answers["/internal/v1/photos"] = {"items": [photo_view()], "next_cursor": "c"}
    answer = client.get("/v1/photos?limit=1&status=ready")
    assert [item["id"] for item in answer.get_json()["items"]] == [MEDIA_ID]
    assert answer.headers["Link"] == '</v1/photos?limit=1&status=ready&cursor=c>; rel="next"'
    assert index.asked("/internal/v1/photos")[0]["tenant_id"] == "default"
    assert "ok/t/" not in answer.text


def test_another_tenants_photo_and_an_unknown_one_are_not_found(client: FlaskClient, index: Any) -> None:
    for path in ("", "/classification", "/image", "/thumbnail", "/original"):
        assert client.get(f"/v1/photos/{OTHER}{path}").status_code == 404
    sent = client.post(f"/v1/photos/{OTHER}/feedback", json={"correct_category": "glass"})
    assert sent.status_code == 404
    assert {body.get("tenant_id") for path, body in index.seen if OTHER in path} == {"default"}


@pytest.mark.parametrize("name", ["image", "thumbnail"])
def test_derivatives_are_served_to_keep_for_good_but_privately(client: FlaskClient, name: str) -> None:
    answer = client.get(f"{PHOTO}/{name}")
    assert (answer.data, answer.mimetype) == (f"{name} bytes".encode(), "image/jpeg")
    assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    assert answer.headers["Vary"] == "Authorization, Cookie"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"].startswith("inline")
    again = client.get(f"{PHOTO}/{name}", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data, again.headers["Vary"]) == (304, b"", "Authorization, Cookie")
    assert client.get(f"{PHOTO}/{name}", headers={"If-None-Match": '"other"'}).status_code == 200


def test_the_original_is_only_downloaded_and_warned_of(client: FlaskClient) -> None:
    answer = client.get(f"{PHOTO}/original")
    assert (answer.data, answer.mimetype) == (b"original bytes", "application/octet-stream")
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="bottle.png"')
    assert "where" in answer.headers["Winnow-Warning"]


def test_an_original_that_has_not_passed_the_check_is_never_served(client: FlaskClient, index: Any) -> None:
    index.answers[PATH] = photo_view(status="failed", answer=None, keys={"original": "in/t/default/x/upload"})
    assert client.get(f"{PHOTO}/original").status_code == 409
    assert client.get(f"{PHOTO}/image").status_code == 404


def test_files_need_a_key(stranger: FlaskClient) -> None:
    for name in ("image", "thumbnail", "original"):
        assert stranger.get(f"{PHOTO}/{name}").status_code == 401


def test_media_shows_a_photo_with_its_own_addresses(client: FlaskClient, index: Any) -> None:
    index.answers[f"/internal/v1/media/{MEDIA_ID}"] = media_view(kind="photo", content_type="image/jpeg")
    media = client.get(f"/v1/media/{MEDIA_ID}").get_json()
    assert (media["play_url"], media["stream_url"]) == (f"/p/{MEDIA_ID}", None)
    assert media["thumbnail_url"] == f"{PHOTO}/thumbnail"
    assert media["links"]["photo"] == PHOTO
    assert client.get(f"/v1/media/{MEDIA_ID}/stream").status_code == 404


def test_a_correction_is_kept_for_its_tenant_with_who_made_it(client: FlaskClient, index: Any, key: Any) -> None:
    index.answers[f"{PATH}/feedback"] = KEPT
    body = {"correct_category": "glass", "correct_item": "glass_jar", "correct_state": "dirty", "note": "no label"}
    answer = client.post(f"{PHOTO}/feedback", json=body)
    assert (answer.status_code, answer.get_json()["id"]) == (201, CORRECTION["id"])
    assert index.asked(f"{PATH}/feedback") == [{"tenant_id": "default", "by": key.key_id, **body}]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ([], "#"),
        ({}, "#/correct_category"),
        ({"correct_category": "wood"}, "#/correct_category"),
        ({"correct_category": None}, "#/correct_category"),
        ({"correct_category": "glass", "correct_item": "../x"}, "#/correct_item"),
        ({"correct_category": "glass", "correct_item": "pet_bottle"}, "#/correct_item"),
        ({"correct_category": "glass", "correct_state": "broken"}, "#/correct_state"),
        ({"correct_category": "glass", "note": "x" * 501}, "#/note"),
        ({"correct_category": "glass", "note": "a\0b"}, "#/note"),
        ({"correct_category": "glass", "note": 5}, "#/note"),
        ({"correct_category": "glass", "colour": "green"}, "#/colour"),
    ],
)
def test_bad_corrections_are_refused_by_field(client: FlaskClient, index: Any, body: Any, pointer: str) -> None:
    answer = client.post(f"{PHOTO}/feedback", json=body)
    assert (answer.status_code, answer.get_json()["code"]) == (422, "invalid-field")
    assert answer.get_json()["errors"][0]["pointer"] == pointer
    assert index.asked(f"{PATH}/feedback") == []


def test_a_correction_of_work_going_on_is_not_ready(client: FlaskClient, index: Any) -> None:
    index.answers[f"{PATH}/feedback"] = "not-ready"
    answer = client.post(f"{PHOTO}/feedback", json={"correct_category": "glass"})
    assert (answer.status_code, answer.get_json()["code"]) == (409, "not-ready")


def test_a_key_that_may_only_read_corrects_and_sends_nothing(client: FlaskClient, key: Any, give_keys: Any) -> None:
    give_keys((key, "default", ["read"], False))
    assert client.post(f"{PHOTO}/feedback", json={"correct_category": "glass"}).status_code == 403
    assert client.post("/v1/photos?filename=a", data=b"x").status_code == 403


def test_labelled_data_comes_as_a_page_or_as_lines_of_all(client: FlaskClient, index: Any) -> None:
    pages = {None: {"items": [LABEL, LABEL], "next_cursor": "c"}, "c": {"items": [LABEL], "next_cursor": None}}
    index.answers["/internal/v1/feedback"] = lambda asked: pages[asked.get("cursor")]
    page = client.get("/v1/feedback").get_json()
    assert (len(page["items"]), page["next_cursor"]) == (2, "c")
    assert page["items"][0]["image_url"] == f"{PHOTO}/image"
    answer = client.get("/v1/feedback", headers={"Accept": "application/x-ndjson"})
    assert answer.mimetype == "application/x-ndjson"
    assert "ok/t/" not in answer.text
    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert [line["correct"]["item"] for line in lines] == ["glass_jar"] * 3
    assert client.get("/v1/feedback", headers={"Accept": "text/csv"}).status_code == 406


def test_rules_come_with_source_and_version(client: FlaskClient, ai: Any) -> None:
    ai.answers["/internal/v1/rules"] = RULES
    answer = client.get("/v1/rules?region=kr&language=ko")
    assert answer.get_json() == {name: value for name, value in RULES.items() if name != "problems"}
    assert ai.asked("/internal/v1/rules") == [{"region": "kr", "language": "ko"}]
    again = client.get("/v1/rules", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    ai.answers["/internal/v1/rules"] = {**RULES, "rules": []}
    assert client.get("/v1/rules", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 200


@pytest.mark.parametrize(("name", "category"), [("pet_bottle", None), ("glass", "glass"), ("teapot", None)])
def test_a_rule_is_found_by_item_or_category(client: FlaskClient, ai: Any, name: str, category: str | None) -> None:
    ai.answers[f"/internal/v1/rules/{name}"] = rule()
    answer = client.get(f"/v1/rules/{name}", headers={"Accept-Language": "ko"})
    assert (answer.status_code, answer.get_json()["source"]["url"]) == (200, "https://example.org/sort")
    asked = {"region": "kr", "language": "ko", **({"category": category} if category else {})}
    assert ai.asked(f"/internal/v1/rules/{name}") == [asked]


def test_an_unknown_region_and_a_name_that_is_none_are_not_found(client: FlaskClient, ai: Any) -> None:
    assert client.get("/v1/rules?region=atlantis").status_code == 404
    assert client.get("/v1/rules/No%20Such").status_code == 404
    assert client.get("/v1/rules/" + "x" * 65).status_code == 404
    ai.down = True
    assert client.get("/v1/rules").get_json()["code"] == "unavailable"


def test_spending_is_for_operators(client: FlaskClient, operator: FlaskClient, index: Any) -> None:
    index.answers["/internal/v1/spending"] = SPENDING
    assert operator.get("/v1/spending?day=2026-11-21").get_json() == SPENDING
    assert index.asked("/internal/v1/spending") == [{"tenant_id": "default", "day": "2026-11-21"}]
    assert operator.get("/v1/spending").status_code == 200
    assert operator.get("/v1/spending?day=2026-02-30").get_json()["code"] == "invalid-field"


def test_spending_is_not_for_others(client: FlaskClient) -> None:
    assert client.get("/v1/spending").status_code == 403
