"""The content of the photo pages, which stays text; correcting works without JavaScript."""

import io
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import pytest
from flask.testing import FlaskClient

from winnow_web.frame_texts import frame_texts
from winnow_web.photo_page_texts import page_texts
from winnow_web.stage_words import photo_words

from ..index_answers import JOB_ID, MEDIA_ID, media_view, photo_job_view
from ..photo_answers import BOTTLE, CORRECTION, KEPT, RULES, found, photo_answer, photo_view, rule
from ..pictures import png
from ..standin import StandIn
from .conftest import CSRF, Elements

PAGE = f"/p/{MEDIA_ID}"
PATH = f"/internal/v1/photos/{MEDIA_ID}"
NASTY = "<script>alert(1)</script> {{7*7}} \" onload='x' --> & \u202etxt.exe"


@pytest.fixture
def album(index: StandIn, ai: StandIn) -> Callable[..., None]:
    """Tells index of its one photo and its job."""

    def put(job: Any = None, **photo: Any) -> None:
        view = photo_view(**photo)
        index.answers["/internal/v1/photos"] = {"items": [view], "next_cursor": None}
        index.answers[PATH] = view
        index.answers[f"{PATH}/feedback"] = KEPT
        if job is not None:
            index.answers[f"/internal/v1/jobs/{JOB_ID}"] = job
        ai.answers["/internal/v1/rules"] = RULES

    return put


def test_an_answer_says_what_it_is_where_it_goes_and_who_says_so(
    visitor: FlaskClient, album: Callable[..., None]
) -> None:
    album()
    page = visitor.get(PAGE).text
    for words in (
        "PET bottle",
        "Plastic",
        "quite sure",
        "clean",
        "The box for clear PET",
        "Empty the bottle.",
        "Rinse it well.",
        "Coloured bottles go elsewhere.",
        "How to sort",
        "The Ministry",
        "of 2024-02-15, read on 2026-11-21",
        "put into words by a model",
        "Glass bottle",
        "Wrong?",
    ):
        assert words in page, words
    links = [a for _, a, _ in Elements(page).all if a.get("href") == "https://example.org/sort"]
    assert links[0]["rel"] == "external noopener noreferrer"
    picture = next(a for tag, a, _ in Elements(page).all if tag == "img" and a.get("alt") == "PET bottle")
    assert picture["src"] == f"/v1/photos/{MEDIA_ID}/image"


def test_a_korean_answer_is_korean_and_says_so(visitor: FlaskClient, album: Callable[..., None]) -> None:
    album(answer=photo_answer(BOTTLE, language="ko", guided_by="rule"))
    page = visitor.get(PAGE).text
    for words in ("페트병", "플라스틱", "꽤 확실함", "버리는 곳", "규정의 문구 그대로입니다", "틀렸나요?", "유리병"):
        assert words in page, words
    assert [a["lang"] for tag, a, _ in Elements(page).all if tag == "article"] == ["ko"]


@pytest.mark.parametrize(("level", "words"), [("category", "the rule for its kind"), ("general", "everything else")])
def test_a_fallback_rule_says_that_it_is_one(
    visitor: FlaskClient, album: Callable[..., None], level: str, words: str
) -> None:
    answer = photo_answer(BOTTLE)
    answer["advice"][0]["rule"] = rule(level=level, fallback=True)
    album(answer=answer)
    assert words in visitor.get(PAGE).text


def test_a_doubt_names_both_guesses_and_the_photo_that_would_help(
    visitor: FlaskClient, album: Callable[..., None]
) -> None:
    unsure = found("glass", "glass_jar", 0.4, ("plastic", "plastic_container", 0.3), ("glass", "glass_jar", 0.2))
    album(answer=photo_answer(unsure, abstained=True, better_photo="label"))
    page = visitor.get(PAGE).text
    assert "Not sure: Glass jar or Plastic container?" in page
    assert "Take a photo of the label." in page
    assert "Where it goes" not in page
    assert "Not sure" in visitor.get("/photos").text


def test_nothing_to_throw_away_and_no_guess_are_said_plainly(visitor: FlaskClient, album: Callable[..., None]) -> None:
    album(answer=photo_answer(nothing="no_item"))
    assert "There is nothing on this photo to throw away." in visitor.get(PAGE).text
    album(answer=photo_answer(abstained=True))
    assert "Not sure: what this is" in visitor.get(PAGE).text


