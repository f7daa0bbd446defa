from typing import Any

import pytest
from flask.testing import FlaskClient

from winnow_gateway.dependencies import Dependencies

from .index_answers import MEDIA_ID, media_view

DATA = bytes(range(256)) * 10
STREAM = f"/v1/media/{MEDIA_ID}/stream"


@pytest.fixture(autouse=True)
def _media(parts: Dependencies, index: Any) -> None:
    view = media_view()
    parts.objects.put_bytes(view["keys"]["original"], DATA, "video/mp4")
    parts.objects.put_bytes(view["keys"]["poster"], b"jpeg", "image/jpeg")
    index.answers[f"/internal/v1/media/{MEDIA_ID}"] = view


def test_the_whole_recording_is_served_as_media_and_nothing_else(client: FlaskClient) -> None:
    answer = client.get(STREAM)
    assert (answer.status_code, answer.data, answer.mimetype) == (200, DATA, "video/mp4")
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")
    assert answer.headers["Content-Disposition"].startswith("inline")


@pytest.mark.parametrize(
    ("wanted", "start", "end"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=100-199", 100, 199),
        ("bytes=2500-", 2500, 2559),
        ("bytes=-10", 2550, 2559),
        ("bytes=5-99999", 5, 2559),
    ],
)
def test_a_range_is_served_as_asked(client: FlaskClient, wanted: str, start: int, end: int) -> None:
    answer = client.get(STREAM, headers={"Range": wanted})
    assert (answer.status_code, answer.data) == (206, DATA[start : end + 1])
    assert answer.headers["Content-Range"] == f"bytes {start}-{end}/2560"
    assert int(answer.headers["Content-Length"]) == end - start + 1


def test_a_long_recording_is_served_whole_and_in_parts(client: FlaskClient, parts: Dependencies) -> None:
    data = DATA * 400
    parts.objects.put_bytes(media_view()["keys"]["original"], data, "video/mp4")
    whole = client.get(STREAM)
    assert (whole.status_code, whole.data, whole.content_length) == (200, data, len(data))
    part = client.get(STREAM, headers={"Range": "bytes=1000-900999"})
    assert (part.status_code, part.data, part.content_length) == (206, data[1000:901_000], 900_000)
    assert client.head(STREAM).content_length == len(data)


@pytest.mark.parametrize("wanted", ["bytes=2560-", "bytes=9999-10000", "bytes=-0"])
def test_a_range_outside_is_refused_with_the_size(client: FlaskClient, wanted: str) -> None:
    answer = client.get(STREAM, headers={"Range": wanted})
    assert (answer.status_code, answer.get_json()["code"]) == (416, "range-not-satisfiable")
    assert answer.headers["Content-Range"] == "bytes */2560"


@pytest.mark.parametrize(
    "wanted", ["bytes=5-2", "bytes=0-1,5-6", "lines=1-2", "bytes=-", "bytes=x-y", f"bytes={'9' * 5000}-", ""]
)
def test_a_range_that_can_not_be_read_gives_the_whole(client: FlaskClient, wanted: str) -> None:
    assert client.get(STREAM, headers={"Range": wanted}).status_code == 200


def test_a_range_of_another_version_gives_the_whole(client: FlaskClient) -> None:
    etag = client.get(STREAM).headers["ETag"]
    assert client.get(STREAM, headers={"Range": "bytes=0-1", "If-Range": etag}).status_code == 206
    assert client.get(STREAM, headers={"Range": "bytes=0-1", "If-Range": '"other"'}).status_code == 200


def test_head_tells_the_size_and_sends_nothing(client: FlaskClient) -> None:
    answer = client.head(STREAM)
    assert (answer.status_code, answer.data, answer.headers["Content-Length"]) == (200, b"", "2560")


def test_a_rendition_is_played_instead_of_the_original(client: FlaskClient, parts: Any, index: Any) -> None:
    view = media_view(content_type="video/x-msvideo")
    view["keys"] |= {"rendition": "ok/r", "rendition_type": "audio/mp4"}
    parts.objects.put_bytes("ok/r", b"rendition", "audio/mp4")
    index.answers[f"/internal/v1/media/{MEDIA_ID}"] = view
    answer = client.get(STREAM)
    assert (answer.data, answer.mimetype) == (b"rendition", "audio/mp4")


def test_a_type_that_is_no_media_is_only_downloaded(client: FlaskClient, index: Any) -> None:
    name = 'ev"il\u202e.html'
    index.answers[f"/internal/v1/media/{MEDIA_ID}"] = media_view(content_type="text/html", filename=name)
    answer = client.get(STREAM)
    assert answer.mimetype == "application/octet-stream"
    disposition = answer.headers["Content-Disposition"]
    assert disposition == "attachment; filename=\"ev_il_.html\"; filename*=UTF-8''ev%22il%E2%80%AE.html"


def test_an_original_is_served_from_where_it_was_uploaded(client: FlaskClient, parts: Any, index: Any) -> None:
    parts.objects.put_bytes("in/t/d/x/upload", DATA, "video/mp4")
    index.answers[f"/internal/v1/media/{MEDIA_ID}"] = media_view(keys={"original": "in/t/d/x/upload"})
    assert client.get(STREAM).data == DATA


@pytest.mark.parametrize(
    "change", [{"status": "processing"}, {"status": "failed", "keys": {"original": "in/t/d/x/upload"}}]
)
def test_what_has_not_passed_the_check_is_never_served(client: FlaskClient, index: Any, change: Any) -> None:
    index.answers[f"/internal/v1/media/{MEDIA_ID}"] = media_view(**change)
    answer = client.get(STREAM)
    assert (answer.status_code, answer.get_json()["code"]) == (409, "not-ready")


def test_a_poster_is_a_picture_and_an_absent_thumbnail_is_not_found(client: FlaskClient, index: Any) -> None:
    assert client.get(f"/v1/media/{MEDIA_ID}/poster").mimetype == "image/jpeg"
    view = media_view()
    view["keys"]["thumbnail"] = None
    index.answers[f"/internal/v1/media/{MEDIA_ID}"] = view
    assert client.get(f"/v1/media/{MEDIA_ID}/thumbnail").status_code == 404


def test_the_pages_cookie_opens_files_too(stranger: FlaskClient, key: Any) -> None:
    assert stranger.get(STREAM).status_code == 401
    stranger.post("/v1/session", json={"key": key.text()})
    assert stranger.get(STREAM).status_code == 200
