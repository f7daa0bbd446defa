import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from winnow_contracts import api_keys

from ..index_answers import MEDIA_ID, media_view
from ..standin import StandIn
from ..statistics_answers import duplicates_page, nothing_counted

CSRF = re.compile(r'name="csrf" value="([^"]+)"')


class Elements(HTMLParser):
    """Every element of a page as (tag, attributes, text directly and deeper inside)."""

    _EMPTY = frozenset(("meta", "link", "input", "img", "track", "br"))

    def __init__(self, page: str) -> None:
        super().__init__()
        self.all: list[tuple[str, dict[str, str | None], list[str]]] = []
        self._open: list[tuple[str, list[str]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        texts: list[str] = []
        self.all.append((tag, dict(attrs), texts))
        if tag not in self._EMPTY:
            self._open.append((tag, texts))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        for _, texts in self._open:
            texts.append(data)

    def texts(self, tag: str) -> list[str]:
        return ["".join(texts) for name, _, texts in self.all if name == tag]

    def with_attribute(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for _, attributes, _ in self.all if name in attributes]


@pytest.fixture
def sign_in(app: Flask, key: api_keys.ApiKey) -> Callable[..., FlaskClient]:
    """Signs in through the page, as a browser without JavaScript does."""

    def sign_in(key: api_keys.ApiKey = key) -> FlaskClient:
        visitor = app.test_client()
        found = CSRF.search(visitor.get("/signin").text)
        assert found
        answer = visitor.post("/signin", data={"key": key.text(), "csrf": found[1], "next": "/"})
        assert (answer.status_code, answer.headers["Location"]) == (303, "/")
        return visitor

    return sign_in


@pytest.fixture
def visitor(sign_in: Callable[..., FlaskClient]) -> FlaskClient:
    """A visitor who is signed in."""
    return sign_in()


@pytest.fixture
def well(index: StandIn) -> StandIn:
    """Index, with nothing to complain of."""
    index.answers["/internal/v1/findings"] = {"items": []}
    index.answers["/internal/v1/control"] = {"cancelled": {}, "paused": {}}
    index.answers["/internal/v1/journals"] = {"items": []}
    index.answers["/internal/v1/spending/days"] = {"first_day": "2026-11-20", "last_day": "2026-11-22", "items": []}
    index.answers["/internal/v1/response-cache"] = {"first_day": "2026-11-20", "last_day": "2026-11-22", "items": []}
    index.answers["/internal/v1/statistics"] = nothing_counted()
    index.answers["/internal/v1/duplicates"] = duplicates_page()
    index.answers["/internal/v1/lanes/stats"] = {"items": []}
    index.answers["/internal/v1/schedules"] = {"items": []}
    index.answers["/internal/v1/reports"] = {"items": []}
    index.answers["/internal/v1/activity"] = {
        "slice_seconds": 60,
        "slices": [],
        "actors": [],
        "oldest_waiting_ms": None,
    }
    return index


@pytest.fixture
def sign_in_with(app: Flask, give_keys: Callable[..., None]) -> Callable[..., FlaskClient]:
    """Signs in with a key of these scopes."""

    def sign_in(*scopes: str) -> FlaskClient:
        key = api_keys.generate()
        give_keys((key, "default", list(scopes), False))
        visitor = app.test_client()
        found = CSRF.search(visitor.get("/signin").text)
        assert found
        visitor.post("/signin", data={"key": key.text(), "csrf": found[1], "next": "/"})
        return visitor

    return sign_in


@pytest.fixture
def shelf(index: StandIn) -> Callable[..., None]:
    """Tells index of its one recording, its transcript and job."""

    def put(transcript: Any = None, job: Any = None, **media: Any) -> None:
        view = media_view(**media)
        index.answers["/internal/v1/media"] = {"items": [view], "next_cursor": None}
        index.answers[f"/internal/v1/media/{MEDIA_ID}"] = view
        index.answers[f"/internal/v1/media/{MEDIA_ID}/transcript"] = transcript or "not-ready"
        if job is not None:
            index.answers[f"/internal/v1/jobs/{view['job_id']}"] = job

    return put


def transcript_of(*segments: dict[str, Any], language: str = "en") -> dict[str, Any]:
    return {
        "media_id": MEDIA_ID,
        "language": language,
        "duration_ms": 60_000,
        "model": "whisper-base",
        "segments": list(segments),
        "speech": {"ratio": 0.9 if segments else 0},
        "warnings": [],
    }


def segment(n: int, text: str, start_ms: int, end_ms: int, confidence: float = 0.9) -> dict[str, Any]:
    step = (end_ms - start_ms) // max(1, len(text.split()))
    words = [
        {"text": word, "start_ms": start_ms + step * at, "end_ms": start_ms + step * (at + 1), "confidence": confidence}
        for at, word in enumerate(text.split())
    ]
    return {"n": n, "text": text, "start_ms": start_ms, "end_ms": end_ms, "words": words}
