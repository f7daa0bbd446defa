"""What a form may hold: one file, each field once, and nothing that would be dropped silently."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from .pictures import png
from .sounds import wav

Part = tuple[str, str | None, bytes]
FILE = ("file", "a.wav", wav())
OTHER = ("file", "b.wav", wav(0.2))


@pytest.fixture
def post(client: FlaskClient) -> Callable[..., Any]:
    def post(*parts: Part, path: str = "/v1/media", client: FlaskClient = client) -> Any:
        """Sends parts: each a field's name, a file's name or None, and bytes."""
        body = b""
        for name, filename, content in parts:
            about = f'form-data; name="{name}"' + ("" if filename is None else f'; filename="{filename}"')
            body += f"--b\r\nContent-Disposition: {about}\r\n\r\n".encode() + content + b"\r\n"
        return client.post(path, data=body + b"--b--\r\n", content_type="multipart/form-data; boundary=b")

    return post


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ([FILE, OTHER], "2 files"),
        ([FILE, FILE, FILE], "3 files"),
        ([FILE, ("file", "", wav())], "2 files"),
        ([FILE, ("upload", "b.wav", wav())], "'upload'"),
        ([("file[]", "a.wav", wav())], "'file[]'"),
        ([("upload", "a.wav", wav())], "'upload'"),
        ([FILE, ("file", None, b"text")], "is text"),
        ([("file", None, b"text")], "is text"),
        ([FILE, ("language", None, b"en"), ("language", None, b"ko")], "'language' is given more than once"),
        ([FILE, ("lang", None, b"en")], "no field 'lang'"),
        ([FILE, ("language", "en.txt", b"en")], "'language'"),
        ([("language", None, b"en")], "no file"),
        ([], "no file"),
    ],
)
def test_what_would_vanish_is_refused_in_words(
    post: Callable[..., Any], jobs: dict[str, Any], sent: list[Part], words: str
) -> None:
    answer = post(*sent)
    assert (answer.status_code, answer.get_json()["code"]) == (422, "invalid-field")
    assert words in answer.get_json()["detail"]
    assert answer.get_json()["errors"][0]["pointer"].startswith("#/")
    assert jobs == {}


def test_a_wish_as_parameter_and_as_field_is_given_twice(post: Callable[..., Any]) -> None:
    answer = post(FILE, ("language", None, b"en"), path="/v1/media?language=ko")
    assert (answer.status_code, answer.get_json()["errors"][0]["pointer"]) == (422, "#/language")
    photo = post(("file", "a.png", png()), ("region", None, b"kr"), path="/v1/photos?region=gb-eng")
    assert (photo.status_code, photo.get_json()["errors"][0]["pointer"]) == (422, "#/region")


def test_choosers_of_a_page_that_were_not_used_do_not_count(post: Callable[..., Any]) -> None:
    unused = ("file", "", b"")
    assert post(unused, FILE, ("language", None, b"")).status_code == 202
    assert post(FILE, unused, ("language", None, b"en")).status_code == 202


def test_two_photos_in_one_form_are_refused_too(post: Callable[..., Any]) -> None:
    answer = post(("file", "a.png", png()), ("file", "b.png", png()), path="/v1/photos")
    assert (answer.status_code, answer.get_json()["code"]) == (422, "invalid-field")


def test_a_form_over_its_limit_is_told_of_the_raw_body(client: FlaskClient) -> None:
    for size in (6.26, 8.25, 9):  # just over the limit, over it with all around it, far over
        answer = client.post("/v1/media", data={"file": (io.BytesIO(wav(size)), "long.wav")})
        assert (answer.status_code, answer.get_json()["code"]) == (413, "too-large")
        assert answer.get_json()["errors"][0]["max_bytes"] == 200_000
        assert "POST /v1/media?filename=NAME, up to 1000000," in answer.get_json()["hint"]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # werkzeug drops what it had of the file
def test_a_form_of_unknown_length_over_its_limit_is_told_so_too(client: FlaskClient) -> None:
    body = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n\r\n' + wav(12) + b"\r\n--b--\r\n"
    answer = client.post(
        "/v1/media",
        input_stream=io.BytesIO(body),
        content_type="multipart/form-data; boundary=b",
        environ_overrides={"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"},
    )
    assert (answer.status_code, answer.get_json()["code"]) == (413, "too-large")
    assert "?filename=NAME" in answer.get_json()["hint"]


def test_a_photo_over_the_limit_is_not_sent_elsewhere_for_nothing(client: FlaskClient) -> None:
    answer = client.post("/v1/media?filename=a.wav", data=wav(60))
    assert (answer.status_code, answer.get_json()["hint"]) == (413, "Send a smaller or shorter file.")


@pytest.mark.parametrize("about", ["form-data", 'form-data; filename="a.wav"', "form-data; name*=utf-8''%ff%0A"])
def test_a_part_without_a_name_is_refused_in_words(client: FlaskClient, jobs: dict[str, Any], about: str) -> None:
    named = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n\r\n' + wav() + b"\r\n"
    body = f"--b\r\nContent-Disposition: {about}\r\n\r\n".encode() + b"x\r\n" + named + b"--b--\r\n"
    answer = client.post("/v1/media", data=body, content_type="multipart/form-data; boundary=b")
    assert (answer.status_code, answer.get_json()["code"]) == (422, "invalid-field")
    assert jobs == {}
