"""Cancelling and retrying from a recording's page, with forms that need no JavaScript."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from winnow_contracts.api_keys import ApiKey
from winnow_contracts.control import ControlMessage

from ..index_answers import JOB_ID, MEDIA_ID, job_view, media_view, task_view, trace_of
from ..photo_answers import photo_view
from ..standin import StandIn
from .conftest import CSRF, Elements

WATCH = f"/m/{MEDIA_ID}"
DELETE = f"{WATCH}/delete"
CANCEL = f"/internal/v1/jobs/{JOB_ID}/cancel"
TRACE = f"/internal/v1/jobs/{JOB_ID}/trace"
ERROR = {"code": "model-unavailable", "detail": "The model does not answer.", "hint": "", "retryable": True}


def forms(page: str) -> list[str | None]:
    """The targets of the page's own forms, without those that edit and delete, which every page has."""
    found = [attributes.get("action") for tag, attributes, _ in Elements(page).all if tag == "form"]
    return [action for action in found if action not in ("/search", "/signout", f"{WATCH}/edit", DELETE)]


def press(visitor: FlaskClient, what: str) -> Any:
    """Submits the page's form with the token it contains."""
    found = CSRF.search(visitor.get(WATCH).text)
    assert found
    return visitor.post(f"{WATCH}/{what}", data={"csrf": found[1]})


def test_a_running_job_can_be_cancelled(
    visitor: FlaskClient, shelf: Callable[..., None], index: StandIn, news: list[ControlMessage]
) -> None:
    shelf(status="processing", has_transcript=False, job=job_view())
    index.answers[CANCEL] = {"job": job_view("cancelled"), "run": 1}
    assert forms(visitor.get(WATCH).text) == [f"{WATCH}/cancel"]
    answer = press(visitor, "cancel")
    assert (answer.status_code, answer.headers["Location"]) == (303, WATCH)
    assert [one.name for one in news] == [JOB_ID]


def test_a_cancelled_job_says_so_and_can_be_tried_again(
    visitor: FlaskClient, shelf: Callable[..., None], index: StandIn, sent: list[Any]
) -> None:
    stages = job_view()["stages"]
    shelf(status="failed", has_transcript=False, job=job_view("cancelled", stages=stages))
    page = visitor.get(WATCH).text
    assert Elements(page).texts("h2") == ["Cancelled"]
    assert "transcribing: cancelled" in page
    assert forms(page) == [f"{WATCH}/retry"]
    index.answers[TRACE] = trace_of(job_view("cancelled"), task_view(replayable=True))
    answer = press(visitor, "retry")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{WATCH}?again=1")
    assert len(sent) == 1


def test_until_the_next_run_begins_the_page_waits_for_it(visitor: FlaskClient, shelf: Callable[..., None]) -> None:
    shelf(status="failed", has_transcript=False, job=job_view("failed", error=ERROR))
    page = visitor.get(f"{WATCH}?again=1").text
    assert "waiting for its turn" in page
    assert [a["data-after-run"] for a in Elements(page).with_attribute("data-follow")] == ["1"]
    assert forms(page) == []


def test_a_scheduled_job_is_shown_with_its_time(visitor: FlaskClient, shelf: Callable[..., None]) -> None:
    waiting = [{**stage, "status": "waiting"} for stage in job_view()["stages"]]
    job = job_view("scheduled", stages=waiting, not_before="2100-01-01T22:00:00.000Z")
    shelf(status="processing", has_transcript=False, job=job)
    for address in ("/", WATCH):
        page = visitor.get(address).text
        assert "scheduled for 2100-01-01 22:00 UTC" in page
        assert "waiting for its turn" not in page


def test_a_scheduled_photo_is_shown_with_its_time_in_the_list(visitor: FlaskClient, index: StandIn) -> None:
    photo = photo_view(status="processing", answer=None)
    waiting = [{**stage, "status": "waiting"} for stage in job_view()["stages"]]
    job = job_view("scheduled", stages=waiting, not_before="2100-01-01T22:00:00.000Z")
    index.answers["/internal/v1/photos"] = {"items": [photo], "next_cursor": None}
    index.answers[f"/internal/v1/jobs/{photo['job_id']}"] = job
    states = [texts for tag, a, texts in Elements(visitor.get("/photos").text).all if "data-state" in a]
    assert ["".join(texts) for texts in states] == ["scheduled for 2100-01-01 22:00 UTC"]


