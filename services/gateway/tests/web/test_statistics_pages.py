"""The operator's pages of statistics and of repeated runs."""

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient

from winnow_contracts.envelope import now_ms
from winnow_contracts.index_api.duplicates import RepeatCause
from winnow_web.ops.duplicates import MEANINGS

from ..index_answers import JOB_ID
from ..standin import StandIn
from ..statistics_answers import duplicates_page, repeated_run, statistics_view
from .conftest import Elements

STATISTICS, DUPLICATES = "/internal/v1/statistics", "/internal/v1/duplicates"
DAY_MS = 86_400_000


@pytest.fixture
def reader(sign_in_with: Callable[..., FlaskClient], well: StandIn) -> FlaskClient:
    well.answers[STATISTICS] = statistics_view()
    well.answers[DUPLICATES] = duplicates_page(repeated_run(), next_cursor="c2")
    return sign_in_with("ops:read")


def words(page: str) -> str:
    return " ".join(page.split())


def test_statistics_are_shown_as_tiles_plots_and_tables(reader: FlaskClient) -> None:
    page = words(reader.get("/ops/statistics").text)
    for shown in (
        "<dt>Succeed</dt><dd>66.7 %</dd>",
        "<dt>Cost of a job</dt><dd>$0.2500</dd>",
        "<dt>Open now</dt><dd>4</dd>",
        "Waits before a task begins",
        f"./winnow trace {JOB_ID}",
        "1 call had no price",
        "./winnow stats --since 1d",
    ):
        assert shown in page
    assert page.count("<figure") == 3
    assert "Runs</h2> <small>seconds</small></figcaption> <p" in page, "no run is known, so nothing is drawn"


def test_a_span_and_whose_work_are_asked_for_and_kept_by_the_links(reader: FlaskClient, well: StandIn) -> None:
    page = reader.get("/ops/statistics?span=week&actor=ai.drill&tenant_id=a b").text
    (asked,) = well.asked(STATISTICS)
    assert (asked["actor"], asked["tenant_id"]) == ("ai.drill", "a b")
    assert abs(now_ms() - 7 * DAY_MS - int(asked["since_ms"])) < 60_000
    assert "./winnow stats --since 7d --actor ai.drill --tenant &#39;a b&#39;" in page
    links = [a["href"] or "" for tag, a, _ in Elements(page).all if tag == "a" and "span=" in (a.get("href") or "")]
    assert len(links) == 3
    assert all("actor=ai.drill&tenant_id=a+b" in link for link in links)


def test_a_span_that_is_not_offered_and_an_actor_that_there_is_not_change_nothing(
    reader: FlaskClient, well: StandIn
) -> None:
    assert reader.get("/ops/statistics?span=month&actor=nobody").status_code == 200
    (asked,) = well.asked(STATISTICS)
    assert "actor" not in asked
    assert abs(now_ms() - DAY_MS - int(asked["since_ms"])) < 60_000


def test_the_ledger_says_how_many_runs_repeated_another_and_why(reader: FlaskClient) -> None:
    page = words(reader.get("/ops/duplicates").text)
    assert "3 of 1,000 runs repeated another (0.3 %)." in page
    assert "1 ended in a way that nobody can know, 1 after another outcome was accepted." in page
    assert MEANINGS[RepeatCause.TAKEOVER] in page
    assert "Number 2 on ai-1, after 1 died on ai-1" in page
    assert f"./winnow trace {JOB_ID}" in page


def test_a_ledger_without_repeats_says_so(reader: FlaskClient, well: StandIn) -> None:
    well.answers[DUPLICATES] = duplicates_page()
    page = reader.get("/ops/duplicates").text
    assert "None of 1,000 runs repeated another." in page
    assert "No repeat that matches in the last week." in page


def test_a_cause_leads_to_its_runs_within_the_same_filters(reader: FlaskClient, well: StandIn) -> None:
    page = reader.get("/ops/duplicates?span=day&node=ai-1").text
    assert 'href="/ops/duplicates?span=day&amp;node=ai-1&amp;cause=takeover"' in page
    assert 'href="/ops/duplicates?span=day&amp;node=ai-1&amp;cause=takeover&amp;outcome=superseded"' in page
    reader.get("/ops/duplicates?span=day&node=ai-1&cause=takeover&outcome=superseded")
    asked = well.asked(DUPLICATES)[-1]
    assert (asked["cause"], asked["outcome"], asked["node"]) == ("takeover", "superseded", "ai-1")


def test_the_next_page_is_of_the_same_span_as_the_first(reader: FlaskClient, well: StandIn) -> None:
    page = reader.get("/ops/duplicates").text
    (older,) = [a["href"] or "" for tag, a, _ in Elements(page).all if tag == "a" and "cursor" in (a.get("href") or "")]
    reader.get(older)
    first, second = well.asked(DUPLICATES)
    assert parse_qs(urlsplit(older).query)["cursor"] == [second["cursor"]] == ["c2"]
    assert first["since_ms"] == second["since_ms"]


def test_every_cause_has_its_meaning() -> None:
    assert set(MEANINGS) == {*RepeatCause, None}
