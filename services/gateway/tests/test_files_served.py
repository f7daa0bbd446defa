from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask.testing import FlaskClient

from winnow_base.objects.s3 import S3ObjectStore
from winnow_gateway.app import create_app
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


@pytest.fixture
def linking(settings: Any, parts: Dependencies, key: Any) -> FlaskClient:
    """A caller of a gateway whose store browsers reach."""
    links = S3ObjectStore(
        endpoint="files.example.org",
        access_key="a",
        secret_key="b" * 8,
        bucket="media",
        region="us-east-1",
        secure=True,
    )
    client = create_app(settings, replace(parts, links=links)).test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {key.text()}"
    return client


def test_a_store_that_browsers_reach_is_linked_to_for_some_minutes(linking: FlaskClient) -> None:
    answer = linking.get(STREAM, headers={"Range": "bytes=1-2"})
    assert (answer.status_code, answer.data) == (303, b"")
    assert answer.headers["Cache-Control"] == "no-store"
    link = urlsplit(answer.headers["Location"])
    signed = dict(parse_qsl(link.query))
    assert (link.scheme, link.netloc, link.path) == ("https", "files.example.org", f"/media/{original_key()}")
    assert int(signed["X-Amz-Expires"]) <= 900
    assert signed["response-content-type"] == "video/mp4"
    assert signed["response-content-disposition"].startswith("inline; filename=")
    assert signed["response-cache-control"] == "private, max-age=300"


def test_what_was_made_is_linked_to_for_good_and_never_as_anything_but_a_picture(linking: FlaskClient) -> None:
    answer = linking.get(f"/v1/media/{MEDIA_ID}/poster")
    signed = dict(parse_qsl(urlsplit(answer.headers["Location"]).query))
    assert signed["response-content-type"] == "image/jpeg"
    assert signed["response-cache-control"] == "private, max-age=31536000, immutable"


def test_head_and_known_versions_are_answered_by_the_gateway_itself(linking: FlaskClient) -> None:
    head = linking.head(STREAM)
    assert (head.status_code, head.headers["Content-Length"], head.mimetype) == (200, "2560", "video/mp4")
    assert linking.get(STREAM, headers={"If-None-Match": head.headers["ETag"]}).status_code == 304


def test_what_must_not_be_served_is_not_linked_to_either(
    linking: FlaskClient, stranger: FlaskClient, index: Any
) -> None:
    assert stranger.get(STREAM).status_code == 401
    index.answers[f"/internal/v1/media/{MEDIA_ID}"] = media_view(status="processing")
    assert linking.get(STREAM).status_code == 409


def original_key() -> str:
    return str(media_view()["keys"]["original"])
