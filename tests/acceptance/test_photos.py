"""Waste photos, from upload to advice, with the model of the one-machine stack."""

import io

from PIL import Image

from winnow_harness.fixtures.drills import until
from winnow_harness.fixtures.photos import MARKER, drawn, huge, located

STAGES = ["prepare", "classify", "guidance", "store"]


def test_a_photo_goes_through_all_stages_and_is_served_with_its_answer(api):
    sent = api.send_photo(drawn(1), "thing.jpg", language="ko", region="kr")
    assert sent.status == 202, sent.data
    job = api.wait(sent.json()["job_id"])
    assert job["status"] == "done", job
    assert [(stage["name"], stage["status"]) for stage in job["stages"]] == [(name, "done") for name in STAGES]
    address = f"/v1/photos/{sent.json()['media_id']}"
    # Usage is reported beside the result, and may arrive after it.
    until(lambda: api.get(address).json()["spent"]["calls"], "no call was counted")
    photo = api.get(address).json()
    assert photo["status"] == "ready"
    assert photo["spent"]["calls"] == 1
    found = photo["classification"]
    assert found["model"]
    assert found["abstained"] or found["guidance"]["steps"]


def test_who_prefers_to_wait_gets_the_answer_at_once(api):
    answer = api.answered(drawn(2), "thing.jpg")
    assert answer.status == 200, answer.data
    assert answer.headers["Preference-Applied"] == "wait=30"
    assert answer.json()["classification"]["items"] is not None


def test_derivatives_of_a_photo_with_a_place_carry_no_metadata_at_all(api):
    answer = api.answered(located(3), "holiday.jpg")
    assert answer.status == 200, answer.data
    for part in ("image", "thumbnail"):
        served = api.get(f"/v1/photos/{answer.json()['id']}/{part}")
        assert served.status == 200
        assert "max-age=31536000" in served.headers["Cache-Control"]
        assert MARKER.encode() not in served.data
        assert b"Exif" not in served.data
        picture = Image.open(io.BytesIO(served.data))
        assert dict(picture.getexif()) == {}
        assert {"comment", "xmp", "exif", "icc_profile"} & set(picture.info) == set()
        assert picture.height > picture.width, "it was not turned upright"


def test_a_picture_of_two_and_a_half_gigapixels_is_refused_at_the_door(api):
    answer = api.send_photo(huge(50_000), "huge.png")
    assert answer.status == 422
    assert answer.json()["code"] == "image-too-large"


def test_of_a_photo_that_breaks_off_what_is_there_is_used_and_it_says_so(api):
    whole = drawn(4)
    job = api.wait(api.send_photo(whole[: len(whole) * 2 // 3], "most.jpg").json()["job_id"])
    assert job["status"] == "done", job
    assert any("picture-incomplete" in warning for warning in job["warnings"]), job


def test_a_photo_without_a_picture_fails_by_name_and_nothing_is_stored(api):
    sent = api.send_photo(drawn(4)[:300], "head.jpg")
    job = api.wait(sent.json()["job_id"])
    assert (job["status"], job["error"]["code"]) == ("failed", "corrupt-image")
    assert {task["actor"] for task in api.trace(job["id"])["tasks"]} == {"media.prepare_photo"}


def test_a_correction_is_kept_and_can_be_exported(api):
    photo = api.answered(drawn(5), "thing.jpg").json()
    said = {"correct_category": "metal", "correct_item": "aluminum_can", "note": "It was a can."}
    assert api.post(f"/v1/photos/{photo['id']}/feedback", said).status == 201
    labelled = api.get("/v1/feedback").json()["items"]
    assert [one["correct"]["item"] for one in labelled if one["media_id"] == photo["id"]] == ["aluminum_can"]


def test_a_photo_is_advised_on_and_looked_at_again_and_keeps_its_correction(api):
    sent = api.answered(drawn(6), "thing.jpg", language="en", region="kr").json()
    address = f"/v1/photos/{sent['id']}"
    assert api.post(f"{address}/feedback", {"correct_category": "glass"}).status == 201
    for run, wish in enumerate(({"from": "guidance", "region": "gb-eng", "language": "ko"}, {"from": "classify"}), 2):
        answer = api.post(f"/v1/media/{sent['id']}/reprocess", wish)
        assert answer.status == 202, answer.data
        until(lambda run=run: api.job(sent["job_id"])["run"] == run, "the run did not begin")
        assert api.get(address).json()["classification"] is not None
        assert api.wait(sent["job_id"])["status"] == "done"
        photo = api.get(address).json()
        assert (photo["classification"]["language"], photo["classification"]["region"]) == ("ko", "gb-eng")
        assert [one["correct_category"] for one in photo["feedback"]] == ["glass"]
        begun = until(lambda run=run: whole_run(api.trace(sent["job_id"]), run), "the run's history is not complete")
        seen = {"ai.classify_photo"} if wish["from"] == "classify" else set()
        assert begun - {"index.replay_task"} == {"ai.advise_disposal", "index.store_photo"} | seen


def whole_run(trace, run):
    """The actors of a run once index has heard of its end; events arrive a moment after the result."""
    tasks = {task["actor"]: task["state"] for task in trace["tasks"] if task["run"] == run}
    return set(tasks) if tasks.get("index.store_photo") == "completed" else None
