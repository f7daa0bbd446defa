"""The content of the pages; text from people, files and models stays text."""

import gzip
from collections.abc import Callable
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from winnow_gateway.app import create_app
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.settings import GatewaySettings
from winnow_web import blueprint

from ..index_answers import MEDIA_ID, hit_view, hits, job_view, moment_view
from ..standin import StandIn
from .conftest import Elements, segment, transcript_of

NASTY = "<script>alert(1)</script> {{7*7}} \" onload='x' --> & \u05e9\u05dc\u05d5\u05dd \u202etxt.exe"
WATCH = f"/m/{MEDIA_ID}"


def found(*moments: dict[str, Any], **more: Any) -> dict[str, Any]:
    return hits(*([hit_view(*moments)] if moments else []), mode="hybrid", **more)


def moment(text: str, *marks: tuple[int, int], **more: Any) -> dict[str, Any]:
    highlights = [{"from": a, "to": b} for a, b in marks]
    why = {"words": {"rank": 1, "matched": ["<b>"]}, "meaning": {"rank": 4, "cosine": 0.71}}
    return moment_view(text, highlights=highlights, why=why, **more)


@pytest.fixture
def everything_nasty(shelf: Callable[..., None], index: StandIn) -> None:
    shelf(transcript_of(segment(0, NASTY, 0, 4000)), title=NASTY, filename=NASTY, warnings=[NASTY])
    index.answers["/internal/v1/search"] = hits(
        hit_view(moment(NASTY, (1, 7)), title=NASTY, language=NASTY), mode="hybrid"
    )


@pytest.mark.parametrize("page", ["/", WATCH, "/search?q=" + "%3Cscript%3E%7B%7B7*7%7D%7D%22", "/signin?next=/%22%3E"])
def test_what_others_said_is_never_markup(visitor: FlaskClient, everything_nasty: None, page: str) -> None:
    text = (visitor.application.test_client() if page.startswith("/signin") else visitor).get(page).text
    elements = Elements(text)
    assert "alert(1)" not in "".join(elements.texts("script"))
    assert "<script>alert" not in text
    assert not [a for _, a, _ in elements.all if "onload" in a]
    assert "{{7*7}}" in text or page.startswith(("/signin", "/search"))
    assert "49" not in [piece.strip() for piece in elements.texts("bdi")]


def test_titles_are_isolated_from_the_direction_of_their_surroundings(
    visitor: FlaskClient, everything_nasty: None
) -> None:
    for page in ("/", WATCH, "/search?q=a"):
        assert any(text == NASTY for text in Elements(visitor.get(page).text).texts("bdi")), page


def test_warnings_are_read_as_sentences_whoever_gave_them(visitor: FlaskClient, shelf: Callable[..., None]) -> None:
    said = "Some of it is in another language (de)."
    shelf(
        transcript_of(),
        warnings=["cut-off 61 %", "damaged-audio 1.0-3.0 s", "audio-track 2 of 3", "no-poster", said, "new-code 7"],
    )
    text = visitor.get(WATCH).text
    for sentence in (
        "only 61 % of it is there",
        "audio tracks 2 of 3 is written down",
        "damaged at 1.0-3.0 s",
        "No still picture",
        said,
        "new-code 7",
    ):
        assert sentence in text
    assert "cut-off" not in text
    assert "no-poster" not in text


def test_the_ribbon_knows_the_length_where_a_player_does_not(visitor: FlaskClient, shelf: Callable[..., None]) -> None:
    shelf(transcript_of(segment(1, "hello", 0, 900)), duration_ms=61_000)
    assert 'data-duration-ms="61000"' in visitor.get(WATCH).text


def test_only_the_store_that_browsers_reach_may_give_files_and_take_uploads(
    settings: GatewaySettings, parts: Dependencies
) -> None:
    def allowed(settings: GatewaySettings) -> set[str]:
        policy = create_app(settings, parts).test_client().get("/signin").headers["Content-Security-Policy"]
        return set(policy.split("; "))

    own, with_store = allowed(settings), allowed(replace(settings, public_store_url="https://files.example.org"))
    kinds = ("img-src", "media-src", "connect-src")
    assert own - with_store == {f"{kind} 'self'" for kind in kinds}
    assert with_store - own == {f"{kind} 'self' https://files.example.org" for kind in kinds}