def test_an_item_nobody_listed_is_called_by_its_id(visitor: FlaskClient, album: Callable[..., None]) -> None:
    album(answer=photo_answer(found("metal", "bottle_cap", 0.9, state="unknown"), found("paper", "", 0.72)))
    page = visitor.get(PAGE).text
    assert Elements(page).texts("h2") == ["bottle cap", "Paper"]
    assert "unknown" not in page


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "//evil.example"])
def test_a_source_that_is_no_web_address_is_no_link(
    visitor: FlaskClient, album: Callable[..., None], address: str
) -> None:
    answer = photo_answer(BOTTLE)
    answer["advice"][0]["rule"]["source"]["url"] = address
    album(answer=answer)
    page = visitor.get(PAGE).text
    assert "How to sort" in page
    assert address not in page


@pytest.fixture
def everything_nasty(album: Callable[..., None]) -> None:
    answer = photo_answer(found("plastic", NASTY, 0.9, ("glass", NASTY, 0.1)))
    advice = answer["advice"][0]
    advice["steps"] = [{"rule_step": "a", "text": NASTY}]
    advice["rule"] |= {"bin": NASTY, "caution": NASTY, "title": NASTY}
    advice["rule"]["source"] |= {"title": NASTY, "publisher": NASTY, "date": NASTY}
    feedback = [{**CORRECTION, "note": NASTY}]
    album(answer=answer, title=NASTY, filename=NASTY, warnings=[NASTY], feedback=feedback)


@pytest.mark.parametrize("page", ["/photos", PAGE, f"{PAGE}/answer"])
def test_what_others_said_is_never_markup(visitor: FlaskClient, everything_nasty: None, page: str) -> None:
    answer = visitor.get(page)
    elements = Elements(answer.text)
    assert "<script>alert" not in answer.text
    assert not [a for _, a, _ in elements.all if "onload" in a]
    assert "{{7*7}}" in answer.text
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert elements.with_attribute("style") == []
    assert [name for _, a, _ in elements.all for name in a if name.startswith("on")] == []
    assert [texts for tag, _, texts in elements.all if tag == "script" and "".join(texts)] == []


def test_the_first_page_has_a_camera_a_chooser_and_languages(visitor: FlaskClient, album: Callable[..., None]) -> None:
    album()
    elements = Elements(visitor.get("/photos", headers={"Accept-Language": "ko"}).text)
    files = [a for tag, a, _ in elements.all if tag == "input" and a.get("type") == "file"]
    assert (files[0]["accept"], files[0]["capture"]) == ("image/*", "environment")
    assert "multiple" in files[1]
    assert "capture" not in files[1]
    chosen = [a["value"] for tag, a, _ in elements.all if tag == "option" and "selected" in a]
    assert chosen == ["ko", "kr"]
    assert "England" in elements.texts("option")


def test_the_page_works_without_rules_and_without_a_list(visitor: FlaskClient, index: StandIn, ai: StandIn) -> None:
    visitor.get("/photos")
    index.down = ai.down = True
    answer = visitor.get("/photos")
    assert answer.status_code == 200
    assert "cannot be read just now" in answer.text
    assert Elements(answer.text).with_attribute("data-upload")
    assert not [a for _, a, _ in Elements(answer.text).all if a.get("name") == "region"]


def test_the_history_shows_thumbnails_that_lead_to_their_photos(
    visitor: FlaskClient, album: Callable[..., None], index: StandIn
) -> None:
    album()
    index.answers["/internal/v1/photos"] = {"items": [photo_view()], "next_cursor": "next one"}
    page = visitor.get("/photos").text
    assert f'href="{PAGE}"' in page
    assert f'src="/v1/photos/{MEDIA_ID}/thumbnail"' in page
    assert "/photos?cursor=next+one" in page


