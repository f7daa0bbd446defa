"""Asking for all that match to be processed again, a slice at a time."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from winnow_contracts import api_keys
from winnow_contracts.commands import Reprocess

from .index_answers import JOB_ID, MEDIA_ID, job_view, media_view

ADDRESS = "/v1/media:reprocess"
MEDIA, BULK = "/internal/v1/media", "/internal/v1/audit/bulk"
OTHER = MEDIA_ID[:-1] + "0"


@pytest.fixture(autouse=True)
def served(index: Any) -> None:
    """Index has two recordings that match, one of which is busy, and a further page."""
    busy = JOB_ID[:-1] + "0"
    views = [media_view(), media_view(id=OTHER, job_id=busy)]
    index.answers |= {
        MEDIA: {"items": views, "next_cursor": "c2"},
        **{f"{MEDIA}/{view['id']}": view for view in views},
        f"/internal/v1/jobs/{JOB_ID}": job_view("done", run=2),
        f"/internal/v1/jobs/{busy}": job_view("running"),
        "/internal/v1/facets": {"facets": {}, "total": {"value": 12, "relation": "eq"}},
        BULK: {"audit_id": 7},
        f"{BULK}/7": {"audit_id": 7},
    }


def test_a_slice_requests_what_can_run_and_counts_what_cannot(client: FlaskClient, index: Any, sent: list[Any]) -> None:
    body = {"filter": {"tag": "talks", "created_after": "1970-01-01T00:00:01Z"}, "from": "embed"}
    answer = client.post(ADDRESS, json=body).get_json()
    assert (answer["done"], answer["refused"], answer["next_cursor"], answer["audit_id"]) == (1, 1, "c2", 7)
    assert [one["target"] for one in answer["refusals"]] == [OTHER]
    ((command, run),) = sent
    assert (command.media_id, command.reprocess, command.bulk, run) == (MEDIA_ID, Reprocess.EMBED, True, 3)
    [listed] = index.asked(MEDIA)
    assert {name: listed[name] for name in ("tenant_id", "kind", "status", "tag", "created_after_ms", "limit")} == {
        "tenant_id": "default",
        "kind": "recording",
        "status": "ready",
        "tag": "talks",
        "created_after_ms": "1000",
        "limit": "100",
    }
    [begun] = index.asked(BULK)
    assert begun["action"] == "reprocess"
    assert begun["filter"].items() >= {"tenant_id": "default", "tag": "talks", "from": "embed"}.items()
    [counted] = index.asked(f"{BULK}/7")
    assert (counted["done"], counted["refused"], counted["ended"]) == (1, 1, False)
    assert index.asked("/internal/v1/audit") == [], "the one entry tells of all"


def test_the_next_slice_goes_on_in_the_same_entry(client: FlaskClient, index: Any) -> None:
    index.answers[MEDIA] = {"items": [], "next_cursor": None}
    body = {"filter": {"kind": "recording"}, "from": "embed", "audit_id": 7, "cursor": "c2"}
    assert client.post(ADDRESS, json=body).get_json()["next_cursor"] is None
    assert index.asked(MEDIA)[0]["cursor"] == "c2"
    assert index.asked(BULK) == []
    assert index.asked(f"{BULK}/7")[-1]["ended"] is True


def test_an_action_that_does_not_go_on_requests_nothing(client: FlaskClient, index: Any, sent: list[Any]) -> None:
    index.answers[f"{BULK}/7"] = "not-found"
    body = {"filter": {"kind": "recording"}, "from": "embed", "audit_id": 7, "cursor": "c2"}
    assert (client.post(ADDRESS, json=body).status_code, sent) == (404, [])


def test_photos_get_another_region_each(client: FlaskClient, index: Any, sent: list[Any]) -> None:
    photo = media_view(kind="photo", has_transcript=False)
    index.answers |= {MEDIA: {"items": [photo], "next_cursor": None}, f"{MEDIA}/{MEDIA_ID}": photo}
    body = {"filter": {"tag": "kitchen"}, "from": "guidance", "region": "gb-eng", "language": "ko"}
    assert client.post(ADDRESS, json=body).get_json()["done"] == 1
    ((command, _),) = sent
    assert (command.reprocess, command.region, command.language) == (Reprocess.GUIDANCE, "gb-eng", "ko")
    assert index.asked(MEDIA)[0]["kind"] == "photo"


def test_a_dry_run_counts_and_neither_requests_nor_notes_anything(
    client: FlaskClient, index: Any, sent: list[Any]
) -> None:
    body = {"filter": {"language": "en", "min_duration_ms": 60_000}, "from": "embed", "dry_run": True}
    answer = client.post(ADDRESS, json=body).get_json()
    assert (answer["matches"], answer["done"], answer["audit_id"]) == ({"value": 12, "relation": "eq"}, 0, None)
    [counted] = index.asked("/internal/v1/facets")
    assert (counted["kind"], counted["status"], counted["language"]) == ("recording", "ready", "en")
    assert (sent, index.asked(BULK), index.asked(MEDIA)) == ([], [], [])


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"from": "embed"},
        {"filter": {}, "from": "embed"},
        {"filter": {"tag": "a"}},
        {"filter": {"who": "me"}, "from": "embed"},
        {"filter": {"status": "ready"}, "from": "embed"},
        {"filter": {"tag": 5}, "from": "embed"},
        {"filter": {"tag": "\0"}, "from": "embed"},
        {"filter": {"q_title": "\ud800"}, "from": "embed"},
        {"filter": {"min_duration_ms": True}, "from": "embed"},
        {"filter": {"min_duration_ms": "5"}, "from": "embed"},
        {"filter": {"created_after": "soon"}, "from": "embed"},
        {"filter": {"kind": "photo"}, "from": "embed"},
        {"filter": {"tag": "a"}, "from": "embed", "region": "kr"},
        {"filter": {"tag": "a"}, "from": "embed", "dry_run": "yes"},
        {"filter": {"tag": "a"}, "from": "embed", "all": True},
        {"filter": {"tag": "a"}, "from": "embed", "cursor": "c2"},
    ],
)
def test_a_body_that_says_nothing_or_nonsense_requests_nothing(
    client: FlaskClient, index: Any, sent: list[Any], body: Any
) -> None:
    answer = client.post(ADDRESS, json=body)
    assert (answer.status_code, answer.get_json()["code"], sent) == (422, "invalid-field", [])
    assert {path for path, _ in index.seen} == {"/internal/v1/keys"}


def test_it_needs_the_scope_write(client: FlaskClient, key: api_keys.ApiKey, give_keys: Any) -> None:
    give_keys((key, "default", ["read"], False))
    assert client.post(ADDRESS, json={"filter": {"tag": "a"}, "from": "embed"}).status_code == 403