@pytest.mark.parametrize("page", ["/", WATCH, "/search?q=a", "/search", "/signin", "/m/med_nothing", "/m/" + "x" * 300])
def test_every_page_forbids_inline_code_and_has_none(visitor: FlaskClient, everything_nasty: None, page: str) -> None:
    answer = visitor.get(page)
    policy = answer.headers["Content-Security-Policy"]
    for rule in ("script-src 'self'", "style-src 'self'", "object-src 'none'", "frame-ancestors 'none'"):
        assert rule in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    if answer.status_code == 303:
        return
    elements = Elements(answer.text)
    assert elements.with_attribute("style") == []
    assert [name for _, a, _ in elements.all for name in a if name.startswith("on")] == []
    for tag, attributes, texts in elements.all:
        assert tag != "style"
        if tag == "script":
            assert "".join(texts) == ""
            assert (attributes["src"] or "").startswith("/static/")


def test_highlights_become_marks_at_the_right_letters(
    visitor: FlaskClient, index: StandIn, shelf: Callable[..., None]
) -> None:
    shelf()
    korean, astral = "투명 페트병은 라벨을 떼고", "😀 a <b>bold</b> 𝒘𝒐𝒓𝒅"
    index.answers["/internal/v1/search"] = found(moment(korean, (3, 6), (8, 10)), moment(astral, (4, 7), (16, 20)))
    page = visitor.get("/search?q=라벨").text
    assert Elements(page).texts("mark") == ["페트병", "라벨", "<b>", "𝒘𝒐𝒓𝒅"]
    assert f"<mark>{escape('<b>')}</mark>" in page
    assert 'href="/m/' + MEDIA_ID + '?t=83.3"' in page
    assert "1:23" in Elements(page).texts("time")


def test_weak_hits_stand_below_a_line_and_reasons_are_told(
    visitor: FlaskClient, index: StandIn, shelf: Callable[..., None]
) -> None:
    shelf()
    index.answers["/internal/v1/search"] = found(moment("strong one"), moment("weak one", weak=True))
    page = visitor.get("/search?q=one").text
    assert page.index("strong one") < page.index("Less certain") < page.index("weak one")
    assert "similarity 0.71" in page


def test_a_degraded_search_says_so(visitor: FlaskClient, index: StandIn, ai: StandIn) -> None:
    ai.down = True
    index.answers["/internal/v1/search"] = lambda body: found(moment("said"), degraded=body["degraded"])
    assert "exact words only" in visitor.get("/search?q=said").text


def test_no_result_says_what_was_tried_and_keeps_what_was_typed(visitor: FlaskClient, index: StandIn) -> None:
    index.answers["/internal/v1/search"] = found()
    page = visitor.get("/search?q=라벨+없음").text
    assert "Nothing was found" in page
    assert "Tried: the exact words, and the meaning" in page
    assert {"라벨 없음"} == {a.get("value") for a in Elements(page).with_attribute("data-search")}


def test_a_search_that_fails_keeps_what_was_typed(visitor: FlaskClient, index: StandIn) -> None:
    index.answers["/internal/v1/search"] = "unavailable"
    answer = visitor.get("/search?q=typed")
    assert answer.status_code == 503
    assert 'value="typed"' in answer.text
    assert "This search did not work" in answer.text


def test_the_list_being_away_does_not_take_the_upload_along(visitor: FlaskClient, index: StandIn) -> None:
    visitor.get("/")
    index.down = True
    answer = visitor.get("/")
    assert answer.status_code == 200
    assert "cannot be read just now" in answer.text
    assert Elements(answer.text).with_attribute("data-upload")


def test_the_player_begins_at_the_wanted_second(visitor: FlaskClient, shelf: Callable[..., None]) -> None:
    shelf(transcript_of(segment(0, "one two", 0, 2000), segment(1, "three four", 83_210, 85_000), language="ko"))
    elements = Elements(visitor.get(f"{WATCH}?t=83.2").text)
    player = next(a for tag, a, _ in elements.all if tag == "video")
    assert player["src"] == f"/v1/media/{MEDIA_ID}/stream#t=83.2"
    track = next(a for tag, a, _ in elements.all if tag == "track")
    assert (track["src"], track["srclang"]) == (f"/v1/media/{MEDIA_ID}/transcript.vtt", "ko")
    seekable = [int(a["data-start-ms"] or -1) for tag, a, _ in elements.all if tag == "span" and "data-start-ms" in a]
    assert seekable == [0, 1000, 83_210, 84_105]
    assert "?t=83.21" in [a.get("href") for tag, a, _ in elements.all if tag == "a"]