def test_a_photo_is_sent_and_corrected_by_plain_forms(
    visitor: FlaskClient, album: Callable[..., None], index: StandIn, jobs: dict[str, Any]
) -> None:
    album()
    token = CSRF.search(visitor.get("/photos").text)
    assert token
    form = {"csrf": token[1], "file": (io.BytesIO(png()), "b.png"), "language": "ko", "region": "kr"}
    sent = visitor.post("/photos", data=form)
    assert sent.status_code == 303
    job = next(iter(jobs.values()))
    assert sent.headers["Location"] == f"/p/{job.command.media_id}"
    assert (job.command.language, job.command.region) == ("ko", "kr")

    correction = {"correct_category": "glass", "correct_item": "", "note": " it is glass "}
    assert visitor.post(f"{PAGE}/feedback", data=correction).status_code == 403
    answer = visitor.post(f"{PAGE}/feedback", data={**correction, "csrf": token[1]})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{PAGE}?thanks#thanks")
    kept = index.asked(f"{PATH}/feedback")[0]
    assert (kept["correct_category"], kept["note"], kept["correct_item"]) == ("glass", "it is glass", None)
    thanked = visitor.get(f"{PAGE}?thanks").text
    assert "Thank you." in thanked
    assert "Wrong?" not in thanked


def test_what_was_corrected_is_shown(visitor: FlaskClient, album: Callable[..., None]) -> None:
    album(feedback=[{**CORRECTION, "note": "no lid"}])
    assert "Glass – Glass jar – no lid" in visitor.get(PAGE).text


def test_work_going_on_shows_its_stages_and_an_answer_that_is_not_there_yet_leads_to_it(
    visitor: FlaskClient, album: Callable[..., None]
) -> None:
    job = photo_job_view()
    job["stages"][0] |= {"status": "done", "ms": 200}
    job["stages"][1] |= {"status": "running"}
    album(job, status="processing", answer=None, keys={})
    page = visitor.get(PAGE).text
    assert Elements(page).texts("li")[:3] == ["photo ready 0.2 s", "looking what it is", "find where it goes"]
    assert 'http-equiv="refresh"' in page
    assert visitor.get(f"{PAGE}/answer").headers["Location"] == PAGE


def test_a_failed_photo_says_what_happened_and_what_to_do(visitor: FlaskClient, album: Callable[..., None]) -> None:
    error = {"code": "corrupt-image", "detail": "It ends in the middle.", "hint": "Take it again."}
    album(photo_job_view("failed", error=error), status="failed", answer=None, keys={})
    page = visitor.get(PAGE).text
    for words in ("The image cannot be decoded", error["detail"], error["hint"], "Take another photo"):
        assert words in page
    assert f'action="{PAGE}/retry"' in page


def test_a_job_is_cancelled_from_the_photos_page(
    visitor: FlaskClient, album: Callable[..., None], index: StandIn
) -> None:
    album(photo_job_view(), status="processing", answer=None, keys={})
    index.answers[f"/internal/v1/media/{MEDIA_ID}"] = media_view(kind="photo", status="processing", keys={})
    index.answers[f"/internal/v1/jobs/{JOB_ID}/cancel"] = {"job": photo_job_view("cancelled"), "run": 1}
    token = CSRF.search(visitor.get(PAGE).text)
    assert token
    answer = visitor.post(f"{PAGE}/cancel", data={"csrf": token[1]})
    assert (answer.status_code, answer.headers["Location"]) == (303, PAGE)


def test_a_photo_is_looked_at_again_from_its_page_and_shown_meanwhile(
    visitor: FlaskClient, album: Callable[..., None], index: StandIn, sent: list[Any]
) -> None:
    album(photo_job_view("done"))
    index.answers |= {
        f"/internal/v1/media/{MEDIA_ID}": media_view(kind="photo", has_transcript=False),
        "/internal/v1/audit": {"audit_id": 1},
    }
    page = visitor.get(PAGE).text
    chosen = [a["value"] for tag, a, _ in Elements(page).all if tag == "option" and "selected" in a]
    assert chosen == ["en", "kr"], "as it was answered before"
    token = CSRF.search(page)
    assert token
    form = {"from": "guidance", "language": "ko", "region": "gb-eng"}
    assert visitor.post(f"{PAGE}/reprocess", data=form).status_code == 403
    answer = visitor.post(f"{PAGE}/reprocess", data={**form, "csrf": token[1]})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{PAGE}?again=1")
    ((command, _),) = sent
    assert (command.reprocess, command.language, command.region) == ("guidance", "ko", "gb-eng")

    for job, address in ((photo_job_view("done"), f"{PAGE}?again=1"), (photo_job_view(), PAGE)):
        album(job)
        waiting = visitor.get(address).text
        assert "looked at again" in waiting
        assert "Empty the bottle." in waiting
        assert f"{PAGE}/reprocess" not in waiting


