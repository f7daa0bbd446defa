"""The field for a link on the first page: there where links are fetched, and guarded as every form."""

import dataclasses
import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from winnow_contracts.links import LinkRules
from winnow_gateway.settings import GatewaySettings

from ..standin import StandIn
from .conftest import CSRF

URL = "https://files.example/talk.mp4"


@pytest.fixture
def settings(settings: GatewaySettings, request: pytest.FixtureRequest) -> GatewaySettings:
    return dataclasses.replace(settings, links=LinkRules(enabled=getattr(request, "param", True)))


@pytest.fixture(autouse=True)
def nothing_there(index: StandIn) -> None:
    index.answers["/internal/v1/media"] = {"items": [], "next_cursor": None}


def test_a_link_begins_a_job_and_leads_to_its_page(visitor: FlaskClient, jobs: dict[str, Any]) -> None:
    found = CSRF.search(visitor.get("/").text)
    assert found
    answer = visitor.post("/link", data={"csrf": found[1], "source_url": f" {URL} "})
    assert answer.status_code == 303
    [job] = jobs.values()
    assert answer.headers["Location"] == f"/m/{job.command.media_id}"
    assert job.command.ACTOR == "media.fetch_original"
    assert "fetch the file" in visitor.get(answer.headers["Location"]).text


def test_a_link_that_is_not_allowed_is_explained(visitor: FlaskClient, jobs: dict[str, Any]) -> None:
    found = CSRF.search(visitor.get("/").text)
    assert found
    answer = visitor.post("/link", data={"csrf": found[1], "source_url": "https://10.0.0.1/"})
    assert answer.status_code == 422
    assert "This link is not fetched" in answer.text
    assert jobs == {}


def test_without_the_sessions_token_nothing_begins(visitor: FlaskClient, jobs: dict[str, Any]) -> None:
    assert visitor.post("/link", data={"source_url": URL}).status_code == 403
    assert jobs == {}


@pytest.mark.parametrize("settings", [False], indirect=True)
def test_where_links_are_off_there_is_no_field_and_the_form_is_refused(
    visitor: FlaskClient, jobs: dict[str, Any]
) -> None:
    text = visitor.get("/").text
    assert "source_url" not in text
    found = CSRF.search(text)
    assert found
    answer = visitor.post("/link", data={"csrf": found[1], "source_url": URL})
    assert answer.status_code == 403
    assert jobs == {}
    assert re.search("not fetched here", answer.text)
