"""Who sees the operator's pages, who may act by them, and what all of them have in common."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from winnow_contracts import api_keys
from winnow_web.ops.pages import PAGES

from ..standin import StandIn
from .conftest import CSRF, Elements

PATHS = [page.path for page in PAGES]


@pytest.mark.parametrize("path", PATHS)
def test_a_stranger_is_asked_to_sign_in_and_comes_back(stranger: FlaskClient, path: str) -> None:
    answer = stranger.get(path)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/signin?next={path.replace('/', '%2F')}")


@pytest.mark.parametrize("path", PATHS)
def test_a_key_for_recordings_alone_sees_no_page_of_operators(visitor: FlaskClient, path: str) -> None:
    answer = visitor.get(path)
    assert answer.status_code == 403
    assert "lacks the scope" in answer.text


@pytest.mark.parametrize(("scopes", "led"), [(("read",), False), (("read", "ops:read"), True), (("admin",), True)])
def test_only_who_may_see_operations_is_led_there(
    sign_in_with: Callable[..., FlaskClient], shelf: Callable[..., None], scopes: tuple[str, ...], led: bool
) -> None:
    shelf()
    assert ('href="/ops"' in sign_in_with(*scopes).get("/").text) == led


def test_a_key_for_operations_alone_lands_on_them(app: Flask, give_keys: Callable[..., None], well: StandIn) -> None:
    key = api_keys.generate()
    give_keys((key, "default", ["ops:read"], False))
    visitor = app.test_client()
    found = CSRF.search(visitor.get("/signin").text)
    assert found
    answer = visitor.post("/signin", data={"key": key.text(), "csrf": found[1], "next": "/"})
    assert answer.headers["Location"] == "/ops"
    assert visitor.get("/ops").status_code == 200


def test_the_navigation_has_each_page_and_marks_the_present_one(
    sign_in_with: Callable[..., FlaskClient], well: StandIn
) -> None:
    elements = Elements(sign_in_with("admin").get("/ops").text)
    links = [a for tag, a, _ in elements.all if tag == "a" and (a.get("href") or "") in PATHS and "class" not in a]
    assert [a["href"] for a in links if a["href"] != "/ops" or a.get("aria-current")][-len(PATHS) :] == PATHS
    assert {a["href"] for a in links if a.get("aria-current") == "page"} == {"/ops"}


def test_who_may_only_look_is_not_led_to_pages_of_admins(
    sign_in_with: Callable[..., FlaskClient], well: StandIn
) -> None:
    reader = sign_in_with("ops:read")
    assert 'href="/ops/keys"' not in reader.get("/ops").text
    assert reader.get("/ops/keys").status_code == 403


def test_the_live_part_of_a_page_can_be_found_by_its_script(
    sign_in_with: Callable[..., FlaskClient], well: StandIn
) -> None:
    elements = Elements(sign_in_with("ops:read").get("/ops").text)
    assert len(elements.with_attribute("data-live")) == 1
    assert any("live.js" in (a.get("src") or "") for a in elements.with_attribute("src"))


def test_all_being_well_is_said_in_one_line(sign_in_with: Callable[..., FlaskClient], well: StandIn) -> None:
    elements = Elements(sign_in_with("ops:read").get("/ops").text)
    (verdict,) = [texts for _, a, texts in elements.all if "data-announce" in a]
    assert "".join(verdict).startswith("All is well")


def test_what_wants_a_person_is_said_with_what_to_do(sign_in_with: Callable[..., FlaskClient], well: StandIn) -> None:
    well.answers["/internal/v1/findings"] = {"items": [finding("dead_task"), finding("stuck_job", "job_1")]}
    well.answers["/internal/v1/control"] = {"cancelled": {}, "paused": {"ai": 1_000}}
    page = sign_in_with("ops:read").get("/ops").text
    for said in ("2 things to mend and one thing to look at", "1 task has failed for good", "./winnow dead list"):
        assert said in page
    assert "./winnow trace job_1" in page
    assert page.index("./winnow dead list") < page.index("./winnow resume ai")


def test_the_overview_is_served_and_says_so_while_index_is_away(
    sign_in_with: Callable[..., FlaskClient], well: StandIn
) -> None:
    visitor = sign_in_with("ops:read")
    visitor.get("/ops")
    well.down = True
    answer = visitor.get("/ops")
    assert answer.status_code == 200
    assert "Index does not answer" in answer.text


def finding(kind: str, what: str = "x") -> dict[str, Any]:
    return {"kind": kind, "what": what, "detail": "It is so.", "count": None}