def test_what_kept_a_photo_from_being_looked_at_again_is_said_above_its_answer(
    visitor: FlaskClient, album: Callable[..., None]
) -> None:
    error = {"code": "model-unavailable", "detail": "No vision model is set.", "hint": "Set one."}
    album(photo_job_view("failed", error=error))
    page = visitor.get(PAGE).text
    assert "could not be looked at again" in page
    assert "No vision model is set." in page
    assert "Empty the bottle." in page


def test_the_library_links_a_photo_to_its_own_page(visitor: FlaskClient, index: StandIn) -> None:
    photo = media_view(kind="photo", duration_ms=None, language=None)
    index.answers["/internal/v1/media"] = {"items": [photo], "next_cursor": None}
    index.answers[f"/internal/v1/media/{MEDIA_ID}"] = photo
    page = visitor.get("/").text
    assert f'href="{PAGE}"' in page
    assert f"/v1/photos/{MEDIA_ID}/thumbnail" in page
    assert "nothing said" not in page
    assert visitor.get(f"/m/{MEDIA_ID}").headers["Location"] == PAGE


KOREAN = {"Accept-Language": "ko-KR,ko;q=0.9,en;q=0.5"}


def test_the_pages_around_an_answer_are_in_the_visitors_language(
    visitor: FlaskClient, album: Callable[..., None]
) -> None:
    album(photo_job_view("done"))
    for address, korean, english in (
        ("/photos", ("사진 찍기", "내 사진", "로그아웃"), ("Take a photo", "Your photos", "Sign out")),
        (PAGE, ("어떻게 알아냈나요", "다시 살펴보기 …", "삭제 …"), ("How this was found", "Look again …", "Delete …")),
    ):
        asked_in_korean, asked_in_english = (visitor.get(address, headers=one).text for one in (KOREAN, {}))
        assert '<html lang="ko">' in asked_in_korean
        assert '<html lang="en">' in asked_in_english
        for words in korean:
            assert words in asked_in_korean, words
            assert words not in asked_in_english, words
        for words in english:
            assert words in asked_in_english, words
            assert words not in asked_in_korean, words
    assert 'lang="en"' in visitor.get(PAGE, headers=KOREAN).text, (
        "the answer stays in the language that it was given in"
    )


def test_what_goes_on_and_what_went_wrong_is_told_in_the_visitors_language(
    visitor: FlaskClient, album: Callable[..., None]
) -> None:
    job = photo_job_view()
    job["stages"][0] |= {"status": "failed"}
    album(job, status="processing", answer=None, keys={})
    page = visitor.get(PAGE, headers=KOREAN).text
    assert Elements(page).texts("li")[:2] == ["사진 준비: 실패", "무엇인지 보기"]
    assert "looking" not in page
    error = {"code": "corrupt-image", "detail": "It ends in the middle.", "hint": "Take it again."}
    album(photo_job_view("failed", error=error), status="failed", answer=None, keys={})
    page = visitor.get(PAGE, headers=KOREAN).text
    assert '<p lang="en">It ends in the middle.</p>' in page
    assert "다시 시도" in page


def test_every_text_of_a_page_is_there_in_both_languages() -> None:
    for both in ((frame_texts("en"), frame_texts("ko")), (page_texts("en"), page_texts("ko"))):
        english, korean = map(asdict, both)
        same = {name for name in english if english[name] == korean[name]}
        assert same == set()
        for name, text in english.items():
            assert korean[name]
            if isinstance(text, str):
                assert text.count("{}") == korean[name].count("{}"), name
            else:
                assert text.keys() == korean[name].keys(), name
    assert photo_words("en").keys() == photo_words("ko").keys()


def test_photos_need_someone_signed_in(stranger: FlaskClient) -> None:
    for address in ("/photos", PAGE, f"{PAGE}/answer"):
        answer = stranger.get(address)
        assert answer.status_code == 303
        assert answer.headers["Location"].startswith("/signin")