def test_sound_alone_has_an_audio_player(visitor: FlaskClient, shelf: Callable[..., None]) -> None:
    shelf(transcript_of(segment(0, "one", 0, 900)), has_video=False)
    tags = [tag for tag, _, _ in Elements(visitor.get(WATCH).text).all]
    assert "audio" in tags
    assert "video" not in tags


def test_silence_says_so(visitor: FlaskClient, shelf: Callable[..., None]) -> None:
    shelf(transcript_of())
    assert "Silence – nothing is said" in visitor.get(WATCH).text


def test_unsure_words_are_marked_by_more_than_colour(visitor: FlaskClient, shelf: Callable[..., None]) -> None:
    shelf(transcript_of(segment(0, "perhaps", 0, 900, confidence=0.2)))
    unsure = [a for _, a, _ in Elements(visitor.get(WATCH).text).all if a.get("class") == "unsure"]
    assert [a["title"] for a in unsure] == ["The transcriber was not sure of this word."]


def test_work_going_on_shows_its_stages_in_words(visitor: FlaskClient, shelf: Callable[..., None]) -> None:
    shelf(status="processing", has_transcript=False, duration_ms=None, job=job_view())
    texts = Elements(visitor.get(WATCH).text).texts("li")
    assert texts[:3] == ["checked 0.1 s", "sound and pictures ready 0.1 s", "transcribing"]
    assert "transcribing" in visitor.get("/").text


def test_a_failed_recording_says_what_happened_and_what_to_do(visitor: FlaskClient, shelf: Callable[..., None]) -> None:
    error = {"code": "corrupt-media", "detail": "The index of this MP4 is missing.", "hint": "Upload it again."}
    shelf(status="failed", has_transcript=False, job=job_view(status="failed", error=error))
    page = visitor.get(WATCH).text
    for sentence in ("The file cannot be decoded", error["detail"], error["hint"]):
        assert sentence in page


def test_an_unknown_recording_is_a_page_that_leads_home(visitor: FlaskClient) -> None:
    answer = visitor.get("/m/med_01234567-89ab-7def-8123-000000000000")
    assert (answer.status_code, answer.mimetype) == (404, "text/html")
    assert 'href="/"' in answer.text


@pytest.mark.parametrize(
    ("address", "accept", "kind"),
    [
        ("/fotos", "text/html,application/xhtml+xml,*/*;q=0.8", "text/html"),
        ("/fotos", "*/*", "application/problem+json"),
        ("/v1/fotos", "text/html,*/*;q=0.8", "application/problem+json"),
    ],
)
def test_an_address_without_a_page_is_a_page_to_people_and_a_problem_to_programs(
    visitor: FlaskClient, address: str, accept: str, kind: str
) -> None:
    answer = visitor.get(address, headers={"Accept": accept})
    assert (answer.status_code, answer.mimetype) == (404, kind)
    if kind == "text/html":
        assert f"There is nothing at {address}." in answer.text
        assert "default-src 'self'" in answer.headers["Content-Security-Policy"]


def test_page_script_and_style_are_small() -> None:
    files = Path(blueprint.__file__).parent / "static"
    scripts = b"".join(path.read_bytes() for path in files.glob("*.js"))
    assert len(gzip.compress(scripts)) < 60_000
    styles = b"".join(path.read_bytes() for path in files.glob("*.css"))
    assert len(gzip.compress(styles)) < 10_000


def test_static_files_are_served_to_anyone(stranger: FlaskClient) -> None:
    for name, kind in (
        ("upload.js", "text/javascript"),
        ("photos.js", "text/javascript"),
        ("winnow.css", "text/css"),
        ("winnow.svg", "image/svg+xml"),
    ):
        with stranger.get(f"/static/{name}") as answer:
            assert (answer.status_code, answer.mimetype) == (200, kind)