@pytest.mark.parametrize("again", ["1", "x", ""])
def test_what_became_of_the_next_run_is_shown(visitor: FlaskClient, shelf: Callable[..., None], again: str) -> None:
    shelf(status="failed", has_transcript=False, job=job_view("failed", error=ERROR, run=2))
    page = visitor.get(f"{WATCH}?again={again}").text
    assert "The model does not answer." in page
    assert forms(page) == [f"{WATCH}/retry"]


def test_a_job_that_ended_meanwhile_is_shown_as_it_ended(
    visitor: FlaskClient, shelf: Callable[..., None], index: StandIn
) -> None:
    shelf(status="processing", has_transcript=False, job=job_view())
    index.answers[CANCEL] = "already-ended"
    assert press(visitor, "cancel").status_code == 303


def test_a_job_that_is_still_being_stopped_says_so(
    visitor: FlaskClient, shelf: Callable[..., None], index: StandIn
) -> None:
    shelf(status="failed", has_transcript=False, job=job_view("cancelled"))
    index.answers[TRACE] = {"job": job_view("cancelled"), "tasks": [], "events": []}
    answer = press(visitor, "retry")
    assert (answer.status_code, answer.mimetype) == (409, "text/html")
    assert "not stopped everywhere yet" in answer.text


@pytest.mark.parametrize("what", ["cancel", "retry"])
def test_another_sites_form_steers_nothing(
    visitor: FlaskClient, shelf: Callable[..., None], index: StandIn, what: str
) -> None:
    shelf(status="processing", has_transcript=False, job=job_view())
    assert visitor.post(f"{WATCH}/{what}", data={"csrf": "guessed"}).status_code == 403
    assert index.asked(CANCEL) == index.asked(TRACE) == []


def test_who_may_only_read_sees_no_buttons(
    sign_in: Callable[..., FlaskClient], shelf: Callable[..., None], give_keys: Any, key: Any
) -> None:
    give_keys((key, "default", ["read"], False))
    for job in (job_view(), job_view("failed", error=ERROR), job_view("cancelled")):
        shelf(status="processing", has_transcript=False, job=job)
        assert forms(sign_in().get(WATCH).text) == []


def test_the_list_says_cancelled(visitor: FlaskClient, shelf: Callable[..., None]) -> None:
    shelf(status="failed", has_transcript=False, job=job_view("cancelled"))
    page = visitor.get("/").text
    states = ["".join(texts) for _, a, texts in Elements(page).all if "data-state" in a]
    assert states == ["cancelled"]


@pytest.mark.parametrize("answer", [{"job_ids": [JOB_ID]}, "gone"])
def test_a_recording_is_deleted_from_its_page(
    visitor: FlaskClient, shelf: Callable[..., None], index: StandIn, key: ApiKey, answer: Any
) -> None:
    shelf()
    index.answers[f"/internal/v1/media/{MEDIA_ID}/delete"] = answer
    assert DELETE in [attributes.get("action") for _, attributes, _ in Elements(visitor.get(WATCH).text).all]
    pressed = press(visitor, "delete")
    assert (pressed.status_code, pressed.headers["Location"]) == (303, "/")
    asked = index.asked(f"/internal/v1/media/{MEDIA_ID}/delete")
    assert [(one["tenant_id"], one["who"]) for one in asked] == [("default", key.key_id)]


def test_a_form_without_its_token_deletes_nothing(
    visitor: FlaskClient, shelf: Callable[..., None], index: StandIn
) -> None:
    shelf()
    assert visitor.post(DELETE, data={"csrf": "guessed"}).status_code == 403
    assert index.asked(f"/internal/v1/media/{MEDIA_ID}/delete") == []


def test_title_and_tags_are_edited_on_the_page(
    visitor: FlaskClient, shelf: Callable[..., None], index: StandIn
) -> None:
    shelf(version=3, tags=["pond"])
    index.answers[f"/internal/v1/media/{MEDIA_ID}/edit"] = media_view(version=4)
    page = visitor.get(WATCH).text
    fields = {a["name"]: a["value"] for tag, a, _ in Elements(page).all if tag == "input" and a.get("value")}
    assert (fields["version"], fields["tags"]) == ("3", "pond")
    pressed = visitor.post(f"{WATCH}/edit", data={**fields, "title": "Heron", "tags": "pond, blue,"})
    assert (pressed.status_code, pressed.headers["Location"]) == (303, WATCH)
    asked = {"tenant_id": "default", "version": 3, "title": "Heron", "tags": ["pond", "blue"]}
    assert index.asked(f"/internal/v1/media/{MEDIA_ID}/edit") == [asked]
