"""PATCH of title and tags."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from .index_answers import MEDIA_ID, media_view
from .sounds import wav

ADDRESS = f"/v1/media/{MEDIA_ID}"
READ, EDIT = f"/internal/v1/media/{MEDIA_ID}", f"/internal/v1/media/{MEDIA_ID}/edit"


@pytest.fixture(autouse=True)
def known(index: Any) -> None:
    index.answers[READ] = media_view(version=3)
    index.answers[EDIT] = lambda body: media_view(
        version=4, **{name: body[name] for name in ("title", "tags") if body[name]}
    )


def test_the_version_that_was_read_is_edited(client: FlaskClient, index: Any) -> None:
    read = client.get(ADDRESS)
    assert read.headers["ETag"] == '"3"'
    wanted = {"title": " Heron ", "tags": ["pond"]}
    headers = {"If-Match": read.headers["ETag"], "Content-Type": "application/merge-patch+json"}
    edited = client.patch(ADDRESS, json=wanted, headers=headers)
    assert (edited.status_code, edited.headers["ETag"]) == (200, '"4"')
    assert (edited.get_json()["title"], edited.get_json()["tags"]) == ("Heron", ["pond"])
    client.patch(ADDRESS, json={"tags": None}, headers={"If-Match": '"3"'})
    assert index.asked(EDIT) == [
        {"tenant_id": "default", "version": 3, "title": "Heron", "tags": ["pond"]},
        {"tenant_id": "default", "version": 3, "title": None, "tags": []},
    ]


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({}, 428, "precondition-required"),
        ({"If-Match": '"2"'}, 412, "precondition-failed"),
        ({"If-Match": 'W/"3"'}, 412, "precondition-failed"),
    ],
)
def test_without_the_present_version_nothing_is_edited(
    client: FlaskClient, index: Any, headers: dict[str, str], status: int, code: str
) -> None:
    answer = client.patch(ADDRESS, json={"title": "Heron"}, headers=headers)
    assert (answer.status_code, answer.get_json()["code"]) == (status, code)
    assert index.asked(EDIT) == []


def test_who_comes_second_is_told_so(client: FlaskClient, index: Any) -> None:
    index.answers[EDIT] = "precondition-failed"
    assert client.patch(ADDRESS, json={"title": "Heron"}, headers={"If-Match": "*"}).status_code == 412


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"title": None}, "#/title"),
        ({"title": "  "}, "#/title"),
        ({"title": "x" * 256}, "#/title"),
        ({"title": "a\nb"}, "#/title"),
        ({"tags": "pond"}, "#/tags"),
        ({"tags": ["pond", ""]}, "#/tags/1"),
        ({"tags": ["x"] * 33}, "#/tags"),
        ({"status": "ready"}, "#/status"),
        ([1], "#"),
    ],
)
def test_what_cannot_be_edited_is_named(client: FlaskClient, index: Any, body: Any, pointer: str) -> None:
    answer = client.patch(ADDRESS, json=body, headers={"If-Match": '"3"'})
    assert (answer.status_code, answer.get_json()["errors"][0]["pointer"]) == (422, pointer)
    assert index.asked(EDIT) == []


def test_what_was_accepted_a_moment_ago_is_not_ready_to_be_edited(client: FlaskClient) -> None:
    made = client.post("/v1/media?filename=a.wav", data=wav()).get_json()
    answer = client.patch(f"/v1/media/{made['media_id']}", json={"title": "Heron"}, headers={"If-Match": '"0"'})
    assert (answer.status_code, answer.get_json()["code"]) == (409, "not-ready")
